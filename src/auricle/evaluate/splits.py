"""Cutting tracks into folds that keep whole artists together."""

from collections.abc import Sequence

import numpy as np

from .arrays import IntArray


def group_folds(
    labels: Sequence[str], groups: Sequence[str], n_folds: int, *, seed: int = 0
) -> IntArray:
    """Return a fold number per track: whole groups, labels spread evenly.

    Groups are dealt out largest first, each to the fold in which its labels are scarcest. With
    fewer groups than folds every group is its own fold.

    Args:
        labels: shape (n,).
        groups: shape (n,).
        n_folds: how many folds, at least 2.
        seed: decides among groups of equal size.

    Returns:
        Shape (n,), values 0 ... n_folds - 1.
    """
    _, label_index = np.unique(np.asarray(labels), return_inverse=True)
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    counts = np.zeros((len(names), int(label_index.max()) + 1))
    np.add.at(counts, (member, label_index), 1)
    n_folds = min(n_folds, len(names))
    filled = np.zeros((n_folds, counts.shape[1]))
    fold_of = np.zeros(len(names), dtype=np.int64)
    tie = np.random.default_rng(seed).permutation(len(names))
    share = counts / counts.sum(axis=0)
    for group in np.lexsort((tie, -counts.sum(axis=1))):
        crowding = filled @ share[group] + 1e-3 * filled.sum(axis=1)
        fold_of[group] = int(np.argmin(crowding))
        filled[fold_of[group]] += share[group]
    return np.asarray(fold_of[member], dtype=np.int64)


def inner_folds(
    labels: Sequence[str], groups: Sequence[str], n_folds: int, *, seed: int = 0
) -> IntArray:
    """Return folds to choose something by inside a training part: of single tracks for one group.

    Raises:
        ValueError: fewer than two tracks.
    """
    if len(labels) < 2:
        raise ValueError(f"{len(labels)} tracks cannot be held out from each other")
    if len(set(groups)) < 2:
        return random_folds(labels, n_folds, seed=seed)
    return group_folds(labels, groups, n_folds, seed=seed)


def random_folds(labels: Sequence[str], n_folds: int, *, seed: int = 0) -> IntArray:
    """Return a fold number per track, blind to artists: what a leaky evaluation would do."""
    return group_folds(labels, [str(i) for i in range(len(labels))], n_folds, seed=seed)


def one_group_out(groups: Sequence[str]) -> IntArray:
    """Return a fold number per track: every group is its own fold."""
    _, member = np.unique(np.asarray(groups), return_inverse=True)
    return np.asarray(member, dtype=np.int64)


def given_folds(folds: Sequence[str]) -> IntArray | None:
    """Return the manifest's folds as numbers, or None unless every track has one of several."""
    names, member = np.unique(np.asarray(folds), return_inverse=True)
    if "" in names or len(names) < 2:
        return None
    return np.asarray(member, dtype=np.int64)


def crosses(groups: Sequence[str], folds: IntArray) -> bool:
    """Tell whether a group is in several folds."""
    return len(set(zip(groups, folds.tolist(), strict=True))) > len(set(groups))
