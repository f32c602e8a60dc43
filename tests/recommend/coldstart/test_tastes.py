"""Tastes are found apart, and nearness is to the nearest."""

import numpy as np

from auricle.recommend.coldstart import Interactions
from auricle.recommend.coldstart.content import centred, nearest
from auricle.recommend.coldstart.tastes import MAX_AXES, MAX_TASTES, Tastes, find_tastes, main_axes


def sounds() -> np.ndarray:
    """Return three groups of ten tracks that sound alike, and a track that was not heard."""
    random = np.random.default_rng(0)
    groups = np.repeat(np.eye(3, 12), 10, axis=0) + 0.05 * random.standard_normal((30, 12))
    groups /= np.linalg.norm(groups, axis=1, keepdims=True)
    return np.vstack([groups, np.zeros(12)]).astype(np.float32)


def found(played: list[list[int]]) -> Tastes:
    events = [(str(row), str(track)) for row, tracks in enumerate(played) for track in tracks]
    who, what = zip(*events, strict=True)
    plays = Interactions.of(who, what).on([str(track) for track in range(31)])
    return find_tastes(plays, sounds(), np.random.default_rng(0))


def test_two_tastes_are_two_centres_with_their_shares() -> None:
    tastes = found([[*range(8), *range(10, 14), 30]])
    both = tastes.centres[0] @ np.eye(3, 12).T
    assert (both.max(axis=0)[:2] > 0.9).all()
    in_first = tastes.shares[0][both[:, 0] > 0.7].sum()
    assert abs(in_first - 8 / 12) < 0.01
    assert abs(tastes.shares[0].sum() - 1) < 1e-5


def test_near_is_what_is_near_to_one_of_them() -> None:
    tastes = found([[*range(8), *range(10, 18)]])
    near = tastes.nearness(sounds())[0]
    between = (sounds()[0] + sounds()[10]) / np.sqrt(2)
    assert near[:20].min() > near[20:30].max() + 0.3
    assert near[:20].min() > tastes.nearness(between[None].astype(np.float32))[0, 0]


def test_few_plays_are_one_taste() -> None:
    tastes = found([[0, 10, 20]])
    assert (tastes.shares[0] > 0).sum() == 1


def test_many_listeners_are_as_each_alone() -> None:
    tastes = found([[*range(5)], [*range(10, 15)], [*range(20, 25)]] * 3)
    assert tastes.centres.shape == (9, MAX_TASTES, 12)
    for row in range(9):
        axis = np.eye(3, 12)[row % 3]
        weighed = tastes.shares[row] @ (tastes.centres[row] @ axis)
        assert weighed > 0.95


def test_a_listener_of_nothing_heard_has_no_taste() -> None:
    tastes = found([[30], [0, 1]])
    assert not tastes.shares[0].any()
    assert tastes.shares[1].any()


def test_many_axes_become_few_that_keep_the_angles() -> None:
    random = np.random.default_rng(0)
    flat = random.standard_normal((50, 10)) @ random.standard_normal((10, 100))
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    few = main_axes(flat.astype(np.float32))
    assert few.shape == (50, MAX_AXES)
    np.testing.assert_allclose(few @ few.T, flat @ flat.T, atol=1e-4)


def test_what_is_common_is_taken_away() -> None:
    vectors = sounds()
    apart = centred(vectors, vectors[:30].mean(axis=0))
    assert apart[0] @ apart[10] < -0.3
    assert not apart[30].any()
    np.testing.assert_allclose(np.linalg.norm(apart[:30], axis=1), 1, rtol=1e-5)


def test_the_nearest_of_what_was_played() -> None:
    assert nearest(sounds(), np.array([25, 3, 12, 4]), 0)[0] in {3, 4}
    assert len(nearest(sounds(), np.array([25, 3, 12, 4, 30]), 0)) <= 3
