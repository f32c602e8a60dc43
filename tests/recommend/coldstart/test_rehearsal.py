"""The rehearsal holds out what it says, and the trials are of plays against what was not played."""

import numpy as np
import pytest

from auricle.recommend.coldstart import Interactions, Items
from auricle.recommend.coldstart.hybrid import Hybrid
from auricle.recommend.coldstart.rehearsal import Rehearsal, rehearse
from auricle.recommend.coldstart.trials import draw_trials

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
