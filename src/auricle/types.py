"""The frozen results that rooms hand each other."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

Profile = Literal["full", "fast"]
"""How much of a track is heard: every second, or a few excerpts read by seeking."""

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Genre:
    """A label with its calibrated probability."""

    label: str
    probability: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"label": self.label, "probability": round(self.probability, 6)}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """What one excerpt sounds like; times in seconds from the start of the track."""

    start_s: float
    end_s: float
    label: str
    probability: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "start_s": round(self.start_s, 3),
            "end_s": round(self.end_s, 3),
            "label": self.label,
            "probability": round(self.probability, 6),
        }


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything heard in one track.

    Attributes:
        path: the file as it was given, or ``"-"`` for standard input, ``"<bytes>"`` for memory.
        duration_s: length of the sound that could be decoded, in seconds; with the fast profile
            what the header claims.
        kind: ``"music"``, ``"speech"``, ``"other"`` or ``"silence"``.
        label: the most probable genre, or ``"unknown"`` when its probability is below the
            head's threshold or the sound is not music.
        probability: the calibrated probability of the most probable genre.
        genres: all genres, most probable first; probabilities sum to 1.
        subgenres: fine genres (multi-label, each its own probability), most probable first.
        timeline: the main genre of each excerpt that was heard, in order of time.
        embedding: unit vector, shape (dim,); the zero vector for silence.
        excerpt_embeddings: unit vectors, shape (n_excerpts, dim), rows as in ``timeline``.
        model: ``"name@hash12"`` of the backbone; embeddings compare only within one model.
        warnings: what was odd about the file, in plain words.
        fingerprint: by which other copies of the recording are found; empty when not asked for.
    """

    path: str
    duration_s: float
    kind: str
    label: str
    probability: float
    genres: tuple[Genre, ...]
    timeline: tuple[TimelineEntry, ...]
    embedding: FloatArray
    model: str
    subgenres: tuple[Genre, ...] = ()
    excerpt_embeddings: FloatArray = field(
        default_factory=lambda: np.zeros((0, 0), dtype=np.float32), repr=False
    )
    warnings: tuple[str, ...] = ()
    fingerprint: bytes = field(default=b"", repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, without the embeddings (``auricle embed`` writes those)."""
        return {
            "path": self.path,
            "duration_s": round(self.duration_s, 3),
            "kind": self.kind,
            "label": self.label,
            "probability": round(self.probability, 6),
            "genres": [genre.to_dict() for genre in self.genres],
            "subgenres": [genre.to_dict() for genre in self.subgenres],
            "timeline": [entry.to_dict() for entry in self.timeline],
            "model": self.model,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be analysed, and why."""

    path: str
    type: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"path": self.path, "error": {"type": self.type, "message": self.message}}
