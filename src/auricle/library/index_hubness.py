"""How crowded the surroundings of a track are, so that hubs do not fill every list of neighbours.

In a space of many dimensions a few vectors, the hubs, are among the nearest of very many others,
and many are among the nearest of none (Radovanović, Nanopoulos, Ivanović 2010). Cross-domain
similarity local scaling (CSLS; Conneau et al. 2018) lowers the score of a track by its own mean
similarity to its nearest neighbours. For one query that is a number per track, taken from the
cosine: ``score = cosine - penalty``. CSLS weighs that mean with 1/2; 3/4 over 20 neighbours was
better on every collection measured, see ``docs/design.md``.
"""

import numpy as np
from numpy.typing import NDArray

from ..types import FloatArray

NEIGHBOURS = 20
WEIGHT = 0.75
MAX_REFERENCES = 4096
"""In a larger collection the neighbours are looked for in a sample of this many tracks, so that the
effort grows with the collection and not with its square."""

BLOCK = 1024
"""Rows whose similarities are in memory at once."""


def choose_references(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the tracks among which neighbours are looked for: all, or a fixed random sample."""
    if ids.size <= MAX_REFERENCES:
        return ids.copy()
    chosen = np.random.default_rng(ids.size).choice(ids.size, MAX_REFERENCES, replace=False)
    return np.asarray(ids[np.sort(chosen)])


def penalties(
    vectors: FloatArray, references: FloatArray, own: NDArray[np.int64] | None = None
) -> FloatArray:
    """Return what to take from each track's cosine with any query.

    Args:
        vectors: unit rows, shape (n, dim).
        references: unit rows, shape (n_references, dim).
        own: the row of ``references`` that is the track itself, or -1; shape (n,).

    Returns:
        Shape (n,); zero where a track has no neighbour.
    """
    result = np.zeros(len(vectors), dtype=np.float32)
    for start in range(0, len(vectors), BLOCK):
        similarity = np.asarray(vectors[start : start + BLOCK] @ references.T)
        if own is not None:
            places = own[start : start + BLOCK]
            rows = np.flatnonzero(places >= 0)
            similarity[rows, places[rows]] = -np.inf
        result[start : start + BLOCK] = WEIGHT * mean_of_best(similarity)
    return result


def mean_of_best(similarity: FloatArray) -> FloatArray:
    """Return the mean of the largest ``NEIGHBOURS`` finite values of each row, or zero."""
    k = min(NEIGHBOURS, similarity.shape[1])
    if k == 0:
        return np.zeros(len(similarity), dtype=np.float32)
    best = np.partition(similarity, -k, axis=1)[:, -k:]
    finite = np.isfinite(best)
    total = np.where(finite, best, 0).sum(axis=1, dtype=np.float64)
    return np.asarray(total / np.maximum(finite.sum(axis=1), 1), dtype=np.float32)
