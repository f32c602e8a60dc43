"""Supervised workers: order, crashes, time limits, and nobody left behind."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from auricle.batch.supervisor import LOOK_AHEAD, _in_words, supervise
from auricle.errors import BundleNotFound, WorkerCrashed
from auricle.types import Analysis, Failure

from ..processes import is_alive, wait_until
from .orders import prepare, prepare_death, prepare_nothing

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture(autouse=True)
def _bare_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the workers the import of pytest, which they would do as the main module."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def test_results_come_in_input_order_although_the_first_is_the_slowest() -> None:
    paths = ["sleep:0.4", "a", "b", "a", "sleep:0.1", "c"]
    results = list(supervise(paths, prepare, jobs=2))
    assert [result.path for result in results] == paths
    assert all(isinstance(result, Analysis) for result in results)


def test_arrays_arrive_whole() -> None:
    (result,) = supervise(["a"], prepare, jobs=1)
    assert isinstance(result, Analysis)
    np.testing.assert_array_equal(result.embedding, np.ones(3, np.float32))


def test_no_paths_start_no_process() -> None:
    assert list(supervise([], prepare_death, jobs=2)) == []


@POSIX
def test_a_crash_costs_one_file_and_names_the_signal() -> None:
    paths = ["a", "exit:1", f"kill:{signal.SIGSEGV.value}", "c", "d", "e"]
    results = list(supervise(paths, prepare, jobs=2))
    assert [result.path for result in results] == paths
    failures = [result for result in results if isinstance(result, Failure)]
    assert [failure.path for failure in failures] == paths[1:3]
    assert {failure.type for failure in failures} == {"WorkerCrashed"}
    assert paths[2] in failures[1].message
    assert "SIGSEGV" in failures[1].message


@POSIX
def test_every_way_to_die_is_named() -> None:
    orders = {"kill:9": "(SIGKILL)", "abort": "(SIGABRT)", "exit:3": "(exit code 3)", "a": ""}
    results = list(supervise(orders, prepare, jobs=1))
    for result, words in zip(results, orders.values(), strict=True):
        assert words in getattr(result, "message", "")
    assert isinstance(results[-1], Analysis)


def test_a_worker_is_used_again_until_it_dies() -> None:
    paths = ["pid:", "pid:", "exit:1", "pid:"]
    one, same, _, other = (getattr(r, "message", "") for r in supervise(paths, prepare, jobs=1))
    assert one == same != other
    assert os.getpid() not in {int(one), int(other)}


@POSIX
def test_a_worker_that_dies_while_idle_costs_nothing() -> None:
    results = supervise(["pid:", "a"], prepare, jobs=1)
    first = next(results)
    assert isinstance(first, Failure)
    (worker,) = (child for child in active_children() if child.pid == int(first.message))
    worker.kill()
    worker.join(10)  # unlike a zombie, one that is waited for has closed its end of the pipe
    assert isinstance(next(results), Analysis)


def test_time_limit_costs_one_file() -> None:
    start = time.monotonic()
    results = list(supervise(["a", "sleep:60", "b"], prepare, jobs=2, timeout_s=0.5))
    assert time.monotonic() - start < 10
    assert [type(result) for result in results] == [Analysis, Failure, Analysis]
    late = results[1]
    assert isinstance(late, Failure)
    assert late.type == "TimedOut"
    assert late.message == "sleep:60: not done after 0.5 s, so it was stopped"


def test_time_limit_counts_from_when_a_worker_has_the_file() -> None:
    """Three files of 0.3 s pass one after another under a limit of 0.8 s."""
    results = supervise(["sleep:0.3"] * 3, prepare, jobs=1, timeout_s=0.8)
    assert [type(result) for result in results] == [Analysis] * 3


def test_look_ahead_is_bounded() -> None:
    taken = []

    def endless() -> Iterator[str]:
        for number in itertools.count():
            taken.append(number)
            yield "sleep:0.5" if number == 0 else "a"

    results = supervise(endless(), prepare, jobs=2)
    next(results)
    results.close()
    assert 2 < len(taken) <= 2 * LOOK_AHEAD


def test_error_while_preparing_reaches_the_caller() -> None:
    with pytest.raises(BundleNotFound, match="no such bundle"):
        list(supervise(["a"], prepare_nothing, jobs=2))


def test_workers_that_cannot_start_are_not_started_for_ever() -> None:
    with pytest.raises(WorkerCrashed, match=r"before it could work \(exit code 7\)"):
        list(supervise(["a", "b"], prepare_death, jobs=2))


def test_error_in_the_input_ends_the_workers() -> None:
    def broken() -> Iterator[str]:
        yield "pid:"
        raise OSError("list ends here")

    with pytest.raises(OSError, match="list ends here"):
        list(supervise(broken(), prepare, jobs=1))


@POSIX
def test_closing_early_ends_the_workers() -> None:
    results = supervise(["pid:", *["sleep:60"] * 4], prepare, jobs=2)
    first = next(results)
    assert isinstance(first, Failure)
    pid = int(first.message)
    assert is_alive(pid)
    start = time.monotonic()
    results.close()
    assert time.monotonic() - start < 1
    assert not is_alive(pid)


def test_workers_use_one_thread_and_this_process_is_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    paths = ["variable:OPENBLAS_NUM_THREADS", "variable:OMP_NUM_THREADS"]
    one, given = supervise(paths, prepare, jobs=1)
    assert isinstance(one, Failure)
    assert isinstance(given, Failure)
    assert (one.message, given.message) == ("1", "3")
    assert "OPENBLAS_NUM_THREADS" not in os.environ
    if sys.platform != "win32":
        assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


@POSIX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_their_parent(number: signal.Signals) -> None:
    """Killed in any way, the parent takes its workers along, also out of a long file."""
    code = (
        "from tests.batch.orders import prepare\n"
        "from auricle.batch.supervisor import supervise\n"
        "if __name__ == '__main__':\n"
        "    for result in supervise(['pid:', *['sleep:60'] * 3], prepare, jobs=2):\n"
        "        print(result.message, flush=True)\n"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_alive(worker)
        parent.send_signal(number)
        parent.wait(5)
    assert wait_until(lambda: not is_alive(worker))


@pytest.mark.parametrize(
    ("code", "words"),
    [(None, "it cannot be stopped"), (2, "exit code 2"), (-11, "SIGSEGV"), (-63, "signal 63")],
)
def test_exit_code_in_words(code: int | None, words: str) -> None:
    assert _in_words(code) == words
