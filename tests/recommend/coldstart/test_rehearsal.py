"""The rehearsal holds out what it says, and the trials are of plays against what was not played."""

import numpy as np
import pytest

from auricle.recommend.coldstart import Interactions, Items, Recommender
from auricle.recommend.coldstart.hybrid import Hybrid
from auricle.recommend.coldstart.rehearsal import Rehearsal, rehearse
from auricle.recommend.coldstart.trials import _among_others, _draw_pairs, draw_trials

World = tuple[Interactions, Items]


@pytest.fixture(scope="module")
def rehearsal(tastes: World) -> Rehearsal:
    events, items = tastes
    found = rehearse(events.on(items.names), items, 0)
    assert found is not None
    return found


def test_every_play_is_known_or_to_be_foretold(tastes: World, rehearsal: Rehearsal) -> None:
    plays = tastes[0].on(tastes[1].names)
    both = np.concatenate([rehearsal.known.keys, rehearsal.truth.keys])
    assert np.array_equal(np.sort(both), plays.keys)


def test_whole_artists_are_new(tastes: World, rehearsal: Rehearsal) -> None:
    artists = np.array(tastes[1].artists)
    assert not set(artists[rehearsal.drawn]) & set(artists[~rehearsal.drawn])
    assert 0.2 < rehearsal.drawn.mean() < 0.35
    assert (rehearsal.known.popularity[rehearsal.new] == 0).all()
    assert rehearsal.new.sum() < rehearsal.drawn.sum()


def test_new_tracks_keep_at_most_half_their_plays(tastes: World, rehearsal: Rehearsal) -> None:
    plays = tastes[0].on(tastes[1].names)
    kept = rehearsal.known.popularity[rehearsal.drawn]
    assert (kept <= plays.popularity[rehearsal.drawn] // 2).all()
    assert len(set(kept.tolist())) >= 4


def test_a_new_track_is_no_likelier_to_come_up(rehearsal: Rehearsal) -> None:
    drawn = rehearsal.drawn[rehearsal.truth.tracks]
    assert rehearsal.fair[~drawn].all()
    assert 0.1 < rehearsal.fair[drawn].mean() < 0.35


def test_without_thinning_all_new_tracks_are_new(tastes: World) -> None:
    events, items = tastes
    whole = rehearse(events.on(items.names), items, 0, thinned=False)
    assert whole is not None
    assert np.array_equal(whole.new, whole.drawn)


def test_one_artist_is_too_few() -> None:
    items = Items(("x",), np.ones((1, 1), np.float32), ("a",), ("",), np.arange(1))
    plays = Interactions.of(["u", "v"], ["x", "x"]).on(["x"])
    assert rehearse(plays, items, 0) is None


def test_trials_are_of_plays_against_others(tastes: World, rehearsal: Rehearsal) -> None:
    model = Hybrid().fit(*tastes)
    trials = draw_trials(rehearsal, model.evidence, 0)
    assert trials is not None
    assert trials.counted[:, 0].all()
    assert not trials.counted.all()
    assert trials.importance.sum() == pytest.approx(1, abs=1e-4)
    assert np.isfinite(trials.evidence).all()
    truth = rehearsal.truth
    few = draw_trials(
        Rehearsal(rehearsal.known, truth.where(truth.rows < 0), rehearsal.fair[:0],
                  rehearsal.drawn, rehearsal.new),
        model.evidence, 0,
    )  # fmt: skip
    assert few is None


def test_rehearsals_repeat_by_seed(tastes: World, rehearsal: Rehearsal) -> None:
    plays, items = tastes[0].on(tastes[1].names), tastes[1]
    again, other = rehearse(plays, items, 0), rehearse(plays, items, 1)
    assert again is not None
    assert other is not None
    assert np.array_equal(again.known.keys, rehearsal.known.keys)
    assert np.array_equal(again.fair, rehearsal.fair)
    assert not np.array_equal(other.drawn, rehearsal.drawn)


def test_fair_says_of_each_play_to_be_foretold(rehearsal: Rehearsal) -> None:
    assert rehearsal.fair.shape == rehearsal.truth.tracks.shape
    assert rehearsal.drawn.shape == rehearsal.new.shape == (rehearsal.known.n_tracks,)
    assert not (rehearsal.new & ~rehearsal.drawn).any()


def test_nothing_played_is_no_rehearsal(tastes: World) -> None:
    plays = tastes[0].on(tastes[1].names)
    nothing = plays.where(np.zeros(len(plays), dtype=np.bool_))
    assert rehearse(nothing, tastes[1], 0) is None


def test_the_first_of_a_trial_is_a_play_and_what_was_played_is_ruled_out(
    tastes: World, rehearsal: Rehearsal, fitted: dict[str, Recommender]
) -> None:
    model = fitted["hybrid"]
    assert isinstance(model, Hybrid)
    pairs, importance = _draw_pairs(rehearsal, np.random.default_rng(0))
    assert len(set(pairs.tolist())) == pairs.size == importance.size
    truth, known = rehearsal.truth, rehearsal.known
    table, places, counted = _among_others(
        rehearsal, model.evidence, pairs[:40], np.random.default_rng(1)
    )
    plays = tastes[0].on(tastes[1].names)
    for row, pair in enumerate(pairs[:40]):
        listener = truth.rows[pair]
        assert places[row, 0] == truth.tracks[pair]
        played = np.isin(places[row, 1:], plays.of(listener)[0])
        assert np.array_equal(counted[row, 1:], ~played)
        expected = model.evidence.table(np.array([listener]), places[row])[0]
        np.testing.assert_allclose(table[row], expected, atol=1e-5)
        assert np.diff(known.starts)[listener] > 0
