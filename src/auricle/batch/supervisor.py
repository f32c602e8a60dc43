"""Worker processes under supervision: one file lost per crash, the rest goes on.

The pools of the standard library give up the whole map when one process dies. Here each worker
has its own pipe and holds at most one file, so it is always known which file a dead worker held.
"""

import os
import signal
import sys
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Generic, cast

from ..errors import AuricleError, WorkerCrashed
from ..types import Failure
from .worker import READY, Prepare, T, run_worker

LOOK_AHEAD = 16
"""Files per job that may be under way or finished while the next one in order is not."""

END_S = 1.0
"""How long to wait for a process that is ending, in seconds."""

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def supervise(
    paths: Iterable[str], prepare: Prepare[T], *, jobs: int, timeout_s: float | None = None
) -> Generator[T | Failure, None, None]:
    """Yield the result of every path in input order, from ``jobs`` worker processes.

    Args:
        paths: what to hand to the workers; read in this thread, only as far ahead as there is room.
            While it keeps waiting for the next path, results and time limits wait, too.
        prepare: a picklable function that each worker calls once, see ``Prepare``.
        jobs: number of workers; no more are started than there are paths.
        timeout_s: longest time for one path in seconds, ``None`` for no limit.

    Yields:
        What the work function returned, or a ``Failure`` of type ``WorkerCrashed`` or
        ``TimedOut``.

    Raises:
        AuricleError: what ``prepare`` raised in a worker.
        WorkerCrashed: a worker died before it was ready.
    """
    crew = _Crew(prepare, jobs, timeout_s)
    waiting = iter(paths)
    done: dict[int, T | Failure] = {}
    next_out = 0
    try:
        while crew.assign(waiting, before=next_out + jobs * LOOK_AHEAD):
            done.update(crew.collect())
            while next_out in done:
                yield done.pop(next_out)
                next_out += 1
    finally:
        crew.dismiss()


@dataclass(slots=True, eq=False)
class _Worker:
    """One process, its pipe, and the one path it holds."""

    process: SpawnProcess
    connection: Connection
    ready: bool = False
    index: int = -1
    path: str | None = None
    since_s: float = 0.0

    def take(self, index: int, path: str) -> bool:
        """Hand over a path; False if the process has died while it was idle."""
        self.index, self.path, self.since_s = index, path, time.monotonic()
        try:
            self.connection.send(path)
        except OSError:
            return not self.ready  # one that never got ready is reported when it is heard
        return True

    def receive(self) -> object:
        """Return the next message, or None when the process is dead."""
        try:
            message: object = self.connection.recv()
        except (EOFError, OSError):
            return None
        return message

    def stop(self) -> None:
        """End the process now."""
        self.connection.close()
        self.process.kill()
        self.process.join(END_S)

    def obituary(self) -> str:
        """Return how a process that has closed its end of the pipe ended, in words."""
        self.process.join(END_S)
        self.stop()
        return _in_words(self.process.exitcode)


class _Crew(Generic[T]):
    """The workers: started when there is something to do, replaced when they die."""

    def __init__(self, prepare: Prepare[T], jobs: int, timeout_s: float | None) -> None:
        self._prepare, self._jobs, self._timeout_s = prepare, jobs, timeout_s
        self._workers: list[_Worker] = []
        self._handed_out = 0

    def assign(self, waiting: Iterator[str], *, before: int) -> bool:
        """Keep all workers busy with paths of an index below ``before``; tell if any is busy."""
        while self._handed_out < before and len(self._busy()) < self._jobs:
            path = next(waiting, None)
            if path is None:
                break
            while not (worker := self._idle_worker()).take(self._handed_out, path):
                self._workers.remove(worker)
                worker.stop()
            self._handed_out += 1
        return bool(self._busy())

    def collect(self) -> dict[int, T | Failure]:
        """Wait until a worker answers, dies or is late, and return what is known then."""
        busy = self._busy()
        heard = wait([worker.connection for worker in busy], self._patience_s(busy))
        results: dict[int, T | Failure] = {}
        for worker in busy:
            result = self._hear(worker) if worker.connection in heard else self._check(worker)
            if result is not None:
                results[worker.index] = result
        return results

    def dismiss(self) -> None:
        """End all workers, also those in the middle of a file."""
        for worker in self._workers:
            worker.stop()
        self._workers.clear()

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.path is not None]

    def _idle_worker(self) -> _Worker:
        """Return a worker without a path, started if there is none."""
        for worker in self._workers:
            if worker.path is None:
                return worker
        with _quiet_start():
            self._workers.append(_start(self._prepare))
        return self._workers[-1]

    def _hear(self, worker: _Worker) -> T | Failure | None:
        """Take the message of a worker; its result, if it is one."""
        message = worker.receive()
        if message is None:
            return self._bury(worker)
        if isinstance(message, AuricleError):
            raise message
        if worker.ready:
            worker.path = None
            return cast(T, message)
        worker.ready = message == READY
        worker.since_s = time.monotonic()
        return None

    def _bury(self, worker: _Worker) -> Failure:
        """Take a dead worker away and report the path it held."""
        self._workers.remove(worker)
        how = worker.obituary()
        if not worker.ready:
            raise WorkerCrashed(f"a worker process died before it could work ({how})")
        reason = f"{worker.path}: the process that analysed it died ({how})"
        return Failure(str(worker.path), "WorkerCrashed", reason)

    def _check(self, worker: _Worker) -> Failure | None:
        """Stop a worker whose time is up and report the path it held."""
        if not worker.ready or self._timeout_s is None or self._left_s(worker) > 0:
            return None
        self._workers.remove(worker)
        worker.stop()
        reason = f"{worker.path}: not done after {self._timeout_s:g} s, so it was stopped"
        return Failure(str(worker.path), "TimedOut", reason)

    def _patience_s(self, busy: list[_Worker]) -> float | None:
        """Return how long to wait until the first worker is late."""
        if self._timeout_s is None:
            return None
        left = [self._left_s(worker) for worker in busy if worker.ready]
        return max(0.0, min(left, default=self._timeout_s))

    def _left_s(self, worker: _Worker) -> float:
        return worker.since_s + (self._timeout_s or 0.0) - time.monotonic()


def _start(prepare: Prepare[T]) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=run_worker, args=(theirs, prepare), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Let processes that start here ignore Ctrl-C from birth and use one thread each."""
    added = {name: "1" for name in _ONE_THREAD if name not in os.environ}
    os.environ.update(added)
    before = _block_interrupts()
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _block_interrupts() -> set[int]:
    """Block Ctrl-C, which a new process inherits, and return what was blocked before."""
    if sys.platform == "win32":
        return set()
    resource_tracker.ensure_running()  # started by the first process, it would unblock it
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}))


def _in_words(exit_code: int | None) -> str:
    if exit_code is None:
        return "it cannot be stopped"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return f"signal {-exit_code}"
