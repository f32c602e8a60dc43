"""How much of the machine a scan may take."""

import os
import subprocess
import sys

import pytest

from auricle.library import cpu
from auricle.library.cpu import Pause, available_cores, jobs_for, parse_cpu_limit


@pytest.fixture
def eight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend to have eight cores."""
    monkeypatch.setattr(cpu, "available_cores", lambda: 8)


def test_cores_are_those_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 5)
    assert available_cores() == 5


@pytest.mark.parametrize(
    ("text", "cores"), [("50%", 4.0), ("100 %", 8.0), ("1.5", 1.5), (" 2 ", 2.0), ("5%", 0.4)]
)
def test_limits(eight: None, text: str, cores: float) -> None:
    assert parse_cpu_limit(text) == pytest.approx(cores)


@pytest.mark.parametrize("text", ["", "%", "0", "-1", "0%", "half", "nan", "inf", "1,5"])
def test_what_is_no_limit(text: str) -> None:
    with pytest.raises(ValueError, match="neither a share"):
        parse_cpu_limit(text)


@pytest.mark.parametrize(
    ("cores", "jobs"), [(None, 8), (0.4, 1), (1.5, 1), (3.9, 3), (8.0, 8), (100.0, 8)]
)
def test_jobs(eight: None, cores: float | None, jobs: int) -> None:
    assert jobs_for(cores) == jobs


@pytest.mark.skipif(not hasattr(os, "nice"), reason="priorities of processes are POSIX")
def test_other_programs_go_first() -> None:
    code = "import os; from auricle.library.cpu import yield_to_others as y; y(); print(os.nice(0))"
    before = os.nice(0)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == min(19, before + 10)


@pytest.mark.parametrize(("cores", "jobs", "rest_s"), [(None, 2, 0), (1.5, 1, 0), (0.5, 1, 1)])
def test_pause(
    cores: float | None, jobs: int, rest_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One second of work, and as long a rest as the share of a core asks for."""
    now_s = [0.0]
    slept: list[float] = []
    monkeypatch.setattr(cpu.time, "monotonic", lambda: now_s[0])
    monkeypatch.setattr(cpu.time, "sleep", slept.append)
    pause = Pause(cores, jobs)
    pause.rest()
    now_s[0] = 1.0
    pause.rest()
    assert sum(slept) == pytest.approx(rest_s)
