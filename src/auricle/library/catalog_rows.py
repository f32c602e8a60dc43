"""What a row of the catalog says: ``Track``, and the way from an ``Analysis`` to columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import RowMapping

from ..types import Analysis, FloatArray, Genre, TimelineEntry

State = Literal["ready", "failed", "pending", "missing"]
"""Analysed; could not be analysed; not yet analysed; no file of it is there any more."""

STATES: tuple[State, ...] = get_args(State)

STORED = np.dtype("<f2")
"""How embeddings are stored."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells without reading that a file has not changed: size and time of change."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, besides its sound.

    Attributes:
        content_hash: SHA-256 of all bytes, hex.
        stamp: of the file when it was read.
        tags: what the file says about itself, by lower-case key.
    """

    content_hash: str
    stamp: Stamp
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Origin:
    """What made an analysis.

    Attributes:
        model: ``"name@hash12"`` of the backbone.
        head: hash over the heads.
        profile: how much of the track was heard.
    """

    model: str
    head: str = ""
    profile: str = "full"


@dataclass(frozen=True, slots=True)
class Track:
    """One recording as it was analysed.

    Attributes:
        track_id: its number in the catalog.
        path: one of its files; the last known one when the track is missing.
        paths: all its files that are there.
        content_hash: SHA-256 of the file, hex; empty before it has been read.
        size: of the file in bytes.
        duration_s: length of the sound.
        state: ``"ready"``, ``"failed"``, ``"pending"`` or ``"missing"``.
        error: ``"Type: message"`` when it failed.
        kind: as in ``Analysis``, like ``label``, ``probability``, ``genres``, ``subgenres``,
            ``timeline``, ``model`` and ``warnings``; empty without an analysis.
        artist: from the file's tags, like ``album``, ``title`` and ``tags``; for constraints and
            names only, never for hearing.
        fingerprint: audio identity; empty when it is not known.
        head: hash over the heads that named the genres.
        profile: how much of the track was heard.
    """

    track_id: int
    path: str
    paths: tuple[str, ...]
    content_hash: str
    size: int
    duration_s: float
    state: State
    error: str | None
    kind: str
    label: str
    probability: float
    genres: tuple[Genre, ...]
    subgenres: tuple[Genre, ...]
    timeline: tuple[TimelineEntry, ...]
    artist: str
    album: str
    title: str
    tags: dict[str, str]
    model: str
    fingerprint: bytes
    warnings: tuple[str, ...]
    head: str = ""
    profile: str = ""


BLANK: Mapping[str, Any] = {
    "size": 0,
    "state": "pending",
    "error": None,
    "superseded": False,
    "duration_s": 0.0,
    "kind": "",
    "label": "",
    "probability": 0.0,
    "genres": [],
    "subgenres": [],
    "timeline": [],
    "artist": "",
    "album": "",
    "title": "",
    "tags": {},
    "model": "",
    "head": "",
    "profile": "",
    "fingerprint": b"",
    "warnings": [],
}
"""The columns of a track of which nothing is known."""


def track_of(row: RowMapping, paths: Sequence[str]) -> Track:
    """Return the track of a row of the table ``tracks``."""
    return Track(
        track_id=row["track_id"],
        path=row["path"],
        paths=tuple(paths),
        content_hash=row["content_hash"] or "",
        size=row["size"],
        duration_s=row["duration_s"],
        state=row["state"],
        error=row["error"],
        kind=row["kind"],
        label=row["label"],
        probability=row["probability"],
        genres=tuple(Genre(*pair) for pair in row["genres"]),
        subgenres=tuple(Genre(*pair) for pair in row["subgenres"]),
        timeline=tuple(TimelineEntry(*entry) for entry in row["timeline"]),
        artist=row["artist"],
        album=row["album"],
        title=row["title"],
        tags=row["tags"],
        model=row["model"],
        fingerprint=bytes(row["fingerprint"]),
        warnings=tuple(row["warnings"]),
        head=row["head"],
        profile=row["profile"],
    )


def analysis_columns(analysis: Analysis, origin: Origin) -> dict[str, Any]:
    """Return the columns that an analysis fills; its vectors go elsewhere."""
    return {
        "state": "ready",
        "error": None,
        "duration_s": analysis.duration_s,
        "kind": analysis.kind,
        "label": analysis.label,
        "probability": analysis.probability,
        "genres": _pairs(analysis.genres),
        "subgenres": _pairs(analysis.subgenres),
        "timeline": [
            [round(each.start_s, 3), round(each.end_s, 3), each.label, round(each.probability, 6)]
            for each in analysis.timeline
        ],
        "model": analysis.model,
        "head": origin.head,
        "profile": origin.profile,
        "warnings": list(analysis.warnings),
        **({"fingerprint": analysis.fingerprint} if analysis.fingerprint else {}),
    }


def content_columns(content: Content) -> dict[str, Any]:
    """Return the columns that a file's bytes and tags fill."""
    return {
        "content_hash": content.content_hash,
        "size": content.stamp.size,
        "tags": dict(content.tags),
        "artist": content.tags.get("artist", ""),
        "album": content.tags.get("album", ""),
        "title": content.tags.get("title", ""),
    }


def vector_rows(
    track_id: int, analysis: Analysis
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a track's rows in the tables of vectors and of excerpts; silence has no vector."""
    vector, excerpts = analysis.embedding, analysis.excerpt_embeddings
    of_track = {"track_id": track_id, "model": analysis.model, "embedding": pack(vector)}
    of_excerpts = {"track_id": track_id, "embeddings": pack(excerpts), "dim": excerpts.shape[-1]}
    return [of_track] if vector.any() else [], [of_excerpts] if excerpts.size else []


def pack(vectors: FloatArray) -> bytes:
    """Return vectors as they are stored; shape is kept elsewhere."""
    return vectors.astype(STORED).tobytes()


def unpack(data: bytes, dim: int) -> NDArray[np.float16]:
    """Return stored vectors, shape (n, dim)."""
    return np.frombuffer(data, dtype=STORED).reshape(-1, dim)


def _pairs(genres: Sequence[Genre]) -> list[list[object]]:
    return [[genre.label, round(genre.probability, 6)] for genre in genres]
