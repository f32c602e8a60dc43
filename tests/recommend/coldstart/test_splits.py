"""Nothing that is asked has been learnt, cold artists are wholly cold, and draws repeat."""

import numpy as np
import pytest

from auricle.errors import InteractionsError
from auricle.recommend.coldstart.interactions import Interactions, Plays
from auricle.recommend.coldstart.items import Items
from auricle.recommend.coldstart.leaks import cold_leaks
from auricle.recommend.coldstart.splits import (
    Split,
    SplitOptions,
    cold_split,
    curve_splits,
    draw_cold,
    rank_within,
    time_split,
)

N_LISTENERS, N_TRACKS = 80, 120
STEPS = (0, 1, 2, 5, 10, 50)


@pytest.fixture(scope="module")
def items() -> Items:
    artists = tuple(f"artist {place % 30}" for place in range(N_TRACKS))
    recordings = np.arange(N_TRACKS)
    recordings[7] = 8  # One recording under two artists: they must share a side.
    names = tuple(f"track {place}" for place in range(N_TRACKS))
    nothing = np.zeros((N_TRACKS, 0), np.float32)
    return Items(names, nothing, artists, ("",) * N_TRACKS, recordings)


@pytest.fixture(scope="module")
def interactions() -> Interactions:
    random = np.random.default_rng(3)
    listener, track = random.integers(N_LISTENERS, size=4000), random.integers(N_TRACKS, size=4000)
    listeners = tuple(f"listener {row}" for row in range(N_LISTENERS))
    names = tuple(f"track {place}" for place in range(N_TRACKS))
    ones = np.ones(4000, np.float32)
    return Interactions(listeners, names, listener, track, ones, np.arange(4000.0))


@pytest.fixture(scope="module")
def plays(interactions: Interactions, items: Items) -> Plays:
    return interactions.on(items.names)


@pytest.fixture(scope="module")
def split(plays: Plays, items: Items) -> Split:
    return cold_split(plays, items, SplitOptions(seed=5))


def pairs(plays: Plays) -> set[tuple[int, int]]:
    return set(zip(plays.rows.tolist(), plays.tracks.tolist(), strict=True))


def test_cold_tracks_are_whole_artists(items: Items) -> None:
    cold = draw_cold(items, 0.2, seed=1)
    warm_artists = {
        artist for artist, is_cold in zip(items.artists, cold, strict=True) if not is_cold
    }
    cold_artists = {artist for artist, is_cold in zip(items.artists, cold, strict=True) if is_cold}
    assert not warm_artists & cold_artists
    assert cold[7] == cold[8]
    assert 0.2 <= cold.mean() < 0.2 + 8 / N_TRACKS


def test_draws_repeat_by_seed(items: Items) -> None:
    assert np.array_equal(draw_cold(items, 0.3, seed=1), draw_cold(items, 0.3, seed=1))
    assert not np.array_equal(draw_cold(items, 0.3, seed=1), draw_cold(items, 0.3, seed=2))


def test_some_artist_stays_warm(items: Items) -> None:
    assert not draw_cold(items, 0.999).all()


def test_one_artist_cannot_be_split() -> None:
    one = Items(("a", "b"), np.zeros((2, 0), np.float32), ("x", "x"), ("", ""), np.arange(2))
    with pytest.raises(InteractionsError, match="two artists"):
        draw_cold(one, 0.5)


def test_nothing_asked_was_learnt(split: Split) -> None:
    train = pairs(split.train)
    for task in split.tasks:
        assert pairs(task.truth)
        assert not pairs(task.truth) & train
        assert train <= pairs(task.seen)
        assert not pairs(task.truth) & pairs(task.seen)
        assert task.candidates[task.truth.tracks].all()


def test_the_split_does_not_leak(split: Split, items: Items) -> None:
    assert cold_leaks(items, split.new, split.train) == []


def test_cold_asks_for_every_play_of_a_cold_track(split: Split, plays: Plays) -> None:
    cold = split.tasks[0]
    assert pairs(cold.truth) == pairs(plays.where(split.new[plays.tracks]))
    assert np.array_equal(cold.candidates, split.new)


def test_warm_is_asked_of_warm_tracks_only(split: Split) -> None:
    warm = split.tasks[1]
    assert not (warm.candidates & split.new).any()
    n_warm = len(warm.truth) + len(split.train)
    assert len(warm.truth) / n_warm == pytest.approx(0.2, abs=0.03)


def test_mixed_holds_out_cold_and_warm_plays_alike(split: Split, plays: Plays) -> None:
    mixed = split.tasks[2]
    assert mixed.candidates.all()
    assert len(mixed.truth) / len(plays) == pytest.approx(0.2, abs=0.03)
    assert split.new[mixed.truth.tracks].mean() == pytest.approx(
        split.new[plays.tracks].mean(), abs=0.05
    )
    assert pairs(mixed.seen) | pairs(mixed.truth) == pairs(plays)


def test_the_curve_gives_each_cold_track_its_plays(plays: Plays, items: Items) -> None:
    options = SplitOptions(seed=5)
    curve = curve_splits(plays, items, STEPS, options)
    assert tuple(curve) == STEPS
    cold = curve[0].new
    for step, split in curve.items():
        given = split.train.popularity[cold]
        np.testing.assert_array_equal(given, np.minimum(step, plays.popularity[cold] // 2))
        assert split.tasks[0].step == step


def test_the_curve_asks_the_same_at_every_step(plays: Plays, items: Items) -> None:
    curve = curve_splits(plays, items, STEPS, SplitOptions(seed=5))
    truths = [pairs(split.tasks[0].truth) for split in curve.values()]
    assert all(truth == truths[0] for truth in truths)
    for smaller, larger in zip(STEPS, STEPS[1:], strict=False):
        assert pairs(curve[smaller].train) <= pairs(curve[larger].train)
    for split in curve.values():
        assert not pairs(split.tasks[0].truth) & pairs(split.train)
        assert pairs(split.train) <= pairs(split.tasks[0].seen)


def test_the_curve_starts_where_cold_does(plays: Plays, items: Items, split: Split) -> None:
    start = curve_splits(plays, items, (0,), SplitOptions(seed=5))[0]
    assert pairs(start.train) == pairs(split.train)
    assert pairs(start.tasks[0].truth) == pairs(split.tasks[0].truth)


def test_time_cuts_everyone_at_one_moment(interactions: Interactions, items: Items) -> None:
    split = time_split(interactions, items, SplitOptions(time_share=0.75))
    before = interactions.where(interactions.time_s < 0.75 * 3999).on(items.names)
    assert pairs(split.train) == pairs(before)
    later = split.tasks[0]
    assert not pairs(later.truth) & pairs(split.train)
    assert pairs(later.truth) | pairs(split.train) == pairs(interactions.on(items.names))


def test_time_asks_for_new_tracks_apart(items: Items, interactions: Interactions) -> None:
    late = interactions.track_index < 20
    kept = ~late | (interactions.time_s > 3500)
    split = time_split(interactions.where(kept), items, SplitOptions(time_share=0.5))
    new = split.tasks[1]
    assert np.flatnonzero(new.candidates).tolist() == list(range(20))
    assert set(new.truth.tracks.tolist()) <= set(range(20))
    assert len(new.truth)


@pytest.mark.parametrize("times", [None, np.append(np.arange(3999.0), np.nan)])
def test_time_needs_times(
    interactions: Interactions, items: Items, times: np.ndarray | None
) -> None:
    timeless = Interactions(
        interactions.listeners, interactions.tracks, interactions.listener_index,
        interactions.track_index, interactions.weight, times,
    )  # fmt: skip
    with pytest.raises(InteractionsError, match="time of every event"):
        time_split(timeless, items, SplitOptions())


@pytest.mark.parametrize("name", ["cold_share", "held_share", "time_share"])
@pytest.mark.parametrize("share", [1.0, -0.5])
def test_shares_must_be_shares(name: str, share: float) -> None:
    with pytest.raises(InteractionsError, match=name):
        SplitOptions(**{name: share})


@pytest.mark.parametrize("name", ["held_share", "time_share"])
def test_something_must_be_held_out(name: str) -> None:
    with pytest.raises(InteractionsError, match=name):
        SplitOptions(**{name: 0.0})


def test_without_cold_tracks_only_warm_ones_are_asked(plays: Plays, items: Items) -> None:
    split = cold_split(plays, items, SplitOptions(cold_share=0))
    assert [task.name for task in split.tasks] == ["warm"]
    assert split.tasks[0].candidates.all()
    assert pairs(split.train) | pairs(split.tasks[0].truth) == pairs(plays)


def test_ranks_within_groups_are_every_place_once() -> None:
    groups = np.random.default_rng(0).integers(7, size=200)
    groups[groups == 3] = 4  # a group without a member
    rank = rank_within(groups, np.random.default_rng(1))
    for group in set(groups.tolist()):
        assert sorted(rank[groups == group]) == list(range((groups == group).sum()))
    other = rank_within(groups, np.random.default_rng(2))
    assert not np.array_equal(rank, other)
    assert rank_within(groups[:0], np.random.default_rng(1)).size == 0


def test_every_member_of_a_group_is_as_likely_to_be_first() -> None:
    random = np.random.default_rng(0)
    firsts = [int(np.argmin(rank_within(np.zeros(4, np.int64), random))) for _ in range(800)]
    assert np.bincount(firsts, minlength=4).min() > 150


def test_splits_repeat_by_seed(plays: Plays, items: Items, split: Split) -> None:
    again = cold_split(plays, items, SplitOptions(seed=5))
    other = cold_split(plays, items, SplitOptions(seed=6))
    for one, two in zip(split.tasks, again.tasks, strict=True):
        assert np.array_equal(one.truth.keys, two.truth.keys)
        assert np.array_equal(one.seen.keys, two.seen.keys)
    assert not np.array_equal(split.train.keys, other.train.keys)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9])
def test_the_cold_share_is_reached_and_hardly_passed(items: Items, share: float) -> None:
    largest = 8  # tracks of two artists, joined by one recording
    for seed in range(5):
        n_cold = draw_cold(items, share, seed=seed).sum()
        assert share * N_TRACKS <= n_cold < share * N_TRACKS + largest


def test_events_at_the_cut_are_later(items: Items, interactions: Interactions) -> None:
    """All events of one moment fall on one side, and a repeated pair is not asked again."""
    moments = np.floor(np.arange(4000.0) / 1000)
    stamped = Interactions(
        interactions.listeners, interactions.tracks, interactions.listener_index,
        interactions.track_index, interactions.weight, moments,
    )  # fmt: skip
    split = time_split(stamped, items, SplitOptions(time_share=0.6))
    before = stamped.where(moments < 2).on(items.names)
    assert pairs(split.train) == pairs(before)
    later, new = split.tasks
    assert pairs(later.truth) == pairs(stamped.where(moments >= 2).on(items.names)) - pairs(before)
    assert pairs(new.truth) <= pairs(later.truth)
    assert later.seen is split.train


def test_weights_of_plays_are_kept_by_every_part(plays: Plays, split: Split) -> None:
    whole = dict(zip(plays.keys.tolist(), plays.weights.tolist(), strict=True))
    for part in (split.train, *(task.truth for task in split.tasks)):
        assert all(
            whole[key] == weight
            for key, weight in zip(part.keys.tolist(), part.weights.tolist(), strict=True)
        )
    assert len(set(whole.values())) > 1
