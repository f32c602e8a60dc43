"""The queue for a person: what is in it, what the person says, and what ``teach`` gets of it."""

import csv
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UnknownTrack
from ..files import replacing
from ..library import Catalog, Track
from ..library.taken_in import Decision, decide, read_decisions, read_taken_in
from ..recommend.constraints import artist_key
from .entry import N_GENRES, timestamp

COLUMNS = ("path", "label", "artist_id", "album", "heard", "decided")
"""Of an export; ``path``, ``label``, ``artist_id`` and ``album`` are what ``teach`` reads."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A track that waits for a person, or of which one has decided."""

    track: Track
    taken_s: int | None = None
    decision: Decision | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "path": self.track.path,
            "track_id": self.track.track_id,
            "taken_in": None if self.taken_s is None else timestamp(self.taken_s),
            "genres": [genre.to_dict() for genre in self.track.genres[:N_GENRES]],
            "artist": self.track.artist,
            "title": self.track.title,
            "duration_s": round(self.track.duration_s, 3),
            "label": self.decision.label if self.decision else None,
        }


def queue(catalog: Catalog) -> list[Waiting]:
    """Return the tracks that wait for a person, those that came first at the beginning."""
    decided = read_decisions(catalog)
    rows = {
        row.track_id: row
        for row in read_taken_in(catalog).values()
        if row.verdict == "review" and row.track_id not in decided
    }
    waiting = catalog.tracks(track_ids=rows)
    in_order = sorted(waiting, key=lambda track: rows[track.track_id].run)
    return [Waiting(track, rows[track.track_id].taken_s) for track in in_order]


DIGITS = 18
"""Longer numbers are none that a database knows."""


def find(catalog: Catalog, name: str) -> Track:
    """Return the track of a path or number.

    Raises:
        UnknownTrack: there is none, or it has not been heard.
    """
    track = catalog.find(name)
    if track is None and name.isdecimal() and len(name) <= DIGITS:
        track = catalog.track(int(name))
    if track is None:
        raise UnknownTrack(f"{name}: not in {catalog.name}; auricle intake review lists the queue")
    if not track.genres:
        raise UnknownTrack(f"{name}: has not been heard: {track.error or track.state}")
    return track


def accept(catalog: Catalog, tracks: Sequence[Track]) -> list[Waiting]:
    """Keep that a person agrees with the most probable genre of tracks."""
    return correct(catalog, [(track, track.genres[0].label) for track in tracks])


def correct(catalog: Catalog, labels: Sequence[tuple[Track, str]]) -> list[Waiting]:
    """Keep what a person says that tracks are."""
    made = decide(catalog, labels)
    rows = read_taken_in(catalog)
    return [
        Waiting(track, rows[each.track_id].taken_s if each.track_id in rows else None, each)
        for (track, _), each in zip(labels, made, strict=True)
    ]


def near_labels(catalog: Catalog, label: str, track: Track) -> list[str]:
    """Return known labels that a new one may be a slip of, or a part of; none if it is known."""
    known = {genre.label for genre in (*track.genres, *track.subgenres)}
    known |= {decision.label for decision in read_decisions(catalog).values()}
    if label in known:
        return []
    parts = [each for each in sorted(known) if label in each.split("/")]
    return parts or difflib.get_close_matches(label, sorted(known))


def export(catalog: Catalog, target: Path) -> tuple[int, list[str]]:
    """Write all decisions as a CSV that ``auricle teach`` takes.

    Returns:
        How many tracks are in it, and the paths of those that a CSV cannot hold.

    Raises:
        OSError: it cannot be written.
    """
    decisions = read_decisions(catalog)
    rows, odd = [], []
    for track in catalog.tracks(track_ids=decisions):
        if _fits_csv(track.path):
            rows.append(_row(track, decisions[track.track_id]))
        else:
            odd.append(track.path)
    with (
        replacing(target) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="") as file,
    ):
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(rows)
    return len(rows), odd


def _row(track: Track, decision: Decision) -> tuple[str, ...]:
    decided = timestamp(decision.decided_s)
    return track.path, decision.label, artist_key(track), track.album, decision.heard, decided


def _fits_csv(path: str) -> bool:
    """Tell whether a manifest can name a path: text, without blanks at its ends."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return path == path.strip()
