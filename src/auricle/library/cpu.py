"""How much of the machine a scan may take."""

import os
import time


def available_cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


def parse_cpu_limit(text: str) -> float:
    """Return a limit in cores: ``"50%"`` is half of the machine, ``"1.5"`` one and a half cores.

    Raises:
        ValueError: neither, or nothing at all.
    """
    number = text.strip()
    try:
        if number.endswith("%"):
            cores = float(number[:-1]) / 100 * available_cores()
        else:
            cores = float(number)
    except ValueError:
        cores = 0.0
    if not 0 < cores < float("inf"):
        raise ValueError(f"{text!r} is neither a share of the machine (50%) nor cores (1.5)")
    return cores


def jobs_for(cores: float | None) -> int:
    """Return how many files to analyse at once within a limit; None is all cores."""
    return max(1, int(min(available_cores() if cores is None else cores, available_cores())))


def yield_to_others() -> None:
    """Let every other program go first; processes that start later inherit it."""
    if hasattr(os, "nice"):
        os.nice(10)


class Pause:
    """Keeps a scan to a share of one core by resting between files."""

    def __init__(self, cores: float | None, jobs: int) -> None:
        """Prepare; ``cores`` is None when there is no limit."""
        share = 1.0 if cores is None else cores / jobs
        self._rest_per_s = max(0.0, 1 / share - 1)
        self._since_s: float | None = None

    def rest(self) -> None:
        """Rest in proportion to the time that was worked since the last rest."""
        now_s = time.monotonic()
        if self._since_s is not None and self._rest_per_s:
            time.sleep((now_s - self._since_s) * self._rest_per_s)
        self._since_s = time.monotonic()
