"""The report of an intake as text: a table per verdict, and one line of numbers."""

from collections.abc import Iterator
from dataclasses import replace

from rich.text import Text

from ..intake.entry import IN_SHORT, Entry, Report, Verdict
from .lines import printable
from .text import clock, crop_left, percent
from .track_rows import NAME_WIDTH, show_name, show_short

TITLES: dict[Verdict, str] = {
    "ready": "Taken in",
    "review": "For a person to look at (auricle intake review)",
    "duplicate": "Set aside: there already",
    "not_music": "Set aside: not music",
    "failed": "Could not be heard",
}
"""In order; what asks for work comes near the end, where a terminal stops."""

STYLES: dict[Verdict, str] = {"ready": "cyan", "review": "yellow", "failed": "red"}
_INDENT = " " * 4


def table(report: Report) -> Iterator[Text]:
    """Yield the report line by line."""
    for verdict, title in TITLES.items():
        entries = report.of(verdict)
        if not entries:
            continue
        yield Text(title, style="bold")
        for entry in entries:
            yield from _lines(entry)
        yield Text()


def summary(report: Report) -> str:
    """Return how many files there are of each verdict."""
    counts = report.counts
    parts = [f"{counts[verdict]} {word}" for verdict, word in IN_SHORT.items() if counts[verdict]]
    n_files = len(report.entries)
    return f"{n_files} {'file' if n_files == 1 else 'files'}: {', '.join(parts) or 'no audio'}"


def _lines(entry: Entry) -> Iterator[Text]:
    if entry.verdict in ("ready", "review"):
        yield _row(entry)
        yield from (Text(f"{_INDENT}{line}", style="dim") for line in _around(entry))
    else:
        yield Text(f"  {printable(entry.path)}")
        reason = _reason(entry)
        yield Text(f"{_INDENT}{printable(reason)}", style=STYLES.get(entry.verdict, "dim"))


def _reason(entry: Entry) -> str:
    """Return why, without the path that stands above it."""
    return entry.reason.replace(f"{entry.path}: ", "") or entry.verdict


def _row(entry: Entry) -> Text:
    line = Text(f"  {show_name(replace(entry.track, path=entry.path)):<{NAME_WIDTH}}  ")
    line.append(f"{clock(entry.track.duration_s):>7}  ")
    if entry.decision:
        return line.append(f"{entry.label} (by a person)", style=STYLES["ready"])
    return line.append(_genres(entry), style=STYLES[entry.verdict])


def _genres(entry: Entry) -> str:
    n_shown = 1 if entry.verdict == "ready" else 3
    shown = entry.track.genres[:n_shown]
    return ", ".join(f"{genre.label} {percent(genre.probability)}" for genre in shown)


def _around(entry: Entry) -> Iterator[str]:
    if entry.track.title:
        yield crop_left(printable(entry.path), 2 * NAME_WIDTH)
    if entry.nearest:
        yield "near " + ", ".join(
            f"{show_short(match.track)} {match.similarity:.2f}" for match in entry.nearest
        )
    if entry.playlists:
        yield "fits " + ", ".join(
            f"{printable(fit.name)} {fit.similarity:.2f}" for fit in entry.playlists
        )
    if entry.audience is not None:
        names = ", ".join(printable(listener) for listener, _ in entry.audience)
        yield f"for {names or 'nobody in particular'}"
