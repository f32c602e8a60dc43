"""How good lists of recommendations are, listener by listener.

Lists are places of tracks, shape (n_listeners, k), best first; -1 fills up a short list.
Relevance is binary: what a listener played of what was held out.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...types import FloatArray
from .interactions import Index, Plays
from .splits import Mask, Task

BLOCK = 256
"""Listeners scored at once: 256 x 100,000 tracks are 100 MB."""

NOBODY = -1
Doubles = NDArray[np.float64]
Score = Callable[[Index], FloatArray]
"""Places of listeners to scores of all tracks, shape (n, n_items)."""

PER_LISTENER = ("recall", "ndcg", "map", "novelty", "popularity_lift", "new_share")
OVERALL = ("coverage", "gini", "new_coverage")


@dataclass(frozen=True, eq=False)
class Judged:
    """What one model's lists are worth on one task.

    Attributes:
        listeners: who was asked: those with something to be found, shape (n,).
        values: a column of figures per name in ``PER_LISTENER``, shape (n,) each.
        overall: a figure per name in ``OVERALL``.
    """

    listeners: Index
    values: dict[str, Doubles]
    overall: dict[str, float]


def best_lists(score: Score, task: Task, k: int, *, seed: int = 0) -> tuple[Index, Index]:
    """Return who is asked, shape (n,), and the k best candidates of each, shape (n, k).

    Equal scores are put in an order drawn anew for every block of listeners: a model that
    cannot tell tracks apart is judged as one that draws them.
    """
    asked = np.flatnonzero(np.diff(task.truth.starts))
    random = np.random.default_rng(seed)
    candidates = np.flatnonzero(task.candidates)
    lists = np.full((asked.size, k), NOBODY, dtype=np.int64)
    for first in range(0, asked.size, BLOCK):
        block = asked[first : first + BLOCK]
        scores = np.array(score(block), dtype=np.float32)
        for row, listener in enumerate(block):
            scores[row, task.seen.of(listener)[0]] = -np.inf
        columns = random.permutation(candidates)
        found = _best(scores[:, columns], min(k, columns.size))
        lists[first : first + BLOCK, : found.shape[1]] = np.where(
            found == NOBODY, NOBODY, columns[found]
        )
    return asked, lists


def judge(lists: Index, asked: Index, task: Task, train: Plays, new: Mask) -> Judged:
    """Judge lists.

    Args:
        lists: what is recommended, shape (n, k).
        asked: whose lists they are, shape (n,).
        task: what was asked.
        train: what was learnt from, for popularity.
        new: tracks that nobody had played, shape (n_items,).
    """
    hits = _hits(lists, asked, task.truth)
    sizes = np.diff(task.truth.starts)[asked]
    shown = lists >= 0
    often = np.bincount(lists[shown], minlength=new.size)
    values = {
        "recall": recall(hits, sizes),
        "ndcg": ndcg(hits, sizes),
        "map": average_precision(hits, sizes),
        "novelty": _mean(novelty(train)[lists], shown),
        "popularity_lift": _popularity_lift(lists, asked, train),
        "new_share": _mean(new[lists].astype(np.float64), shown),
    }
    return Judged(asked, values, exposure(often, task.candidates, new))


def recall(hits: Mask, sizes: Index) -> Doubles:
    """Return the share of what was to be found that is in the list, shape (n,)."""
    return np.asarray(hits.sum(axis=1) / sizes)


def ndcg(hits: Mask, sizes: Index) -> Doubles:
    """Return the discounted gain as a share of the best possible, shape (n,).

    Source: K. Jarvelin and J. Kekalainen, "Cumulated gain-based evaluation of IR techniques"
    (2002), with gains 0 and 1 and a discount of 1 / log2(place + 1).
    """
    k = hits.shape[1]
    discount = 1 / np.log2(np.arange(2, k + 2))
    best = np.cumsum(discount)[np.minimum(sizes, k) - 1]
    return np.asarray(hits @ discount / best)


def average_precision(hits: Mask, sizes: Index) -> Doubles:
    """Return the mean precision at the hits, over as many as a list could hold, shape (n,)."""
    k = hits.shape[1]
    precision = np.cumsum(hits, axis=1) / np.arange(1, k + 1)
    return np.asarray((precision * hits).sum(axis=1) / np.minimum(sizes, k))


def novelty(train: Plays) -> Doubles:
    """Return the surprise of each track in bits: -log2 of the share of listeners who played it.

    A track that nobody played counts as if one more listener had.
    """
    return np.asarray(-np.log2(np.maximum(train.popularity, 1) / max(train.n_listeners, 1)))


def percentile(popularity: Index) -> Doubles:
    """Return the share of tracks that are less popular, ties half, shape (n,)."""
    ordered = np.sort(popularity)
    below = np.searchsorted(ordered, popularity, side="left")
    upto = np.searchsorted(ordered, popularity, side="right")
    return np.asarray((below + upto) / (2 * max(popularity.size, 1)))


def gini(often: Index) -> float:
    """Return how unevenly exposure is spread: 0 evenly, towards 1 all on one track."""
    ordered = np.sort(often).astype(np.float64)
    total, n = ordered.sum(), ordered.size
    if not total:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def exposure(often: Index, candidates: Mask, new: Mask) -> dict[str, float]:
    """Return what is shown at all, how unevenly, and how many of the new tracks are shown."""
    fresh = candidates & new
    return {
        "coverage": float(np.mean(often[candidates] > 0)),
        "gini": gini(often[candidates]),
        "new_coverage": float(np.mean(often[fresh] > 0)) if fresh.any() else 0.0,
    }


def _best(scores: FloatArray, k: int) -> Index:
    """Return the places of the k best of each row, best first; -1 where the score is -inf."""
    if k < scores.shape[1]:
        some = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    else:
        some = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
    value = np.take_along_axis(scores, some, axis=1)
    order = np.argsort(-value, axis=1, kind="stable")
    found = np.take_along_axis(some, order, axis=1)
    ranked = np.take_along_axis(value, order, axis=1)
    return np.where(np.isneginf(ranked), NOBODY, found)


def _hits(lists: Index, asked: Index, truth: Plays) -> Mask:
    keys = truth.rows * truth.n_tracks + truth.tracks
    wanted = asked[:, None] * truth.n_tracks + lists
    return np.asarray(np.isin(wanted, keys) & (lists >= 0))


def _popularity_lift(lists: Index, asked: Index, train: Plays) -> Doubles:
    """Return how much more popular (percentile) the list is than what its listener played."""
    place = percentile(train.popularity)
    counts = np.diff(train.starts)
    played = np.bincount(train.rows, weights=place[train.tracks], minlength=train.n_listeners)
    usual = np.where(counts > 0, played / np.maximum(counts, 1), 0.5)
    return np.asarray(_mean(place[lists], lists >= 0) - usual[asked])


def _mean(values: Doubles, counted: Mask) -> Doubles:
    """Return the mean of each row over what is counted; 0 where nothing is."""
    sums = np.where(counted, values, 0.0).sum(axis=1)
    return np.asarray(sums / np.maximum(counted.sum(axis=1), 1))
