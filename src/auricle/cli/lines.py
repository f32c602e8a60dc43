"""Output in whole lines: never cut by Ctrl-C, never broken by a strange file name."""

import io
import json
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any


class LineGuard:
    """Turns Ctrl-C and SIGTERM into exceptions, but not in the middle of a line."""

    def __init__(self) -> None:
        self._inside = False
        self._due: int | None = None

    def install(self) -> None:
        """Take over the signals, unless the caller of this process wants them ignored."""
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._arrive)

    def _arrive(self, number: int, _: FrameType | None) -> None:
        if self._inside and self._due is None:
            self._due = number  # a second one does not wait: the reader may be stuck
        else:
            _raise(number)

    @contextmanager
    def line(self) -> Iterator[None]:
        """Hold signals back while a line is written."""
        self._inside = True
        try:
            yield
        finally:
            self._inside = False
            due, self._due = self._due, None
            if due is not None:
                _raise(due)


def _raise(number: int) -> None:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)


GUARD = LineGuard()
"""The guard of this process."""


def use_utf8() -> None:
    """Write UTF-8 into files and pipes, whatever the locale; a terminal keeps its own encoding.

    What that cannot hold, and bytes of names that are no text, become escapes.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        encoding = None if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")


def emit(text: str) -> None:
    """Write text that ends with a line break to stdout, whole, now."""
    with GUARD.line():
        sys.stdout.write(text)
        sys.stdout.flush()


def json_line(values: Mapping[str, Any]) -> str:
    """Return one JSON object on a line of its own; names stay readable."""
    return json.dumps(values, ensure_ascii=False) + "\n"


def complain(text: str) -> None:
    """Write one line to stderr, whatever is in the text."""
    sys.stderr.write(f"auricle: {printable(text)}\n")
    sys.stderr.flush()


def printable(text: str) -> str:
    """Return text on one line without control characters, which a file name may hold."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode()
        for char in text
    )
