"""Intervals widen with dependence, and are the same for the same seed."""

import numpy as np
import pytest

from auricle.evaluate.bootstrap import group_bootstrap

VALUES = np.repeat([0.0, 1.0, 0.0, 1.0, 1.0], 20)


def mean(rows: np.ndarray) -> float:
    return float(np.mean(VALUES[rows]))


def test_value_and_counts() -> None:
    interval = group_bootstrap(mean, [str(i // 20) for i in range(100)])
    assert (interval.value, interval.n, interval.n_groups) == (pytest.approx(0.6), 100, 5)
    assert interval.low <= interval.value <= interval.high


def test_tracks_of_one_artist_are_not_independent() -> None:
    by_artist = group_bootstrap(mean, [str(i // 20) for i in range(100)])
    by_track = group_bootstrap(mean, [str(i) for i in range(100)])
    assert by_artist.high - by_artist.low > 3 * (by_track.high - by_track.low)


def test_by_track_it_has_the_width_of_a_binomial() -> None:
    interval = group_bootstrap(mean, [str(i) for i in range(100)])
    expected = 2 * 1.96 * np.sqrt(0.6 * 0.4 / 100)
    assert interval.high - interval.low == pytest.approx(expected, rel=0.15)


def test_the_seed_decides() -> None:
    groups = [str(i) for i in range(100)]
    assert group_bootstrap(mean, groups, seed=1) == group_bootstrap(mean, groups, seed=1)
    assert group_bootstrap(mean, groups, seed=1) != group_bootstrap(mean, groups, seed=2)


def test_groups_need_not_be_sorted_or_alike_in_size() -> None:
    values = np.array([1.0, 5.0, 1.0, 5.0, 5.0])
    interval = group_bootstrap(lambda rows: float(values[rows].mean()), ["b", "a", "b", "a", "a"])
    assert (interval.low, interval.high) == (1.0, 5.0)


def test_one_group_has_no_spread() -> None:
    interval = group_bootstrap(mean, ["same"] * 100)
    assert interval.low == interval.high == pytest.approx(0.6)
