"""Exact search for the nearest tracks: one matrix product, then the best k."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..types import FloatArray
from .index_rows import Rows, added, removed

MAX_SCORES = 1 << 24
"""Similarities in memory at once; more queries than that are answered in turns."""

NO_TRACK = -1
"""Fills up the ids when there are fewer than k tracks; its score is minus infinity."""

Found = tuple[NDArray[np.int64], FloatArray]


class Index(Protocol):
    """Finds tracks by cosine, raw or less their penalty for being a hub."""

    @property
    def rows(self) -> Rows:
        """The tracks in the index."""
        ...

    def search(
        self,
        queries: FloatArray,
        k: int,
        *,
        allowed: NDArray[np.bool_] | None = None,
        corrected: bool = True,
    ) -> Found:
        """Return the best k tracks for each query, best first; ties by track number.

        Args:
            queries: unit rows, shape (m, dim).
            k: how many.
            allowed: which of ``rows`` may be found, shape (n,); None is all.
            corrected: score by cosine less penalty, else by cosine.

        Returns:
            Track numbers and scores, both of shape (m, k); see ``NO_TRACK``.
        """
        ...

    def add(self, ids: NDArray[np.int64], vectors: FloatArray) -> None:
        """Add tracks, or give tracks that are there new vectors."""
        ...

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Remove tracks; those that are not there are no matter."""
        ...


class FlatIndex:
    """The index in NumPy."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    @property
    def rows(self) -> Rows:
        """The tracks in the index."""
        return self._rows

    def search(
        self,
        queries: FloatArray,
        k: int,
        *,
        allowed: NDArray[np.bool_] | None = None,
        corrected: bool = True,
    ) -> Found:
        """Return the best k tracks for each query; see ``Index``."""
        queries = checked_queries(queries, k, self._rows)
        some = max(1, MAX_SCORES // max(len(self._rows), 1))
        ids = np.full((len(queries), k), NO_TRACK, dtype=np.int64)
        scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
        for start in range(0, len(queries), some):
            block = self._score(queries[start : start + some], corrected)
            if allowed is not None:
                block[:, ~allowed] = -np.inf
            for row, values in enumerate(block, start):
                best = best_of(values, k)
                ids[row, : best.size] = self._rows.ids[best]
                scores[row, : best.size] = values[best]
        return ids, scores

    def add(self, ids: NDArray[np.int64], vectors: FloatArray) -> None:
        """Add tracks; see ``Index``."""
        self._rows = added(self._rows, ids, vectors)

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Remove tracks; see ``Index``."""
        self._rows = removed(self._rows, ids)

    def _score(self, queries: FloatArray, corrected: bool) -> FloatArray:
        """Return scores of shape (m, n)."""
        vectors = self._rows.vectors
        if len(queries) == 1:  # matrix times vector reads the matrix once, as it lies
            scores = np.asarray(vectors @ queries[0])[None]
        else:
            scores = np.asarray(queries @ vectors.T)
        if corrected:
            scores -= self._rows.penalties
        return scores


def best_of(scores: FloatArray, k: int) -> NDArray[np.int64]:
    """Return the places of the k largest finite scores, largest first, ties by place."""
    if k < scores.size:
        border = scores[np.argpartition(-scores, k - 1)[k - 1]]
        places = np.flatnonzero(scores >= border)
    else:
        places = np.arange(scores.size)
    places = places[np.isfinite(scores[places])]
    order = np.argsort(-scores[places], kind="stable")
    return np.asarray(places[order][:k], dtype=np.int64)


def checked_queries(queries: FloatArray, k: int, rows: Rows) -> FloatArray:
    """Return queries as float32.

    Raises:
        ValueError: k is below 1, or the queries are not of shape (m, dim).
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if queries.ndim != 2 or (len(rows) and queries.shape[1] != rows.vectors.shape[1]):
        wanted = f"(m, {rows.vectors.shape[1]})"
        raise ValueError(f"queries must be of shape {wanted}, not {queries.shape}")
    return np.ascontiguousarray(queries, dtype=np.float32)
