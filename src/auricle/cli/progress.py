"""Progress on stderr, and only on a terminal: count, rate, time left."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

from .text import clock

INTERVAL_S = 0.1
_CLEAR_LINE = "\r\x1b[2K"


class Progress:
    """One line that is drawn over itself; nothing at all for a single file.

    No thread draws it: it changes when a file is done, and steps aside for output.
    """

    def __init__(
        self,
        total: int,
        *,
        stream: TextIO | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to count; ``now_s`` is the clock."""
        self._stream = stream or sys.stderr
        self._enabled = total > 1 and self._stream.isatty()
        self._total, self._done, self._failed = total, 0, 0
        self._now_s, self._start_s, self._drawn_s = now_s, now_s(), -INTERVAL_S
        self._visible = False
        self._draw()

    def step(self, *, failed: bool) -> None:
        """Count a file."""
        self._done += 1
        self._failed += failed
        self._draw()

    def hide(self) -> None:
        """Clear the line, so that something else can be written there."""
        if self._visible:
            self._stream.write(_CLEAR_LINE)
            self._stream.flush()
            self._visible = False

    def _draw(self) -> None:
        now_s = self._now_s()
        if self._enabled and (now_s - self._drawn_s >= INTERVAL_S or not self._visible):
            self._stream.write(_CLEAR_LINE + self._line(now_s - self._start_s))
            self._stream.flush()
            self._drawn_s, self._visible = now_s, True

    def _line(self, elapsed_s: float) -> str:
        parts = [f"{self._done}/{self._total} files"]
        if self._failed:
            parts.append(f"{self._failed} failed")
        if self._done and elapsed_s > 0:
            rate = self._done / elapsed_s
            left_s = (self._total - self._done) / rate
            parts += [f"{rate:.1f} files/s", f"{clock(left_s)} left"]
        return ", ".join(parts)
