"""Trust is learnt from trials, and moves one way only as plays arrive."""

import numpy as np
import pytest

from auricle.recommend.coldstart.trust import (
    HEARD,
    KINDS,
    KNOTS,
    PLAYED,
    USUAL_TRUST,
    Trials,
    Trust,
    falling,
    learn_trust,
    ramps,
)

PLAYS = np.array([0, 1, 2, 3, 5, 10, 20, 50, 100, 500, 1000, 10_000])


def make_trials(n: int = 1500, n_tracks: int = 20) -> Trials:
    """Return trials in which sound tells up to three plays, and plays tell from ten on."""
    random = np.random.default_rng(0)
    n_plays = random.choice([0, 1, 3, 10, 30, 100], size=(n, n_tracks))
    evidence = random.standard_normal((n, n_tracks, len(KINDS))).astype(np.float32)
    played, heard = evidence[..., 0], evidence[..., 1]
    merit = 2 * np.where(n_plays >= 10, played, heard) + random.gumbel(size=n_plays.shape)
    best = merit.argmax(axis=1)
    rows = np.arange(n)
    for array in (evidence, n_plays):
        array[rows, 0], array[rows, best] = array[rows, best], array[rows, 0].copy()
    counted = np.ones((n, n_tracks), dtype=np.bool_)
    return Trials(evidence, n_plays, counted, np.ones(n, dtype=np.float32))


@pytest.fixture(scope="module")
def learnt() -> Trust:
    return learn_trust(make_trials())


def test_what_tells_is_trusted_where_it_tells(learnt: Trust) -> None:
    few, many = learnt.weights(np.array([0, 100]))
    assert few[1] > 1 > 0.5 > many[1]
    assert many[0] > 1
    assert few[0] == 0
    assert np.abs(learnt.weights(PLAYS)[:, 2:]).max() < 0.3


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_trust_moves_one_way_as_plays_arrive(learnt: Trust, kind: int) -> None:
    for trust in (learnt, USUAL_TRUST):
        steps = np.diff(trust.weights(PLAYS)[:, kind])
        assert (steps >= -1e-6).all() if kind < len(PLAYED) else (steps <= 1e-6).all()
    assert (learnt.weights(PLAYS) >= 0).all()


def test_the_prior_only_grows(learnt: Trust) -> None:
    for trust in (learnt, USUAL_TRUST):
        assert trust.priors(np.array([0]))[0] == 0
        assert (np.diff(trust.priors(PLAYS)) >= 0).all()


def test_a_score_is_the_weighed_sum() -> None:
    evidence = np.random.default_rng(0).standard_normal((2, 3, len(KINDS))).astype(np.float32)
    n_plays = np.array([0, 5, 50])
    expected = (evidence * USUAL_TRUST.weights(n_plays)).sum(axis=2) + USUAL_TRUST.priors(n_plays)
    np.testing.assert_allclose(USUAL_TRUST.score(evidence, n_plays), expected, rtol=1e-5)


def test_what_is_ruled_out_does_not_count() -> None:
    trials = make_trials(300)
    trials.evidence[:, 5] = 100
    trials.counted[:, 5] = False
    assert learn_trust(trials).weights(np.array([0]))[0, 1] > 0.5


def test_ramps_go_from_knot_to_knot() -> None:
    at_knots = ramps(np.array(KNOTS))
    assert np.allclose(at_knots, np.tri(len(KNOTS), len(KNOTS) - 1, -1))
    assert falling(at_knots)[0].tolist() == [1] * len(KNOTS)
    assert falling(at_knots)[-1].tolist() == [1] + [0] * (len(KNOTS) - 1)


def test_trust_is_kept_whole(learnt: Trust) -> None:
    again = Trust(**learnt.dump())
    assert np.array_equal(again.weights(PLAYS), learnt.weights(PLAYS))
    assert learnt.heard.shape[0] == len(HEARD)
