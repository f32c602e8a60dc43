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
    _design,
    _loss,
    _trust,
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


def test_the_slope_of_the_loss_is_its_gradient() -> None:
    """A wrong gradient would still find some trust, only not the best."""
    trials = make_trials(40, 6)
    trials.counted[3:9, 2:4] = False
    trials.importance[:] = np.linspace(0.1, 2, 40)
    design = _design(trials).astype(np.float64)
    at = np.random.default_rng(1).uniform(0, 0.5, design.shape[2])
    _, gradient = _loss(at, design, trials)
    for place, step in enumerate(1e-2 * np.eye(at.size)):
        slope = (_loss(at + step, design, trials)[0] - _loss(at - step, design, trials)[0]) / 2e-2
        assert gradient[place] == pytest.approx(slope, abs=2e-4)


def test_what_is_learnt_from_scores_as_the_trust_does() -> None:
    trials = make_trials(30, 5)
    parameters = np.random.default_rng(2).uniform(0, 1, _design(trials).shape[2])
    trust = _trust(parameters)
    assert trust.played.shape == (len(PLAYED), len(KNOTS) - 1)
    assert trust.heard.shape == (len(HEARD), len(KNOTS))
    expected = [
        trust.score(evidence[None], n_plays)[0]
        for evidence, n_plays in zip(trials.evidence, trials.n_plays, strict=True)
    ]
    np.testing.assert_allclose(_design(trials) @ parameters, expected, rtol=1e-4, atol=1e-5)


def test_learning_beats_the_usual_trust() -> None:
    trials = make_trials(400)
    usual = [USUAL_TRUST.played, USUAL_TRUST.heard, USUAL_TRUST.prior]
    learnt = learn_trust(trials)
    found = [learnt.played, learnt.heard, learnt.prior]
    losses = [
        _loss(np.concatenate([part.ravel() for part in parts]), _design(trials), trials)[0]
        for parts in (usual, found)
    ]
    assert losses[1] < losses[0] - 0.1


def test_a_play_of_no_importance_teaches_nothing() -> None:
    trials = make_trials(300)
    half = np.arange(300) < 150
    weighed = Trials(trials.evidence, trials.n_plays, trials.counted, half.astype(np.float32))
    alone = Trials(
        trials.evidence[half],
        trials.n_plays[half],
        trials.counted[half],
        trials.importance[half],
    )
    both = [learn_trust(each).weights(PLAYS) for each in (weighed, alone)]
    np.testing.assert_allclose(both[0], both[1], atol=5e-3)


def test_more_plays_than_the_last_knot_change_nothing() -> None:
    ends = USUAL_TRUST.weights(np.array([KNOTS[-1], 10 * KNOTS[-1]]))
    assert np.array_equal(ends[0], ends[1])
    assert USUAL_TRUST.priors(np.array([[3, 30], [300, 3000]])).shape == (2, 2)
