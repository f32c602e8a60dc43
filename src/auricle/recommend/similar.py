"""Tracks that sound like a track or a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np

from ..errors import CatalogError, SpaceMismatch
from ..library import Track
from ..types import Analysis, FloatArray
from .collection import Collection
from .constraints import Chosen, Limits
from .explain import Explanation, Heard, explain
from .filters import Filter
from .versions import recordings


@dataclass(frozen=True, slots=True)
class Query:
    """What similar tracks are wanted for.

    Attributes:
        embedding: unit vector, shape (dim,).
        model: ``"name@hash12"``.
        heard: for explanations.
        track: itself, when it is in the catalog; it is not among the answers, nor are versions.
    """

    embedding: FloatArray
    model: str
    heard: Heard
    track: Track | None = None


@dataclass(frozen=True, slots=True)
class SimilarOptions:
    """How similar tracks are chosen.

    Attributes:
        k: how many.
        raw: rank by cosine alone, hubs included.
        explain: say why for each.
        where: only tracks that pass.
        limits: versions, artists and albums.
    """

    k: int = 10
    raw: bool = False
    explain: bool = False
    where: Filter | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Match:
    """A similar track.

    Attributes:
        track: from the catalog.
        score: what the list is ranked by; compares only within one list.
        similarity: cosine of the embeddings.
        explanation: when it was asked for.
    """

    track: Track
    score: float
    similarity: float
    explanation: Explanation | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        values: dict[str, Any] = {
            "path": self.track.path,
            "label": self.track.label,
            "probability": round(self.track.probability, 6),
            "score": round(self.score, 6),
            "similarity": round(self.similarity, 6),
            "artist": self.track.artist,
            "album": self.track.album,
            "title": self.track.title,
            "duration_s": round(self.track.duration_s, 3),
        }
        return values | (self.explanation.to_dict() if self.explanation else {})


def query_of_track(collection: Collection, track: Track) -> Query:
    """Return the query for a track of the catalog.

    Raises:
        CatalogError: it was not analysed, or is silent.
    """
    if track.state not in {"ready", "missing"} or not track.model:
        reason = track.error or "it has not been analysed yet"
        raise CatalogError(f"{track.path}: nothing is known of its sound: {reason}")
    heard, vector = collection.heard(track), collection.vector(track.track_id)
    embedding = _mean(track.path, heard.excerpts) if vector is None else vector
    return Query(embedding, track.model, heard, track)


def query_of_analysis(analysis: Analysis) -> Query:
    """Return the query for a file that need not be in the catalog.

    Raises:
        CatalogError: it is silent.
    """
    if not analysis.embedding.any():
        raise CatalogError(f"{analysis.path}: is silent; nothing sounds like it")
    heard = Heard(analysis.genres, analysis.timeline, analysis.excerpt_embeddings)
    return Query(analysis.embedding, analysis.model, heard)


def similar(query: Query, collection: Collection, options: SimilarOptions) -> list[Match]:
    """Return the tracks most similar to a query, best first.

    Raises:
        SpaceMismatch: the query comes from another model than the collection.
    """
    if query.model != collection.model:
        raise SpaceMismatch(
            f"the query was heard by {query.model}, the collection by {collection.model}: "
            "they do not compare; name the model, or run auricle library scan --reanalyze"
        )
    passed: list[tuple[Track, float]] = []
    kept: list[tuple[Track, float]] = []
    ways = collection.ranked(query.embedding, 2 * options.k + 5, corrected=not options.raw)
    for batch in ways:
        passed += [pair for pair in batch if options.where is None or options.where(pair[0])]
        kept = _choose(query, collection, passed, options)
        if len(kept) == options.k:
            break
    matches = [
        Match(track, score, collection.cosine(track.track_id, query.embedding))
        for track, score in kept
    ]
    if not options.explain:
        return matches
    return [
        replace(match, explanation=explain(query.heard, collection.heard(match.track)))
        for match in matches
    ]


def _choose(
    query: Query,
    collection: Collection,
    ranked: Sequence[tuple[Track, float]],
    options: SimilarOptions,
) -> list[tuple[Track, float]]:
    """Return the first k that may stand in one list, without the query and its versions."""
    mine = [query.track] if query.track else []
    own = {track.track_id for track in mine}
    tracks = [*mine, *(track for track, _ in ranked)]
    chosen = Chosen(options.limits, recordings(collection, tracks))
    for track in mine:
        chosen.count(track)
    kept = (pair for pair in ranked if pair[0].track_id not in own and chosen.take(pair[0]))
    return list(islice(kept, options.k))


def _mean(path: str, excerpts: FloatArray) -> FloatArray:
    """Return the direction of the mean excerpt; stands in for a track that left the index."""
    total = excerpts.sum(axis=0, dtype=np.float64)
    norm = float(np.linalg.norm(total))
    if norm == 0:
        raise CatalogError(f"{path}: is silent; nothing sounds like it")
    return np.asarray(total / norm, dtype=np.float32)
