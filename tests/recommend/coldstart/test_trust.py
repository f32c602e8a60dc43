"""Trust is the weight that the plays to be foretold ask for."""

import numpy as np
import pytest

from auricle.recommend.coldstart import Interactions, Items, Recommender
from auricle.recommend.coldstart.hybrid import Hybrid
from auricle.recommend.coldstart.rehearsal import Rehearsal
from auricle.recommend.coldstart.trust import (
    LEAST,
    MOST,
    N_OTHERS,
    TOGETHER,
    USUAL_TRUST,
    Trials,
    _among_others,
    draw_trials,
    learn_trust,
)

World = tuple[Interactions, Items]


@pytest.fixture(scope="module")
def hybrid(fitted: dict[str, Recommender]) -> Hybrid:
    found = fitted["hybrid"]
    assert isinstance(found, Hybrid)
    return found


def make_trials(trust: float, n: int = 20_000, n_tracks: int = 20) -> Trials:
    """Return trials in which what is heard counts so many times what is known from plays.

    Tracks are played with a chance that is a line in both; listeners differ in what is usual.
    """
    random = np.random.default_rng(0)
    played = 0.05 * random.standard_normal((n, n_tracks))
    heard = random.standard_normal((n, n_tracks)) + 10 * played
    chance = np.clip(0.05 + 0.05 * (played + trust * heard) / (0.05 + trust), 1e-9, None)
    best = np.argmax(np.log(chance) + random.gumbel(size=chance.shape), axis=1)
    evidence = np.stack([played, heard], axis=2)
    rows = np.arange(n)
    evidence[rows, 0], evidence[rows, best] = evidence[rows, best], evidence[rows, 0].copy()
    evidence += random.standard_normal((n, 1, 2))
    return Trials(evidence.astype(np.float32), np.ones((n, n_tracks), dtype=np.bool_))


@pytest.mark.parametrize("trust", [0.005, 0.01, 0.03])
def test_the_weight_by_which_tracks_were_played_is_found(trust: float) -> None:
    assert learn_trust(make_trials(trust)) == pytest.approx(trust, rel=0.35)


def test_more_is_trusted_where_more_is_heard() -> None:
    found = [learn_trust(make_trials(trust)) for trust in (0.004, 0.012, 0.036)]
    assert found == sorted(found)


def test_it_is_the_least_squares_regression() -> None:
    """With as many others as there are, Fisher's discriminant and the regression agree."""
    trials = make_trials(0.01, 4000)
    evidence = trials.evidence.astype(np.float64)
    apart = evidence - evidence[:, 1:].mean(axis=1, keepdims=True)
    others = apart[:, 1:].reshape(-1, 2)
    scatter = others.T @ others / len(others)
    played, heard = np.linalg.solve(scatter, apart[:, 0].mean(axis=0))
    assert learn_trust(trials) == pytest.approx(heard / played, rel=1e-3)


def test_what_is_ruled_out_does_not_count() -> None:
    trials = make_trials(0.01, 3000)
    expected = learn_trust(Trials(np.delete(trials.evidence, 5, axis=1), trials.counted[:, 1:]))
    trials.evidence[:, 5] = 100
    trials.counted[:, 5] = False
    assert learn_trust(trials) == pytest.approx(expected, rel=1e-3)


def test_trust_stays_within_its_bounds() -> None:
    trials = make_trials(0.01, 500)
    against = trials.evidence * np.array([1, -1], dtype=np.float32)
    assert learn_trust(Trials(against, trials.counted)) == LEAST
    faint = trials.evidence * np.array([1, 1e-2], dtype=np.float32)
    assert learn_trust(Trials(faint, trials.counted)) == MOST
    nothing = np.zeros_like(trials.evidence)
    assert learn_trust(Trials(nothing, trials.counted)) == USUAL_TRUST
    assert LEAST < USUAL_TRUST < MOST


def test_every_listener_has_one_trial_of_a_known_track(
    rehearsal: Rehearsal, hybrid: Hybrid
) -> None:
    trials = draw_trials(rehearsal, hybrid.evidence, 0)
    assert trials is not None
    known, truth = rehearsal.known, rehearsal.truth
    listening = np.diff(known.starts) > 0
    asked = truth.rows[listening[truth.rows] & (known.popularity[truth.tracks] > 0)]
    assert asked.size > np.unique(asked).size > 100
    assert trials.evidence.shape == (np.unique(asked).size, 1 + N_OTHERS, 2)
    assert trials.counted[:, 0].all()
    assert not trials.counted.all()
    assert np.isfinite(trials.evidence).all()


def test_without_a_play_to_foretell_there_is_no_trial(rehearsal: Rehearsal, hybrid: Hybrid) -> None:
    of_new = rehearsal.truth.where(rehearsal.new[rehearsal.truth.tracks])
    assert len(of_new)
    assert (
        draw_trials(Rehearsal(rehearsal.known, of_new, rehearsal.new), hybrid.evidence, 0) is None
    )


def test_the_first_of_a_trial_is_a_play_and_what_was_played_is_ruled_out(
    tastes: World, rehearsal: Rehearsal, hybrid: Hybrid
) -> None:
    pairs = np.arange(TOGETHER)
    truth, known = rehearsal.truth, rehearsal.known
    table, counted = _among_others(rehearsal, hybrid.evidence, pairs, np.random.default_rng(1))
    again = np.random.default_rng(1).choice(np.flatnonzero(known.popularity), size=N_OTHERS)
    plays = tastes[0].on(tastes[1].names)
    for row in pairs:
        listener = int(truth.rows[row])
        places = np.append(truth.tracks[row], again)
        expected = hybrid.evidence.table(np.array([listener]), places)[0]
        np.testing.assert_allclose(table[row], expected, atol=1e-5)
        assert np.array_equal(counted[row, 1:], ~np.isin(again, plays.of(listener)[0]))
