"""How often the nearest neighbours of a track are by the same artist."""

from collections.abc import Sequence

import numpy as np

from ..vectors import unit_rows
from .arrays import AnyFloats, DoubleArray
from .bootstrap import Interval, group_bootstrap


def same_group_share(
    embeddings: AnyFloats,
    groups: Sequence[str],
    *,
    k: int = 5,
    min_size: int = 5,
    standardise: bool = True,
) -> Interval | None:
    """Return the share of the k nearest tracks (cosine) that belong to the query's group.

    Every track is a candidate; only tracks of groups with at least ``min_size`` members ask.
    The interval resamples the asking groups.

    Args:
        embeddings: shape (n, dim).
        groups: the artist of each track, shape (n,).
        k: neighbours looked at.
        min_size: members a group needs to ask.
        standardise: give every dimension mean 0 and deviation 1 over the n tracks first, so
            that embeddings of different networks are judged alike.

    Returns:
        The share, or None when no group is large enough.
    """
    names = np.asarray(groups)
    unique, member, sizes = np.unique(names, return_inverse=True, return_counts=True)
    asks = sizes[member] >= min_size
    if not asks.any() or len(names) <= k:
        return None
    vectors = unit_rows(_standardised(embeddings) if standardise else embeddings)
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :k]
    share = np.mean(member[nearest] == member[:, None], axis=1)[asks]
    return group_bootstrap(lambda rows: float(np.mean(share[rows])), unique[member][asks].tolist())


def _standardised(embeddings: AnyFloats) -> DoubleArray:
    centred = embeddings.astype(np.float64) - embeddings.mean(axis=0, dtype=np.float64)
    deviation = centred.std(axis=0)
    return np.asarray(centred / np.where(deviation > 0, deviation, 1.0))
