"""How ``classify`` shows results: JSON Lines, CSV, a table, or a card for a single file.

Each format turns one result into text at once, so that output streams and every line is whole.
"""

import csv
import io
import sys
from collections.abc import Mapping
from itertools import groupby
from typing import Protocol

from rich.console import Console
from rich.text import Text

from ..types import UNKNOWN, Analysis, Failure, Genre
from .lines import json_line, printable
from .text import bar, clock, crop_left, percent

TOP = 3
"""Genres that the table and CSV show when nothing else is asked for."""


class Format(Protocol):
    """Turns results into text."""

    def header(self) -> str:
        """Return what comes before the first result."""
        ...

    def show(self, result: Analysis | Failure) -> str:
        """Return one result, with its line break; empty when there is nothing to show."""
        ...


class JsonLines:
    """One JSON object per line; failures have an ``error``."""

    def __init__(self, top: int | None) -> None:
        """Show all genres, or the ``top`` most probable."""
        self._top = top

    def header(self) -> str:
        """JSON Lines have none."""
        return ""

    def show(self, result: Analysis | Failure) -> str:
        """Return the object; not a line break too much, whatever is in the path."""
        values = result.to_dict()
        if isinstance(result, Analysis):
            values["genres"] = values["genres"][: self._top]
        return json_line(values)


class Csv:
    """One row per file; failures have empty cells and an error."""

    BASE = ("path", "duration_s", "kind", "label", "probability")
    LAST = ("model", "warnings", "error")

    def __init__(self, top: int) -> None:
        """Show the ``top`` most probable genres, two columns each."""
        self._top = top
        ranks = (
            f"{name}_{rank}" for rank in range(1, top + 1) for name in ("genre", "probability")
        )
        self._columns = (*self.BASE, *ranks, *self.LAST)

    def header(self) -> str:
        """Return the names of the columns."""
        return _csv_row(dict(zip(self._columns, self._columns, strict=True)), self._columns)

    def show(self, result: Analysis | Failure) -> str:
        """Return the row."""
        values = result.to_dict()
        if isinstance(result, Failure):
            row = {"path": result.path, "error": f"{result.type}: {result.message}"}
            return _csv_row(row, self._columns)
        for rank, genre in enumerate(values["genres"][: self._top], start=1):
            values[f"genre_{rank}"] = genre["label"]
            values[f"probability_{rank}"] = genre["probability"]
        values["warnings"] = "; ".join(result.warnings)
        return _csv_row(values, self._columns)


class Table:
    """One line per file, the path last, so that it may be as long as it is."""

    def __init__(self, console: Console, top: int) -> None:
        """Fit the width of the console; without a terminal nothing is cut."""
        self._console, self._top = console, top
        self._room = console.width if console.is_terminal else None
        self._next_width = 12 * top if self._room is None or self._room >= 60 + 12 * top else 0

    def header(self) -> str:
        """Return the names of the columns."""
        return self._render(("genre", "bold"), "sure", "also likely", "length", "file")

    def show(self, result: Analysis | Failure) -> str:
        """Return the line; failures are told on stderr only."""
        if isinstance(result, Failure):
            return ""
        sure = result.label != UNKNOWN
        genre = (result.label, "bold cyan") if sure else (_doubt(result), "yellow")
        others = result.genres[1 : self._top] if sure else result.genres[: self._top]
        also = ", ".join(f"{other.label} {percent(other.probability)}" for other in others)
        share = percent(result.probability) if sure else ""
        return self._render(genre, share, also, clock(result.duration_s), printable(result.path))

    def _render(self, genre: tuple[str, str], sure: str, also: str, length: str, path: str) -> str:
        line = Text(f"{genre[0]:<14}", style=genre[1])
        line.append(f" {sure:>5}  ", style="not bold")
        if self._next_width:
            line.append(f"{also:<{self._next_width}}  ", style="dim")
        line.append(f"{length:>7}  ", style="not bold")
        if self._room is not None:
            path = crop_left(path, max(12, self._room - len(line)))
        line.append(path, style="not bold")
        return render(self._console, line)


class Card:
    """A few lines about a single file."""

    BAR_WIDTH = 30

    def __init__(self, console: Console, top: int) -> None:
        """Show the ``top`` most probable genres as bars."""
        self._console, self._top = console, top

    def header(self) -> str:
        """A card has none."""
        return ""

    def show(self, result: Analysis | Failure) -> str:
        """Return the card; a failure is told on stderr only."""
        if isinstance(result, Failure):
            return ""
        lines = [self._title(result), Text()]
        lines += [self._genre(genre) for genre in result.genres[: self._top]]
        if result.subgenres:
            fine = ", ".join(f"{g.label} {percent(g.probability)}" for g in result.subgenres[:5])
            lines.append(Text(f"  in particular: {fine}"))
        lines += [Text(), Text(f"  {course(result)}", style="dim")]
        lines += [Text(f"  warning: {warning}", style="yellow") for warning in result.warnings]
        return "".join(render(self._console, line) for line in lines)

    def _title(self, result: Analysis) -> Text:
        title = Text(f"{printable(result.path)}  ", style="bold")
        title.append(f"{clock(result.duration_s)}  ", style="not bold dim")
        sure = result.label != UNKNOWN
        return title.append(result.label if sure else _doubt(result), "cyan" if sure else "yellow")

    def _genre(self, genre: Genre) -> Text:
        line = Text(f"  {genre.label:<16} {genre.probability:>6.1%}  ")
        return line.append(bar(genre.probability, self.BAR_WIDTH), style="cyan")


def make_console() -> Console:
    """Return the console of stdout: colours and width of the terminal, if it is one."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=True)


def render(console: Console, line: Text) -> str:
    """Return a line with the colours that the console can show, and its line break."""
    line.rstrip()
    with console.capture() as capture:
        console.print(line)
    return capture.get()


def course(result: Analysis) -> str:
    """Return how the genre changes over time, in one line: ``0:00 rock, 1:20 pop``."""
    parts = [
        f"{clock(next(entries).start_s)} {label}"
        for label, entries in groupby(result.timeline, key=lambda entry: entry.label)
    ]
    shown = parts if len(parts) <= 8 else [*parts[:7], f"and {len(parts) - 7} more changes"]
    return ", ".join(shown)


def _doubt(result: Analysis) -> str:
    """Return what stands in place of a genre."""
    return UNKNOWN if result.kind == "music" else result.kind


def _csv_row(values: Mapping[str, object], columns: tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([values.get(name, "") for name in columns])
    return buffer.getvalue()
