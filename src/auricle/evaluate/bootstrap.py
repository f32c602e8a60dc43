"""Intervals that resample artists, because tracks of one artist are not independent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import IntArray

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
    tail = 50 * (1 - LEVEL)
    low, high = np.percentile(values, [tail, 100 - tail])
    value = statistic(np.arange(len(member)))
    return Interval(float(value), float(low), float(high), len(member), len(names))
