"""How a track looks as a row of a table."""

from rich.text import Text

from ..library import Track
from .lines import printable
from .text import clock, crop_left, percent

NAME_WIDTH = 52


def show_name(track: Track) -> str:
    """Return artist and title, or the end of the path when the tags do not say."""
    if not track.title:
        return crop_left(printable(track.path), NAME_WIDTH)
    name = f"{track.artist} - {track.title}" if track.artist else track.title
    return crop_right(printable(name), NAME_WIDTH)


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
