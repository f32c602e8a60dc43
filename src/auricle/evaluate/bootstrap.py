"""Intervals that resample artists, because tracks of one artist are not independent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import DoubleArray, IntArray

DRAWS = 1000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its bootstrap percentile interval.

    Attributes:
        value: the figure on all tracks.
        low: lower end.
        high: upper end.
        n: number of tracks.
        n_groups: number of artists (tracks of unknown artist count as one each).
    """

    value: float
    low: float
    high: float
    n: int
    n_groups: int


def group_bootstrap(
    statistic: Callable[[IntArray], float],
    groups: Sequence[str],
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> Interval:
    """Return a figure with its 95 % interval under resampling of whole groups.

    Args:
        statistic: takes track indices (with repetitions) and returns the figure.
        groups: the artist of each track.
        seed: of the draws; the same seed gives the same interval.
        draws: number of resamples.

    Source: the cluster bootstrap, A. C. Davison and D. V. Hinkley, "Bootstrap Methods and
    their Application" (1997), section 3.8; percentile intervals.
    """
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    order = np.argsort(member, kind="stable")
    tracks_of = np.split(order, np.cumsum(np.bincount(member))[:-1])
    random = np.random.default_rng(seed)
    values = [
        statistic(
            np.concatenate([tracks_of[g] for g in random.integers(len(names), size=len(names))])
        )
        for _ in range(draws)
    ]
    value = statistic(np.arange(len(member)))
    return interval_of(value, np.array(values), len(member), len(names))


def resampled_means(
    values: DoubleArray, groups: IntArray | None = None, *, seed: int = 0, draws: int = DRAWS
) -> DoubleArray:
    """Return the means of columns under resampling of rows, shape (draws, n_columns).

    The same seed draws the same rows, so that the means of two columns, in one call or in two,
    are paired: their difference or ratio, draw by draw, has an interval of its own.

    Args:
        values: shape (n, n_columns).
        groups: a number per row; rows of one group are drawn together. None: each its own.
        seed: of the draws.
        draws: number of resamples.
    """
    if groups is None:
        sums, sizes = values, np.ones(len(values))
    else:
        sizes = np.bincount(groups).astype(np.float64)
        sums = np.stack([np.bincount(groups, weights=column) for column in values.T], axis=1)
    random, n = np.random.default_rng(seed), len(sums)
    times = random.multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float64)
    return np.asarray(times @ sums / (times @ sizes)[:, None])


def interval_of(value: float, resampled: DoubleArray, n: int, n_groups: int) -> Interval:
    """Return a figure with the percentile interval of its resampled values, shape (draws,)."""
    tail = 50 * (1 - LEVEL)
    low, high = np.percentile(resampled, [tail, 100 - tail])
    return Interval(float(value), float(low), float(high), n, n_groups)
