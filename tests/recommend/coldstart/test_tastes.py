"""Tastes are found apart, and nearness is to the nearest."""

import numpy as np
import pytest

from auricle.recommend.coldstart import Interactions
from auricle.recommend.coldstart import tastes as tastes_module
from auricle.recommend.coldstart.content import centred, nearest
from auricle.recommend.coldstart.interactions import Plays
from auricle.recommend.coldstart.tastes import (
    MAX_AXES,
    MAX_TASTES,
    PLAYS_PER_TASTE,
    SHARPNESS,
    Tastes,
    find_tastes,
    main_axes,
)

FIRST = np.array([0])


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
    near = tastes.nearness(FIRST, sounds())[0]
    between = (sounds()[0] + sounds()[10]) / np.sqrt(2)
    assert near[:20].min() > near[20:30].max() + 0.3
    assert near[:20].min() > tastes.nearness(FIRST, between[None].astype(np.float32))[0, 0]


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


def some_plays(n_listeners: int = 40, seed: int = 1) -> Plays:
    """Return plays of 31 tracks by listeners who play nothing, little or much."""
    random = np.random.default_rng(seed)
    rows = np.repeat(np.arange(n_listeners), random.integers(0, 25, n_listeners))
    weights = random.uniform(0.5, 20, rows.size).astype(np.float32)
    return Plays.of_events(rows, random.integers(31, size=rows.size), weights, (n_listeners, 31))


def test_tastes_are_unit_vectors_whose_shares_sum_to_one() -> None:
    plays = some_plays()
    tastes = find_tastes(plays, sounds(), np.random.default_rng(0))
    heard = np.array([np.any(plays.of(row)[0] < 30) for row in range(40)])
    assert not heard.all()
    np.testing.assert_allclose(tastes.shares.sum(axis=1), heard, atol=1e-5)
    norms = np.linalg.norm(tastes.centres, axis=2)
    np.testing.assert_allclose(norms, tastes.shares > 0, atol=1e-5)


def test_nobody_has_more_tastes_than_plays_tell_apart() -> None:
    plays = some_plays()
    tastes = find_tastes(plays, sounds(), np.random.default_rng(0))
    heard = plays.where(plays.tracks < 30)
    most = np.clip(np.diff(heard.starts) // PLAYS_PER_TASTE, 1, MAX_TASTES)
    counts = (tastes.shares > 0).sum(axis=1)
    assert (counts <= most).all()
    assert counts.max() >= 3


def test_nearness_is_the_soft_maximum_listener_by_listener() -> None:
    tastes = find_tastes(some_plays(), sounds(), np.random.default_rng(0))
    near = tastes.nearness(np.arange(len(tastes.shares)), sounds())
    for row in np.flatnonzero(tastes.shares.any(axis=1)):
        cosines = tastes.centres[row] @ sounds().T
        total = tastes.shares[row] @ np.exp(SHARPNESS * cosines)
        expected = np.log(np.maximum(total, np.exp(-SHARPNESS))) / SHARPNESS
        np.testing.assert_allclose(near[row], expected, atol=1e-5)
        assert (near[row] <= cosines[tastes.shares[row] > 0].max(axis=0) + 1e-5).all()


def test_some_listeners_are_asked_alone() -> None:
    tastes = find_tastes(some_plays(), sounds(), np.random.default_rng(0))
    few = np.array([7, 3, 3])
    near = tastes.nearness(few, sounds())
    everybody = np.arange(len(tastes.shares))
    np.testing.assert_allclose(near, tastes.nearness(everybody, sounds())[few], atol=1e-6)


@pytest.mark.parametrize("at_once", [1, 31 * MAX_TASTES, 5 * 31 * MAX_TASTES])
def test_nearness_is_the_same_however_many_are_asked_at_once(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    tastes = find_tastes(some_plays(), sounds(), np.random.default_rng(0))
    everybody = np.arange(len(tastes.shares))
    whole = tastes.nearness(everybody, sounds())
    monkeypatch.setattr(tastes_module, "MAX_COSINES", at_once)
    np.testing.assert_allclose(tastes.nearness(everybody, sounds()), whole, atol=1e-6)


def test_nobody_and_nothing_have_no_nearness() -> None:
    tastes = found([[0, 1]])
    assert tastes.nearness(np.zeros(0, dtype=np.int64), sounds()).shape == (0, 31)
    assert tastes.nearness(FIRST, sounds()[:0]).shape == (1, 0)


def test_small_pieces_of_work_find_the_same_kind_of_tastes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search begins elsewhere, but one taste is one mean wherever the cuts fall."""
    few = some_plays(60)
    kept = np.arange(len(few)) - few.starts[few.rows] < 2 * PLAYS_PER_TASTE - 1
    plays = few.where(kept)
    whole = find_tastes(plays, sounds(), np.random.default_rng(0))
    monkeypatch.setattr(tastes_module, "PAIRS_AT_ONCE", 7)
    pieces = find_tastes(plays, sounds(), np.random.default_rng(0))
    np.testing.assert_allclose(pieces.centres, whole.centres, atol=1e-5)
    np.testing.assert_allclose(pieces.shares, whole.shares, atol=1e-6)


def test_what_is_played_more_pulls_more() -> None:
    tracks = np.array([0, 10], dtype=np.int64)
    weights = np.array([100, 1], dtype=np.float32)
    plays = Plays.of_events(np.zeros(2, np.int64), tracks, weights, (1, 31))
    centre = find_tastes(plays, sounds(), np.random.default_rng(0)).centres[0, 0]
    expected = np.log1p(weights) @ sounds()[tracks]
    np.testing.assert_allclose(centre, expected / np.linalg.norm(expected), atol=1e-5)
