"""The report of an intake as one HTML page that opens offline, in light and in dark."""

import os
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import PurePath

from ..recommend.formats import uri
from ..recommend.similar import Match
from ..text import clock, html
from ..types import Genre
from .entry import IN_SHORT, Entry, Report, Verdict, timestamp
from .page_style import STYLE

TITLES: dict[Verdict, str] = {
    "review": "For a person to look at",
    "ready": "Taken in",
    "duplicate": "Set aside: there already",
    "not_music": "Set aside: not music",
    "failed": "Could not be heard",
}
"""Sections in order: first what asks for work."""

WORDS: dict[Verdict, str] = {
    "review": "no genre stands out; auricle intake review accepts or corrects",
    "ready": "new music, its genre clear enough to need nobody",
    "duplicate": "copies and versions of what is known; nothing was moved or deleted",
    "not_music": "speech, other sounds and silence; auricle intake review --correct FILE=GENRE "
    "takes one in after all",
    "failed": "auricle intake --retry tries them again",
}
N_LIKELY = 3
NONE = '<span class="none">none</span>'

Cell = Callable[[Entry], str]


def to_html(report: Report) -> str:
    """Return a page without anything that is loaded from elsewhere."""
    counts = report.counts
    shown = [verdict for verdict in TITLES if counts[verdict]]
    links = "".join(
        f'<li class="{each}"><a href="#{each}"><b>{counts[each]}</b> {IN_SHORT[each]}</a></li>'
        for each in shown
    )
    notes = "".join(f"<li>{html(note)}</li>" for note in report.notes)
    sections = "\n".join(_section(each, report.of(each)) for each in shown)
    n_files = len(report.entries)
    heading = f"{n_files} {'file' if n_files == 1 else 'files'}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Intake: {heading}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f"<header>\n<h1>Intake</h1>\n<p>{heading}{_dates(report)}</p>\n"
        f'<nav aria-label="Sections"><ul class="counts">{links}</ul></nav>\n</header>\n<main>\n'
        + (f'<ul class="notes">{notes}</ul>\n' if notes else "")
        + f"{sections}\n</main>\n</body>\n</html>\n"
    )


def _dates(report: Report) -> str:
    """Return when the tracks were taken in, as days."""
    taken = [timestamp(each.taken_s)[:10] for each in report.entries if each.taken_s is not None]
    if not taken:
        return ""
    first, last = min(taken), max(taken)
    return f", taken in on {first}" if first == last else f", taken in from {first} to {last}"


def _section(verdict: Verdict, entries: Sequence[Entry]) -> str:
    columns = {
        name: cell
        for name, cell in COLUMNS[verdict].items()
        if name not in _AROUND or any(cell(entry) != NONE for entry in entries)
    }
    head = "".join(f'<th scope="col">{name}</th>' for name in columns)
    rows = "\n".join(_row(columns, entry) for entry in entries)
    return (
        f'<section id="{verdict}" class="{verdict}">\n'
        f"<h2>{TITLES[verdict]} <span>{len(entries)}</span></h2>\n"
        f"<p>{html(WORDS[verdict])}</p>\n"
        f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>\n</section>"
    )


def _row(columns: dict[str, Cell], entry: Entry) -> str:
    cells = [
        f'<td data-name="{name}">{cell(entry)}</td>'
        if number
        else f'<th scope="row">{cell(entry)}</th>'
        for number, (name, cell) in enumerate(columns.items())
    ]
    return f"<tr>{''.join(cells)}</tr>"


# Cells


def _track(entry: Entry) -> str:
    """Return what the track is called, how long it is, and the file as a link."""
    track = entry.track
    name = track.title or PurePath(entry.path).stem
    by = f"{html(track.artist)} · " if track.artist else ""
    length = f"{clock(track.duration_s)} · " if track.duration_s else ""
    warnings = "".join(f'<div class="warning">{html(each)}</div>' for each in track.warnings)
    return (
        f'<div class="name">{html(name)}</div>'
        f'<div class="where">{by}{length}{_link(entry.path)}</div>{warnings}'
    )


def _listen(entry: Entry) -> str:
    """Return the track with a player; only where there is something to listen for."""
    place = escape(uri(os.path.abspath(entry.path)))
    label = html(f"Listen to {entry.track.title or PurePath(entry.path).name}")
    return (
        f'{_track(entry)}<audio controls preload="none" src="{place}" aria-label="{label}"></audio>'
    )


def _genre(entry: Entry) -> str:
    """Return the genre with its probability, and what else is likely."""
    track = entry.track
    if entry.decision:
        return f'<div class="genre">{html(entry.label)}</div><div class="where">by a person</div>'
    if entry.verdict == "review" or not track.genres:
        return _likely(track.genres)
    others = "".join(_bar(genre) for genre in track.genres[1:N_LIKELY] if genre.probability > 0.05)
    return _bar(track.genres[0], "first") + others + _fine(track.subgenres)


def _likely(genres: Sequence[Genre]) -> str:
    return "".join(_bar(genre) for genre in genres[: N_LIKELY + 1])


def _fine(subgenres: Sequence[Genre]) -> str:
    names = ", ".join(html(genre.label) for genre in subgenres[:3])
    return f'<div class="where">{names}</div>' if names else ""


def _bar(genre: Genre, kind: str = "") -> str:
    share = f"{genre.probability:.0%}"
    return (
        f'<div class="bar {kind}"><span>{html(genre.label)}</span><span>{share}</span>'
        f'<i style="width:{share}" aria-hidden="true"></i></div>'
    )


def _nearest(entry: Entry) -> str:
    return _list(map(_near, entry.nearest))


def _near(match: Match) -> str:
    track = match.track
    name = track.title or PurePath(track.path).stem
    by = f"{html(track.artist)} · " if track.artist else ""
    return (
        f'<span title="{html(track.path)}">{html(name)}</span>'
        f'<span class="value">{match.similarity:.2f}</span>'
        f'<div class="where">{by}{html(track.label)}</div>'
    )


def _playlists(entry: Entry) -> str:
    return _list(
        f'<span title="{html(fit.path)}">{html(fit.name)}</span>'
        f'<span class="value">{fit.similarity:.2f}</span>'
        for fit in entry.playlists
    )


def _audience(entry: Entry) -> str:
    return _list(
        f'<span>{html(listener)}</span><span class="value">{score:.2f}</span>'
        for listener, score in entry.audience or ()
    )


def _why(entry: Entry) -> str:
    better = " <b>This file is the better one.</b>" if entry.twin and entry.twin.better else ""
    if entry.twin is None:
        return html(entry.reason)
    said = {"bytes": "The same bytes", "recording": "The same recording", "version": "A version"}
    joint = "of" if entry.twin.kind == "version" else "as"
    what = f"{said[entry.twin.kind]} {joint} {_link(entry.twin.path)}."
    return what + better


def _heard(entry: Entry) -> str:
    return html(entry.track.kind)


def _link(path: str) -> str:
    return f'<a href="{escape(uri(os.path.abspath(path)))}">{html(path)}</a>'


def _list(parts: Iterator[str]) -> str:
    rows = "".join(f"<li>{part}</li>" for part in parts)
    return f"<ul>{rows}</ul>" if rows else NONE


_AROUND: dict[str, Cell] = {
    "Nearest known": _nearest,
    "Playlists": _playlists,
    "Audience": _audience,
}
COLUMNS: dict[Verdict, dict[str, Cell]] = {
    "review": {"Track": _listen, "Likely": _genre, **_AROUND},
    "ready": {"Track": _track, "Genre": _genre, **_AROUND},
    "duplicate": {"File": _track, "Why": _why},
    "not_music": {"File": _track, "Sound": _heard, "Why": _why},
    "failed": {"File": _track, "Why": _why},
}
"""What the tables say, by section."""
