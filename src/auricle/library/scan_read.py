"""Read files ahead of the analysis, for the hash that tells what is known already.

A thread does it, so that no worker waits for it; hashing lets go of Python's lock.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread

from .catalog_rows import Content, Stamp
from .walk import stamp_of

AHEAD = 32
"""Files that wait, already read."""

BLOCK = 1 << 20
"""Bytes that are hashed at a time."""

_PATIENCE_S = 0.1


@dataclass(frozen=True, slots=True)
class Task:
    """A file to look into.

    Attributes:
        path: absolute.
        stamp: of the file when it was found.
        again: analyse it even if its content is known.
    """

    path: str
    stamp: Stamp
    again: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A file that has been read, its tags left out, or why it could not be."""

    task: Task
    content: Content | None
    error: str | None = None


class ReadAhead:
    """Reads tasks in a thread of its own, and yields lists of what is ready; a context manager."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        """Begin to read."""
        self._queue: Queue[Read | None] = Queue(AHEAD)
        self._stop = Event()
        self._error: Exception | None = None
        self._thread = Thread(target=self._work, args=(tasks,), daemon=True)
        self._thread.start()

    def __enter__(self) -> "ReadAhead":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()  # the thread is not waited for: a network drive may hold it

    def __iter__(self) -> Iterator[list[Read]]:
        """Yield all that has been read by now, in order, and at least one at a time.

        Raises:
            Exception: whatever ended the thread.
        """
        while (read := self._take()) is not None:
            ready: list[Read | None] = [read]
            with suppress(Empty):
                while ready[-1] is not None and len(ready) < AHEAD:
                    ready.append(self._queue.get_nowait())
            yield [each for each in ready if each is not None]
            if ready[-1] is None:
                return

    def _take(self) -> Read | None:
        while True:
            try:
                return self._queue.get(timeout=_PATIENCE_S)
            except Empty:
                if not self._thread.is_alive() and self._queue.empty():
                    if self._error is not None:
                        raise self._error from None
                    return None

    def _work(self, tasks: Iterable[Task]) -> None:
        try:
            for task in tasks:
                self._put(read(task))
                if self._stop.is_set():
                    return
        except Exception as error:  # noqa: BLE001  a thread must not end in silence: see _take
            self._error = error
            return
        self._put(None)

    def _put(self, item: Read | None) -> None:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=_PATIENCE_S)
                return
            except Full:
                continue


def read(task: Task) -> Read:
    """Read a file; an error becomes a sentence of the kind that ``Failure`` makes."""
    try:
        stamp = stamp_of(task.path)
        content_hash = hash_file(task.path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Read(task, None, f"UnreadableFile: {task.path}: {reason}")
    return Read(task, Content(content_hash, stamp))


def hash_file(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 (hex) of all bytes of a file; most processors compute it in hardware.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    block = bytearray(BLOCK)
    view = memoryview(block)
    with open(path, "rb", buffering=0) as file:
        while length := file.readinto(block):
            digest.update(view[:length])
    return digest.hexdigest()
