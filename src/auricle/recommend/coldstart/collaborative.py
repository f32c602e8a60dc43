"""Models that know tracks only by who played them."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from ...errors import MissingExtra
from ...types import FloatArray
from .als import factorise
from .interactions import Columns, Index, Plays
from .linear import dot, rows_at
from .recommender import Recommender
from .state import Arrays

NEIGHBOURS = 100
"""Tracks that each track is compared with."""


class ItemKnn(Recommender):
    """Tracks that the same listeners play: cosine of the tracks' columns."""

    name: ClassVar[str] = "item-knn"

    near: Plays
    """How near the nearest tracks of each are, by rows."""

    def _fit(self, rng: np.random.Generator) -> None:
        try:
            from implicit.nearest_neighbours import ItemItemRecommender
        except ImportError as error:
            raise MissingExtra("item-knn", "recommend") from error
        library = ItemItemRecommender(K=NEIGHBOURS)
        library.fit(unit_columns(loudness(self.plays.matrix)), show_progress=False)
        near = library.similarity.tocoo()
        rows, columns = near.row.astype(np.int64), near.col.astype(np.int64)
        self.near = Plays.of_events(rows, columns, near.data.astype(np.float32), near.shape)

    def _score(self, listeners: Index, tracks: Columns) -> FloatArray:
        near = self.near.matrix if isinstance(tracks, slice) else self.near.matrix[:, tracks]
        scores = loudness(self.plays.matrix[listeners]) @ near
        return np.asarray(scores.toarray(), dtype=np.float32)

    def _state(self) -> Arrays:
        near = self.near
        return {"starts": near.starts, "tracks": near.tracks, "weights": near.weights}

    def _restore(self, state: Arrays) -> None:
        n_items = len(self.items)
        self.near = Plays(state["starts"], state["tracks"], state["weights"], n_items)

    def _move(self, old: Index) -> None:
        new = np.full(self.near.n_tracks, -1)
        new[old[old >= 0]] = np.flatnonzero(old >= 0)
        rows, columns = new[self.near.rows], new[self.near.tracks]
        self.near = Plays.of_events(rows, columns, self.near.weights, (old.size, old.size))

    def _because(self, listener: int, track: int) -> Sequence[int]:
        played, weights = self.plays.of(listener)
        nearness = self.near.matrix[played, track].toarray()[:, 0] * np.log1p(weights)
        order = np.argsort(-nearness, kind="stable")[:3]
        return [int(played[place]) for place in order if nearness[place] > 0]


class FactorModel(Recommender):
    """Implicit-feedback matrix factorisation."""

    name: ClassVar[str] = "factors"
    learnt = ("listener_factors", "item_factors")
    per_item: ClassVar[dict[str, float]] = {"item_factors": 0.0}

    listener_factors: FloatArray
    item_factors: FloatArray

    def _fit(self, rng: np.random.Generator) -> None:
        factors = factorise(self.plays, self.seed)
        self.listener_factors, self.item_factors = factors.listeners, factors.items

    def _score(self, listeners: Index, tracks: Columns) -> FloatArray:
        return dot(rows_at(self.listener_factors, listeners), self.item_factors[tracks])

    def _tastes(self) -> FloatArray:
        return self.listener_factors


def loudness(matrix: Any) -> Any:  # noqa: ANN401  scipy is untyped
    """Return a scipy matrix of the logarithms of its weights."""
    quiet = matrix.copy()
    quiet.data = np.log1p(quiet.data)
    return quiet


def unit_columns(matrix: Any) -> Any:  # noqa: ANN401  scipy is untyped
    """Return a scipy matrix whose columns have length 1, or 0."""
    norms = np.sqrt(np.bincount(matrix.indices, matrix.data**2, minlength=matrix.shape[1]))
    unit = matrix.copy()
    unit.data = matrix.data / norms[matrix.indices]  # float64, as the library wants it
    return unit
