"""Folds keep artists whole and labels spread."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.evaluate.splits import (
    crosses,
    given_folds,
    group_folds,
    inner_folds,
    one_group_out,
    random_folds,
)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 12)), min_size=1, max_size=60),
    st.integers(2, 6),
)
def test_no_group_is_in_two_folds(tracks: list[tuple[str, int]], n_folds: int) -> None:
    labels = [label for label, _ in tracks]
    groups = [str(group) for _, group in tracks]
    folds = group_folds(labels, groups, n_folds)
    assert len(set(zip(groups, folds.tolist(), strict=True))) == len(set(groups))
    assert folds.max() < min(n_folds, len(set(groups)))


def test_labels_are_spread_evenly() -> None:
    labels = ["rare"] * 10 + ["common"] * 90
    folds = group_folds(labels, [str(i) for i in range(100)], 5)
    assert sorted(Counter(folds.tolist()).values()) == [20] * 5
    assert sorted(Counter(folds[:10].tolist()).values()) == [2] * 5


def test_every_fold_is_used_when_there_are_groups_enough() -> None:
    folds = group_folds(["x"] * 7, list("abcdefg"), 5)
    assert set(folds.tolist()) == set(range(5))


def test_fewer_groups_than_folds() -> None:
    folds = group_folds(["x", "x", "y"], ["a", "a", "b"], 5)
    assert folds[0] == folds[1] != folds[2]


def test_the_same_seed_gives_the_same_folds() -> None:
    labels, groups = list("ab" * 20), [str(i // 2) for i in range(40)]
    first, again, other = (group_folds(labels, groups, 4, seed=s).tolist() for s in (1, 1, 2))
    assert first == again != other


def test_random_folds_split_artists() -> None:
    folds = random_folds(["x"] * 20, 4)
    assert sorted(Counter(folds.tolist()).values()) == [5] * 4


def test_one_group_out() -> None:
    np.testing.assert_array_equal(one_group_out(["b", "a", "b"]), [1, 0, 1])


@pytest.mark.parametrize("folds", [["1", "", "2"], ["1", "1"], ["", ""]])
def test_incomplete_folds_are_none(folds: list[str]) -> None:
    assert given_folds(folds) is None


def test_given_folds_are_numbered() -> None:
    found = given_folds(["5", "1", "5"])
    assert found is not None
    assert found.tolist() == [1, 0, 1]


def test_inner_folds_keep_artists_whole_where_there_are_two() -> None:
    labels, groups = ["x", "y"] * 4, ["a", "a", "b", "b"] * 2
    assert not crosses(groups, inner_folds(labels, groups, 3))
    alone = inner_folds(labels, ["a"] * 8, 3)
    assert set(alone.tolist()) == {0, 1, 2}
    with pytest.raises(ValueError, match="1 tracks cannot be held out"):
        inner_folds(["x"], ["a"], 3)


def test_a_group_in_two_folds_crosses() -> None:
    assert crosses(["a", "a", "b"], np.array([0, 1, 1]))
    assert not crosses(["a", "a", "b"], np.array([1, 1, 1]))
