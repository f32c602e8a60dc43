"""Intervals widen with dependence, and are the same for the same seed."""

import numpy as np
import pytest

from auricle.evaluate.bootstrap import group_bootstrap, interval_of, resampled_means

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


def test_resampled_means_agree_with_the_bootstrap_by_groups() -> None:
    groups = np.arange(100) // 20
    drawn = resampled_means(VALUES[:, None], groups, draws=4000)
    one = group_bootstrap(mean, [str(i) for i in groups], draws=4000)
    fast = interval_of(float(VALUES.mean()), drawn[:, 0], 100, 5)
    assert fast.value == one.value
    assert (fast.low, fast.high) == pytest.approx((one.low, one.high), abs=1e-9)


def test_resampled_means_of_single_rows() -> None:
    drawn = resampled_means(VALUES[:, None], draws=4000)[:, 0]
    assert drawn.mean() == pytest.approx(0.6, abs=0.005)
    assert drawn.std() == pytest.approx(np.sqrt(0.6 * 0.4 / 100), rel=0.05)


def test_columns_are_resampled_together() -> None:
    drawn = resampled_means(np.stack([VALUES, VALUES + 0.25], axis=1))
    np.testing.assert_allclose(drawn[:, 1] - drawn[:, 0], 0.25)
    again = resampled_means(VALUES[:, None])
    np.testing.assert_allclose(again[:, 0], drawn[:, 0])


def test_groups_weigh_by_their_size() -> None:
    drawn = resampled_means(np.array([[0.0], [0.0], [0.0], [1.0]]), np.array([0, 0, 0, 1]))
    assert set(np.round(drawn[:, 0], 4).tolist()) == {0.0, 0.25, 1.0}
