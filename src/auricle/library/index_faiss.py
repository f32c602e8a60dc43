"""The index for a million tracks and more: a coarse search by faiss, then exact scores.

Product quantisation with a 4-bit code per pair of numbers lets faiss scan the codes in registers
(its "fast scan"); that reads a sixteenth of what the float32 matrix holds. A random rotation before
it spreads what a vector says evenly over the codes, which lifts recall a lot. The best
``CANDIDATES`` are scored exactly. It is kept in memory only, and pays for a process that asks
often.
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

CODE_NUMBERS = 2
"""Numbers of a vector in one code."""

SEED = 0

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
        self._rotation = _rotation(rows.vectors.shape[1])
        self._coarse = self._build()

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
        _, found = self._coarse.search(self._turned(queries, float(corrected)), count)
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
        self._coarse = self._build()

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Remove tracks; see ``Index``."""
        self._exact.remove(ids)
        self._coarse = self._build()

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

    def _build(self) -> Any:  # noqa: ANN401 - faiss has no types
        """Return the coarse index, or None for a collection that needs none."""
        try:
            import faiss  # an extra, and slow to import
        except ModuleNotFoundError as error:
            raise MissingExtra("searching with faiss", "faiss") from error
        rows, width = self.rows, len(self._rotation)
        if len(rows) < MIN_ROWS:
            return None
        n_codes = width // CODE_NUMBERS
        coarse = faiss.IndexPQFastScan(width, n_codes, 4, faiss.METRIC_INNER_PRODUCT)
        sample = np.random.default_rng(SEED).choice(len(rows), TRAINING_ROWS, replace=False)
        coarse.train(self._coded(np.sort(sample)))
        for start in range(0, len(rows), TRAINING_ROWS):
            coarse.add(self._coded(np.arange(start, min(start + TRAINING_ROWS, len(rows)))))
        return coarse

    def _coded(self, places: NDArray[np.int64]) -> FloatArray:
        """Return rows as they are coded: with their penalties as further numbers, rotated."""
        return self._turned(self.rows.vectors[places], -self.rows.penalties[places, None])

    def _turned(self, vectors: FloatArray, last: FloatArray | float) -> FloatArray:
        """Return vectors with further numbers, whose products add up to that of ``last``."""
        missing = len(self._rotation) - vectors.shape[1]
        more = np.zeros((len(vectors), missing), dtype=np.float32)
        more[:, :PENALTY_PARTS] = last / np.float32(PENALTY_PARTS) ** 0.5
        return np.concatenate([vectors, more], axis=1) @ self._rotation


def _rotation(dim: int) -> FloatArray:
    """Return a random rotation of vectors with their penalties, padded to whole codes."""
    width = dim + PENALTY_PARTS
    width += -width % CODE_NUMBERS
    turns, _ = np.linalg.qr(np.random.default_rng(SEED).normal(size=(width, width)))
    return np.asarray(turns, dtype=np.float32)
