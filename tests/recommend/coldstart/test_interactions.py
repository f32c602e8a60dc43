"""Events become plays: each pair once, weights summed, in order."""

import numpy as np
import pytest

from auricle.errors import InteractionsError
from auricle.recommend.coldstart import Interactions

EVENTS = Interactions.of(
    ["b", "a", "b", "b", "c"], ["y", "x", "x", "y", "z"], [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]
)


def test_names_stand_in_order_of_coming() -> None:
    assert EVENTS.listeners == ("b", "a", "c")
    assert EVENTS.tracks == ("y", "x", "z")
    assert len(EVENTS) == 5


def test_pairs_are_summed() -> None:
    plays = EVENTS.grouped
    expected = [[5, 3, 0], [0, 2, 0], [0, 0, 5]]
    assert EVENTS.plays.toarray().tolist() == expected
    assert plays.matrix.dtype == np.float32
    assert len(plays) == 4
    assert plays.popularity.tolist() == [1, 2, 1]
    assert plays.of(0)[0].tolist() == [0, 1]
    assert plays.of(0)[1].tolist() == [5, 3]
    assert plays.rows.tolist() == [0, 0, 1, 2]
    assert (np.diff(plays.keys) > 0).all()


def test_columns_follow_the_items() -> None:
    plays = EVENTS.on(["z", "other", "x"])
    assert plays.matrix.toarray().tolist() == [[0, 0, 3], [0, 0, 2], [5, 0, 0]]


def test_who_played_what() -> None:
    plays = EVENTS.grouped
    found = plays.has(np.array([2, 0]), np.array([0, 2, 1]))
    assert found.tolist() == [[False, True, False], [True, False, True]]


def test_fewer_pairs_leave_the_names() -> None:
    few = EVENTS.grouped.where(np.array([False, True, False, True]))
    assert few.matrix.toarray().tolist() == [[0, 3, 0], [0, 0, 0], [0, 0, 5]]
    some = EVENTS.where(EVENTS.weight > 2)
    assert some.listeners == EVENTS.listeners
    assert some.time_s is not None
    assert some.time_s.tolist() == [3, 2, 1]


def test_weights_and_times_are_optional() -> None:
    plain = Interactions.of(["a", "a"], ["x", "x"])
    assert plain.time_s is None
    assert plain.grouped.weights.tolist() == [2]
    assert plain.where(np.array([True, False])).time_s is None


def test_no_events() -> None:
    empty = Interactions.of([], [])
    assert len(empty.grouped) == 0
    assert empty.on(["x"]).matrix.shape == (0, 1)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(InteractionsError, match="different lengths"):
        Interactions(("a",), ("x",), np.zeros(2, int), np.zeros(2, int), np.ones(1, np.float32))


def test_plays_are_the_same_as_added_one_by_one() -> None:
    random = np.random.default_rng(0)
    who, what = random.integers(30, size=2000), random.integers(40, size=2000)
    how = random.random(2000).astype(np.float32)
    expected = np.zeros((30, 40))
    np.add.at(expected, (who, what), how)
    events = Interactions(
        tuple(map(str, range(30))), tuple(map(str, range(40))), who, what, how
    )  # fmt: skip
    np.testing.assert_allclose(events.plays.toarray(), expected, rtol=1e-5)
