"""What an index holds: tracks in order of their number, their vectors and their penalties."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..types import FloatArray
from .index_hubness import MAX_REFERENCES, choose_references, penalties

MAX_GROWTH = 1.5
MIN_REFERENCES_LEFT = 0.9
"""The sample of references is drawn anew when the collection has grown by this factor, or when
fewer of the sample are left."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Tracks of one model.

    Attributes:
        ids: ascending, shape (n,).
        vectors: unit rows, shape (n, dim); perhaps mapped from a file.
        penalties: shape (n,), see ``index_hubness``.
        references: the tracks that penalties were taken from, ascending.
        n_sampled: how many tracks there were when the references were chosen.
    """

    ids: NDArray[np.int64]
    vectors: FloatArray
    penalties: FloatArray
    references: NDArray[np.int64]
    n_sampled: int

    def __len__(self) -> int:
        return self.ids.size

    def find(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of each track, -1 for those that are not here; shape as ``ids``."""
        if not self.ids.size:
            return np.full(ids.shape, -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.ids, ids), self.ids.size - 1)
        return np.where(self.ids[places] == ids, places, -1)


def make_rows(ids: NDArray[np.int64], vectors: FloatArray | NDArray[np.float16]) -> Rows:
    """Return rows with fresh penalties.

    Args:
        ids: of the tracks, each once, in any order; shape (n,).
        vectors: unit rows, shape (n, dim).

    Raises:
        ValueError: the shapes do not fit, or an id comes twice.
    """
    if vectors.ndim != 2 or ids.shape != (len(vectors),):
        raise ValueError(f"ids of shape {ids.shape} do not fit vectors of shape {vectors.shape}")
    order = np.argsort(ids, kind="stable")
    ordered = np.asarray(ids[order], dtype=np.int64)
    if np.any(ordered[1:] == ordered[:-1]):
        raise ValueError("a track can be in an index only once")
    matrix = np.ascontiguousarray(vectors[order], dtype=np.float32)
    empty = np.zeros(ids.size, dtype=np.float32)
    return _resampled(Rows(ordered, matrix, empty, ordered[:0], 0))


def added(rows: Rows, ids: NDArray[np.int64], vectors: FloatArray) -> Rows:
    """Return rows with some tracks more; one that was there already gets its new vector.

    Penalties of the old tracks stay in a large collection, until it has grown a lot.
    """
    if not ids.size:
        return rows
    kept = removed(rows, ids)
    fresh = make_rows(ids, vectors)
    if len(kept) and fresh.vectors.shape[1] != kept.vectors.shape[1]:
        dim = kept.vectors.shape[1]
        raise ValueError(f"vectors must be of shape (n, {dim}), not {vectors.shape}")
    if not len(kept):
        return fresh
    joined = np.concatenate([kept.ids, fresh.ids])
    order = np.argsort(joined, kind="stable")
    matrix = np.concatenate([kept.vectors, fresh.vectors])[order]
    old = np.concatenate([kept.penalties, _against(kept, fresh)])[order]
    return _settled(Rows(joined[order], matrix, old, kept.references, kept.n_sampled))


def removed(rows: Rows, ids: NDArray[np.int64]) -> Rows:
    """Return rows without some tracks; those that are not there are no matter."""
    keep = ~np.isin(rows.ids, ids)
    if keep.all():
        return rows
    return _settled(
        replace(
            rows,
            ids=rows.ids[keep],
            vectors=np.asarray(rows.vectors[keep]),
            penalties=rows.penalties[keep],
            references=rows.references[~np.isin(rows.references, ids)],
        )
    )


def _against(rows: Rows, fresh: Rows) -> FloatArray:
    """Return the penalties of new tracks by the references there are."""
    return penalties(fresh.vectors, np.asarray(rows.vectors[rows.find(rows.references)]))


def _settled(rows: Rows) -> Rows:
    """Choose references anew when the old ones no longer stand for the collection."""
    wanted = min(len(rows), MAX_REFERENCES)
    small = len(rows) <= MAX_REFERENCES
    worn = rows.references.size < MIN_REFERENCES_LEFT * wanted
    grown = len(rows) > MAX_GROWTH * rows.n_sampled
    return _resampled(rows) if small or worn or grown else rows


def _resampled(rows: Rows) -> Rows:
    references = choose_references(rows.ids)
    own = np.searchsorted(references, rows.ids)
    own = np.minimum(own, max(references.size - 1, 0))
    if references.size:
        own = np.where(references[own] == rows.ids, own, -1)
    fresh = penalties(rows.vectors, np.asarray(rows.vectors[rows.find(references)]), own)
    return replace(rows, penalties=fresh, references=references, n_sampled=len(rows))
