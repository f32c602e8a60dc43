"""The index for a million tracks and more: a coarse search by faiss, then exact scores.

Product quantisation with one 4-bit code per number lets faiss scan the codes in registers (its
"fast scan"); that reads an eighth of what the float32 matrix holds. The best ``CANDIDATES`` of it
are scored exactly. It is kept in memory only, and pays for a process that asks often.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import MissingExtra
from ..types import FloatArray
from .index import FlatIndex, Found, checked_queries
from .index_rows import Rows

CANDIDATES = 2000
PENALTY_PARTS = 8
"""The penalty is spread over this many numbers of a vector, so that no single one is large."""

MIN_ROWS = 20_000
"""Below this the plain product is as fast."""

TRAINING_ROWS = 20_000


class FaissIndex:
    """The index in faiss; extra ``faiss``."""

    def __init__(self, rows: Rows) -> None:
        """Build the codes.

        Raises:
            MissingExtra: faiss is not installed.
        """
        self._exact = FlatIndex(rows)
        self._coarse = _build(rows)

    @property
    def rows(self) -> Rows:
        """The tracks in the index."""
        return self._exact.rows

    def search(
        self,
        queries: FloatArray,
        k: int,
        *,
        allowed: NDArray[np.bool_] | None = None,
        corrected: bool = True,
    ) -> Found:
        """Return the best k tracks for each query; see ``Index``."""
        queries = checked_queries(queries, k, self.rows)
        count = max(CANDIDATES, 20 * k)
        if self._coarse is None or allowed is not None or count >= len(self.rows):
            return self._exact.search(queries, k, allowed=allowed, corrected=corrected)
        _, found = self._coarse.search(_widened_queries(queries, corrected), count)
        answers = [
            self._rank(query, np.sort(places[places >= 0]), k, corrected)
            for query, places in zip(queries, found, strict=True)
        ]
        return (
            np.concatenate([ids for ids, _ in answers]).reshape(len(queries), k),
            np.concatenate([scores for _, scores in answers]).reshape(len(queries), k),
        )

    def add(self, ids: NDArray[np.int64], vectors: FloatArray) -> None:
        """Add tracks; see ``Index``."""
        self._exact.add(ids, vectors)
        self._coarse = _build(self.rows)

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Remove tracks; see ``Index``."""
        self._exact.remove(ids)
        self._coarse = _build(self.rows)

    def _rank(self, query: FloatArray, places: NDArray[np.int64], k: int, corrected: bool) -> Found:
        """Score some rows exactly."""
        rows = self.rows
        few = Rows(
            rows.ids[places],
            np.asarray(rows.vectors[places]),
            rows.penalties[places],
            rows.references[:0],
            0,
        )
        return FlatIndex(few).search(query[None], k, corrected=corrected)


def _build(rows: Rows) -> Any:  # noqa: ANN401 - faiss has no types
    """Return the coarse index, or None for a collection that needs none."""
    try:
        import faiss  # an extra, and slow to import
    except ModuleNotFoundError as error:
        raise MissingExtra("searching with faiss", "faiss") from error
    if len(rows) < MIN_ROWS:
        return None
    width = rows.vectors.shape[1] + PENALTY_PARTS
    coarse = faiss.IndexPQFastScan(width, width, 4, faiss.METRIC_INNER_PRODUCT)
    sample = np.random.default_rng(0).choice(len(rows), TRAINING_ROWS, replace=False)
    coarse.train(_widened(rows, np.sort(sample)))
    for start in range(0, len(rows), TRAINING_ROWS):
        coarse.add(_widened(rows, np.arange(start, min(start + TRAINING_ROWS, len(rows)))))
    return coarse


def _widened(rows: Rows, places: NDArray[np.int64]) -> FloatArray:
    """Return vectors with their penalties as further numbers."""
    part = -rows.penalties[places, None] / PENALTY_PARTS
    return np.concatenate([rows.vectors[places], np.repeat(part, PENALTY_PARTS, axis=1)], axis=1)


def _widened_queries(queries: FloatArray, corrected: bool) -> FloatArray:
    weight = np.full((len(queries), PENALTY_PARTS), float(corrected), dtype=np.float32)
    return np.concatenate([queries, weight], axis=1)
