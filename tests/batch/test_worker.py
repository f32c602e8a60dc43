"""The body of a worker, in a process of its own and seen through its pipe."""

import os
import signal
import sys
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from types import ModuleType

import pytest

from auricle.batch.worker import READY, Prepare, _receive, run_worker
from auricle.errors import BundleNotFound
from auricle.types import Analysis

from .orders import prepare, prepare_nothing

WAIT_S = 20.0


class Left(BaseException):
    """Stands for the end of the process."""


class Started:
    """A worker process and this end of its pipe."""

    def __init__(self, prepare: Prepare) -> None:
        context = get_context("spawn")
        self.connection: Connection
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=run_worker, args=(theirs, prepare))
        self.process.start()
        theirs.close()

    def hear(self) -> object:
        assert self.connection.poll(WAIT_S)
        return self.connection.recv()

    def exit_code(self) -> int | None:
        self.process.join(WAIT_S)
        return self.process.exitcode


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    worker = Started(prepare)
    yield worker
    worker.process.kill()
    worker.process.join()


def test_a_worker_is_ready_then_answers_each_path(worker: Started) -> None:
    assert worker.hear() == READY
    for path in ("a", "b"):
        worker.connection.send(path)
        answer = worker.hear()
        assert isinstance(answer, Analysis)
        assert answer.path == path


def test_a_worker_leaves_out_of_a_long_file_when_nobody_listens(worker: Started) -> None:
    assert worker.hear() == READY
    worker.connection.send("sleep:60")
    worker.connection.close()
    assert worker.exit_code() == 0


def test_a_worker_ignores_ctrl_c_but_not_sigterm(worker: Started) -> None:
    assert worker.hear() == READY
    os.kill(int(worker.process.pid or 0), signal.SIGINT)
    worker.connection.send("a")
    assert isinstance(worker.hear(), Analysis)
    worker.process.terminate()
    assert worker.exit_code() == -signal.SIGTERM


def test_an_error_while_preparing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    worker = Started(prepare_nothing)
    assert isinstance(worker.hear(), BundleNotFound)
    assert worker.exit_code() == 0


def test_paths_are_received_until_the_pipe_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []

    def leave(code: int) -> None:
        codes.append(code)
        raise Left

    monkeypatch.setattr(os, "_exit", leave)
    ours, theirs = get_context("spawn").Pipe()
    inbox: SimpleQueue[str] = SimpleQueue()
    ours.send("a")
    ours.send("b")
    ours.close()
    with pytest.raises(Left):
        _receive(theirs, inbox)
    assert (inbox.get(), inbox.get()) == ("a", "b")
    assert codes == [0]
