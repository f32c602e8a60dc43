"""The rehearsal holds out what it says."""

import numpy as np
import pytest

from auricle.recommend.coldstart import Interactions, Items
from auricle.recommend.coldstart.rehearsal import HELD_SHARE, Rehearsal, rehearse

World = tuple[Interactions, Items]


def test_every_play_is_known_or_to_be_foretold(tastes: World, rehearsal: Rehearsal) -> None:
    plays = tastes[0].on(tastes[1].names)
    both = np.concatenate([rehearsal.known.keys, rehearsal.truth.keys])
    assert np.array_equal(np.sort(both), plays.keys)


def test_whole_artists_are_new(tastes: World, rehearsal: Rehearsal) -> None:
    artists = np.array(tastes[1].artists)
    assert not set(artists[rehearsal.new]) & set(artists[~rehearsal.new])
    assert 0.2 < rehearsal.new.mean() < 0.35


def test_nothing_is_known_of_new_tracks(rehearsal: Rehearsal) -> None:
    assert rehearsal.new.shape == (rehearsal.known.n_tracks,)
    assert not rehearsal.known.popularity[rehearsal.new].any()
    assert rehearsal.truth.popularity[rehearsal.new].any()


def test_some_plays_of_the_others_are_held_out(rehearsal: Rehearsal) -> None:
    known, truth = (plays.popularity[~rehearsal.new].sum()
                    for plays in (rehearsal.known, rehearsal.truth))  # fmt: skip
    assert truth / (known + truth) == pytest.approx(HELD_SHARE, abs=0.04)


def test_one_artist_is_too_few() -> None:
    items = Items(("x",), np.ones((1, 1), np.float32), ("a",), ("",), np.arange(1))
    plays = Interactions.of(["u", "v"], ["x", "x"]).on(["x"])
    assert rehearse(plays, items, 0) is None


def test_rehearsals_repeat_by_seed(tastes: World, rehearsal: Rehearsal) -> None:
    plays, items = tastes[0].on(tastes[1].names), tastes[1]
    again, other = rehearse(plays, items, 0), rehearse(plays, items, 1)
    assert again is not None
    assert other is not None
    assert np.array_equal(again.known.keys, rehearsal.known.keys)
    assert np.array_equal(again.new, rehearsal.new)
    assert not np.array_equal(other.new, rehearsal.new)


def test_nothing_played_is_no_rehearsal(tastes: World) -> None:
    plays = tastes[0].on(tastes[1].names)
    nothing = plays.where(np.zeros(len(plays), dtype=np.bool_))
    assert rehearse(nothing, tastes[1], 0) is None
