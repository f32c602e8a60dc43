"""What an intake says of one file, and of all of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from ..library import Track
from ..library.identity import GroupKind
from ..library.taken_in import Decision
from ..recommend.similar import Match
from ..types import UNKNOWN

Verdict = Literal["ready", "review", "duplicate", "not_music", "failed"]
"""Taken in; taken in, but a person should look at its genre; set aside as a copy or version; set
aside as no music; could not be heard."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

IN_SHORT: dict[Verdict, str] = {
    "ready": "taken in",
    "review": "to review",
    "duplicate": "there already",
    "not_music": "not music",
    "failed": "failed",
}
"""The verdicts beside their numbers."""

N_GENRES = 5
"""Genres that the JSON form tells."""


@dataclass(frozen=True, slots=True)
class Twin:
    """What a file is a copy or a version of.

    Attributes:
        path: of the first.
        kind: ``"bytes"``, ``"recording"`` or ``"version"``.
        better: this one is of better quality than the first.
        bit_errors: the share of bits in which their traces differ.
    """

    path: str
    kind: GroupKind
    better: bool = False
    bit_errors: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "of": self.path,
            "kind": self.kind,
            "better": self.better,
            "bit_errors": round(self.bit_errors, 4),
        }


@dataclass(frozen=True, slots=True)
class Fit:
    """A playlist that a track fits.

    Attributes:
        name: the playlist's file name without its suffix.
        path: the playlist's file.
        similarity: how near the track is to the nearest tracks of the list.
        threshold: from where on a track fits this list.
    """

    name: str
    path: str
    similarity: float
    threshold: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "name": self.name,
            "path": self.path,
            "similarity": round(self.similarity, 6),
            "threshold": round(self.threshold, 6),
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """What an intake says of a file.

    Attributes:
        path: the file.
        verdict: what is to be done with it.
        reason: why, in words; "" when there is nothing to say.
        track: as it was analysed.
        taken_s: when it was first taken in, in seconds since 1970; None when it was not.
        twin: what it is a copy or version of.
        decision: what a person says of it.
        nearest: the known tracks that sound most like it.
        playlists: the playlists that it fits, best first.
        audience: the listeners who would want it more than a usual track, with their scores,
            best first; None when there is no recommender to ask.
    """

    path: str
    verdict: Verdict
    reason: str
    track: Track
    taken_s: int | None = None
    twin: Twin | None = None
    decision: Decision | None = None
    nearest: tuple[Match, ...] = ()
    playlists: tuple[Fit, ...] = ()
    audience: tuple[tuple[str, float], ...] | None = None

    @property
    def label(self) -> str:
        """The genre: a person's word, else what was heard."""
        return self.decision.label if self.decision else self.track.label or UNKNOWN

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; always the same keys."""
        track = self.track
        return {
            "path": self.path,
            "verdict": self.verdict,
            "reason": self.reason,
            "label": self.label,
            "probability": round(track.probability, 6),
            "genres": [genre.to_dict() for genre in track.genres[:N_GENRES]],
            "subgenres": [genre.to_dict() for genre in track.subgenres],
            "kind": track.kind,
            "decided": bool(self.decision),
            "duplicate": self.twin.to_dict() if self.twin else None,
            "nearest": [match.to_dict() for match in self.nearest],
            "playlists": [fit.to_dict() for fit in self.playlists],
            "audience": None if self.audience is None else [_wish(*each) for each in self.audience],
            "artist": track.artist,
            "album": track.album,
            "title": track.title,
            "duration_s": round(track.duration_s, 3),
            "track_id": track.track_id,
            "taken_in": None if self.taken_s is None else timestamp(self.taken_s),
            "model": track.model,
            "warnings": list(track.warnings),
            "error": track.error,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What an intake says of all its files.

    Attributes:
        entries: one per file, in order of path.
        n_fresh: tracks that were not taken in before.
        notes: what else should be known, in words.
    """

    entries: tuple[Entry, ...]
    n_fresh: int
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many files there are of each verdict."""
        found = Counter(entry.verdict for entry in self.entries)
        return {verdict: found[verdict] for verdict in VERDICTS}

    def of(self, verdict: Verdict) -> list[Entry]:
        """Return the entries of a verdict."""
        return [entry for entry in self.entries if entry.verdict == verdict]


def timestamp(seconds: int) -> str:
    """Return a time as text, in UTC.

    >>> timestamp(1_700_000_000)
    '2023-11-14T22:13:20Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _wish(listener: str, score: float) -> dict[str, Any]:
    return {"listener": listener, "score": round(score, 6)}
