"""Read files ahead of the analysis: their hash, and what they say about themselves.

A thread does it, so that no worker waits for it; hashing lets go of Python's lock. Tags are read
by pure Python (mutagen), because this runs in the process that must survive every file.
"""

import hashlib
import os
import struct
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
_FRAMES = {
    "TPE1": "artist",
    "TPE2": "albumartist",
    "TALB": "album",
    "TIT2": "title",
    "TCON": "genre",
    "TDRC": "date",
    "TRCK": "tracknumber",
}
"""ID3's names for what other formats call by words."""

_LONGEST = 1000
"""Characters of a tag that are kept: some files carry lyrics and pictures as text."""


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
    """A file that has been read, or why it could not be."""

    task: Task
    content: Content | None
    error: str | None = None


class ReadAhead:
    """Reads tasks in a thread of its own, and yields lists of what is ready; a context manager."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        """Begin to read."""
        self._queue: Queue[Read | None] = Queue(AHEAD)
        self._stop = Event()
        self._thread = Thread(target=self._work, args=(tasks,), daemon=True)
        self._thread.start()

    def __enter__(self) -> "ReadAhead":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()  # the thread is not waited for: a network drive may hold it

    def __iter__(self) -> Iterator[list[Read]]:
        """Yield all that has been read by now, in order, and at least one at a time."""
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
                    return None

    def _work(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            self._put(read(task))
            if self._stop.is_set():
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
    return Read(task, Content(content_hash, stamp, file_tags(task.path)))


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


def file_tags(path: str) -> dict[str, str]:
    """Return what a file says about itself, by lower-case key; empty if it cannot be understood.

    ``artist``, ``album``, ``title`` and ``genre`` are called so in every format.
    """
    from mutagen import File, MutagenError  # deferred: only a scan needs it

    try:
        file = File(path, easy=True)
        items = [] if file is None or file.tags is None else list(file.tags.items())
    except (MutagenError, OSError, ValueError, LookupError, struct.error):
        return {}
    tags: dict[str, str] = {}
    for key, value in items:
        name = _FRAMES.get(key) or _plain_name(key)
        text = _text(value)
        if name and text:
            tags.setdefault(name, text)
    return dict(sorted(tags.items()))  # some formats come in no order


def _plain_name(key: str) -> str | None:
    """Return a key in small letters; None for ID3 frames that have no word of their own."""
    name = key.rpartition("/")[2].lower()
    if key[:4].isupper() and key[:4].isalnum() and (len(key) == 4 or key[4] == ":"):
        return None
    return {"author": "artist", "albumtitle": "album"}.get(name, name)


def _text(value: object) -> str:
    """Return a tag's value as text, several joined; empty for what is no text."""
    values = value if isinstance(value, list) else getattr(value, "text", [value])
    texts = [str(each).strip() for each in values if not isinstance(each, bytes)]
    return "; ".join(text for text in texts if text)[:_LONGEST]
