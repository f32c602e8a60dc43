"""Look at processes from outside, through /proc."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that is dead and not yet waited for does not."""
    try:
        state = _stat(pid)[0]
    except OSError:
        return False
    return state != "Z"


def children(pid: int) -> Iterator[int]:
    """Yield the processes that a process has started."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(_stat(int(folder.name))[1])
        except OSError:
            continue
        if parent == pid:
            yield int(folder.name)


def wait_until(condition: Callable[[], bool], *, limit_s: float = 5.0) -> bool:
    """Wait for a condition, and tell whether it came true."""
    end_s = time.monotonic() + limit_s
    while time.monotonic() < end_s:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def _stat(pid: int) -> list[str]:
    """Return state, parent and more; the name before them may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
