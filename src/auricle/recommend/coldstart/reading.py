"""Read who played what: a file of events, row by row answerable."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InteractionsError
from .interactions import Index, Interactions
from .reading_blocks import BadRow, Block, blocks_of
from .reading_values import seconds_of, weights_of

MAX_SHOWN = 20
"""Bad rows, and unmatched tracks, that a report names."""

Match = Callable[[str], str | None]
"""Finds the name of the item that a track in the file is; None: it is none."""


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What became of a file's rows.

    Attributes:
        path: as it was given.
        n_rows: rows that were read.
        n_events: rows that became events.
        n_bad: rows with something wrong.
        bad: the first of them.
        n_unmatched: rows about tracks that are no items.
        n_unmatched_tracks: how many different tracks they are about.
        unmatched: the first of these tracks.
    """

    path: str
    n_rows: int
    n_events: int
    n_bad: int
    bad: tuple[BadRow, ...]
    n_unmatched: int
    n_unmatched_tracks: int
    unmatched: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "path": self.path,
            "rows": self.n_rows,
            "events": self.n_events,
            "bad_rows": self.n_bad,
            "bad": [row._asdict() for row in self.bad],
            "unmatched_rows": self.n_unmatched,
            "unmatched_tracks": self.n_unmatched_tracks,
            "unmatched": list(self.unmatched),
        }


def read_interactions(
    path: str | os.PathLike[str], *, match: Match | None = None
) -> tuple[Interactions, ReadReport]:
    """Read events from CSV, JSON Lines or Parquet, a block of rows at a time.

    The columns are listener, track, weight or plays (optional: 1) and time (optional: seconds
    since 1970, or ISO 8601, which is UTC unless it says otherwise).

    Args:
        path: of the file; ``"-"`` is standard input.
        match: finds the item for a track in the file; None: every track is an item.

    Returns:
        The events, and what became of every row; bad ones are left out.

    Raises:
        InteractionsError: it cannot be read, or holds not one event.
        MissingExtra: Parquet needs pyarrow.
    """
    name = os.fspath(path)
    try:
        with nullcontext(sys.stdin.buffer) if name == "-" else open(name, "rb") as stream:
            return gather(blocks_of(stream, name), name, match)  # type: ignore[arg-type]
    except OSError as error:
        raise InteractionsError(f"{name}: {error.strerror or error}") from error


def gather(
    blocks: Iterable[Block], name: str, match: Match | None = None
) -> tuple[Interactions, ReadReport]:
    """Return the events of blocks, and what became of their rows.

    Raises:
        InteractionsError: there is not one event.
    """
    gathered = _Gathered(match)
    for block in blocks:
        gathered.add(block)
    interactions, report = gathered.finish(name)
    if not len(interactions):
        raise InteractionsError(_nothing(report))
    return interactions, report


@dataclass(slots=True)
class _Names:
    """Numbers names in order of coming."""

    places: dict[Any, int] = field(default_factory=dict)

    def number(self, names: Iterable[Any]) -> Index:
        places = self.places
        found = [places.setdefault(name, len(places)) for name in names]
        return np.array(found, dtype=np.int64)


@dataclass(slots=True)
class _Gathered:
    """The events so far."""

    match: Match | None
    listeners: _Names = field(default_factory=_Names)
    tracks: _Names = field(default_factory=_Names)
    columns: list[tuple[NDArray[Any], ...]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    n_bad: int = 0
    n_rows: int = 0

    def add(self, block: Block) -> None:
        """Take in the good rows of a block."""
        who, what = _texts(block.listeners), _texts(block.tracks)
        weights, wrong_weights = weights_of(block.weights, len(block.lines))
        times, wrong_times = seconds_of(block.times, len(block.lines))
        wrong = {**wrong_times, **wrong_weights, **_nameless(who, what)}
        bad = [BadRow(block.lines[row], *why) for row, why in wrong.items()] + block.bad
        self.n_rows += len(block.lines) + len(block.bad)
        self.n_bad += len(bad)
        self.bad = sorted([*self.bad, *bad])[:MAX_SHOWN]
        listeners = self.listeners.number(who)
        tracks = self.tracks.number(what)
        kept = np.ones(len(block.lines), dtype=np.bool_)
        kept[list(wrong)] = False
        self.columns.append((listeners[kept], tracks[kept], weights[kept], times[kept]))

    def finish(self, name: str) -> tuple[Interactions, ReadReport]:
        """Return the events about items, and what became of the rows."""
        listeners, tracks, weights, times = self._joined()
        given = tuple(self.tracks.places)
        items = _Names()
        found = given if self.match is None else tuple(map(self.match, given))
        item_of = np.array([-1 if item is None else 0 for item in found], dtype=np.int64)
        item_of[item_of == 0] = items.number(item for item in found if item is not None)
        known = item_of[tracks] >= 0
        who, listener_index = _used(listeners[known], tuple(self.listeners.places))
        what, track_index = _used(item_of[tracks[known]], tuple(items.places))
        time_s = None if np.isnan(times).all() else times[known]
        read = Interactions(who, what, listener_index, track_index, weights[known], time_s)
        unmatched = np.unique(tracks[~known])
        report = ReadReport(
            path=name,
            n_rows=self.n_rows,
            n_events=len(read),
            n_bad=self.n_bad,
            bad=tuple(self.bad),
            n_unmatched=int((~known).sum()),
            n_unmatched_tracks=unmatched.size,
            unmatched=tuple(given[place] for place in unmatched[:MAX_SHOWN]),
        )
        return read, report

    def _joined(self) -> tuple[NDArray[Any], ...]:
        empty = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
        columns = [(*empty, np.zeros(0)), *self.columns]
        return tuple(np.concatenate(each) for each in zip(*columns, strict=True))


def _texts(names: Sequence[Any]) -> list[str]:
    """Return names as text: numbers name listeners and tracks too."""
    try:
        return list(map(str.strip, names))
    except TypeError:
        return ["" if name is None else str(name).strip() for name in names]


def _nameless(listeners: Sequence[str], tracks: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Return the rows in which a name is empty."""
    empty = {
        kind: [place for place, name in enumerate(names) if not name]
        for kind, names in (("track", tracks), ("listener", listeners))
    }
    return {
        place: (f"the {kind} is empty", f"name the {kind}")
        for kind, places in empty.items()
        for place in places
    }


def _used(index: Index, names: tuple[Any, ...]) -> tuple[tuple[str, ...], Index]:
    """Return the names that occur, in their order, and the places in these."""
    there = np.unique(index)
    new = np.full(len(names), -1, dtype=np.int64)
    new[there] = np.arange(there.size)
    return tuple(names[place] for place in there), new[index]


def _nothing(report: ReadReport) -> str:
    """Return why a file gives no event at all."""
    if not report.n_rows:
        return f"{report.path}: there is no row in it"
    if report.bad:
        first = report.bad[0]
        return (
            f"{report.path}, line {first.line}: {first.reason}: {first.remedy} "
            f"({report.n_bad} of {report.n_rows} rows are wrong)"
        )
    return (
        f"{report.path}: none of its {report.n_unmatched_tracks} tracks is known, such as "
        f"{report.unmatched[0]!r}: name tracks by path, track number or content hash"
    )
