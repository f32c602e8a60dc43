"""How a track looks as a row of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from rich.text import Text

from ..library import Track
from .formats import make_console, render
from .lines import complain, emit, json_line, printable
from .text import clock, crop_left, percent

NAME_WIDTH = 52
REASON_INDENT = 13


@dataclass(frozen=True, slots=True)
class Ranked:
    """A track of a ranked list: its value, why it is there, and its JSON form."""

    track: Track
    value: float
    reasons: Sequence[str]
    row: dict[str, Any]


def show_ranked(ranked: Sequence[Ranked], *, as_json: bool) -> None:
    """Print a ranked list, best first, as a table or as JSON Lines."""
    if not ranked:
        complain("no track of the catalog fits")
    console = make_console()
    for number, each in enumerate(ranked, 1):
        if as_json:
            emit(json_line(each.row))
            continue
        emit(render(console, show_row(number, each.value, each.track)))
        for reason in each.reasons:
            emit(render(console, Text(f"{'':{REASON_INDENT}}{reason}", style="dim")))


def show_name(track: Track) -> str:
    """Return artist and title, or the end of the path when the tags do not say."""
    if not track.title:
        return crop_left(printable(track.path), NAME_WIDTH)
    name = f"{track.artist} - {track.title}" if track.artist else track.title
    return crop_right(printable(name), NAME_WIDTH)


def show_short(track: Track) -> str:
    """Return artist and title, or the name of the file when the tags do not say."""
    return show_name(track) if track.title else printable(PurePath(track.path).name)


def crop_right(text: str, width: int) -> str:
    """Return the first ``width`` characters."""
    return text if len(text) <= width else text[: width - 1] + "…"


def show_row(number: int, value: float | None, track: Track) -> Text:
    """Return a row of a table: number, value, name, length, genre."""
    line = Text(f"{number:>3}  ", style="dim")
    line.append(f"{value:6.3f}  " if value is not None else " " * 8, style="not dim")
    line.append(f"{show_name(track):<{NAME_WIDTH}}  ", style="not dim bold")
    line.append(f"{clock(track.duration_s):>7}  ")
    line.append(f"{track.label} {percent(track.probability)}", style="not dim cyan")
    return line
