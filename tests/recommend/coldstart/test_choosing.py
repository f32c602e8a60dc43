"""Lists hold what they may, and new tracks get the share they are given."""

from collections import Counter

import numpy as np
import pytest

from auricle.recommend.coldstart import Filters, Items
from auricle.recommend.coldstart.choosing import Candidates, choose, played_by

N = 12


def candidates(n_new: int = 4) -> Candidates:
    """Return tracks that are better the earlier they stand; the last are new; two per artist."""
    named = Items.named([f"t{place}" for place in range(N)])
    artists = tuple(f"a{place // 2}" for place in range(N))
    items = Items(named.names, named.vectors, artists, named.genres, np.array([*range(N - 1), 0]))
    popularity = np.where(np.arange(N) < N - n_new, 5, 0)
    scores = np.linspace(1, 0, N).astype(np.float32)
    return Candidates(items, scores, np.array([1, 3]), popularity)


def test_the_best_that_were_not_played() -> None:
    assert choose(candidates(), 4, Filters()) == [0, 2, 4, 5]
    assert choose(candidates(), 4, Filters(played=True)) == [0, 1, 2, 3]


def test_only_what_is_allowed() -> None:
    allowed = np.arange(N) % 3 == 0
    assert choose(candidates(), 9, Filters(allowed=allowed)) == [0, 6, 9]


def test_only_new_tracks() -> None:
    assert choose(candidates(), 9, Filters(only_new=True)) == [8, 9, 10, 11]


def test_an_artist_comes_so_often_at_most() -> None:
    assert choose(candidates(), 4, Filters(per_artist=1)) == [0, 2, 4, 6]


def test_one_version_of_a_recording() -> None:
    assert 11 not in choose(candidates(), N, Filters())
    assert 11 in choose(candidates(), N, Filters(versions=True))


def test_another_version_of_what_was_played_is_no_news() -> None:
    heard = candidates()
    heard = Candidates(heard.items, heard.scores, np.array([0]), heard.popularity)
    assert 11 not in choose(heard, N, Filters())


def test_a_share_of_new_tracks_by_the_seed() -> None:
    lists = [
        choose(candidates(), 4, Filters(explore=0.5, seed=seed, versions=True))
        for seed in range(30)
    ]
    assert all(len(set(each)) == 4 for each in lists)
    assert all(sum(place >= 8 for place in each) == 2 for each in lists)
    usual = [[place for place in each if place < 8] for each in lists]
    assert all(each == [0, 2] for each in usual)
    assert len({tuple(each) for each in lists}) > 5
    assert lists[3] == choose(candidates(), 4, Filters(explore=0.5, seed=3, versions=True))


def test_exploring_is_off_by_default() -> None:
    assert all(place < 8 for place in choose(candidates(), 4, Filters()))


def test_exploring_takes_no_more_than_there_is() -> None:
    found = choose(candidates(1), 6, Filters(explore=1, versions=True))
    assert sorted(found) == [0, 2, 4, 5, 6, 11]


def test_a_share_is_a_share() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        Filters(explore=1.5)


def test_long_lists_of_many_tracks_are_in_order() -> None:
    random = np.random.default_rng(0)
    scores = random.standard_normal(5000).astype(np.float32)
    items = Items.named([str(place) for place in range(5000)])
    popularity = np.ones(5000, dtype=np.int64)
    many = Candidates(items, scores, np.zeros(0, dtype=np.int64), popularity)
    assert choose(many, 3000, Filters()) == np.argsort(-scores)[:3000].tolist()


def random_candidates(seed: int) -> Candidates:
    """Return a random world with ties, unknown artists, versions, and tracks without a score."""
    random = np.random.default_rng(seed)
    named = Items.named([f"t{place}" for place in range(60)])
    artists = tuple("" if each == 0 else f"a{each}" for each in random.integers(12, size=60))
    recordings = random.integers(45, size=60)
    items = Items(named.names, named.vectors, artists, named.genres, recordings)
    scores = random.integers(20, size=60).astype(np.float32)
    scores[random.random(60) < 0.05] = -np.inf
    played = random.choice(60, 8, replace=False)
    return Candidates(items, scores, played, random.integers(3, size=60))


@pytest.mark.parametrize("explore", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("seed", range(6))
def test_lists_keep_every_rule(seed: int, explore: float) -> None:
    world = random_candidates(seed)
    allowed = np.random.default_rng(seed).random(60) < 0.8
    filters = Filters(allowed=allowed, per_artist=2, explore=explore, seed=seed)
    found = choose(world, 15, filters)
    assert len(found) == len(set(found)) <= 15
    assert allowed[found].all()
    assert np.isfinite(world.scores[found]).all()
    assert not set(found) & set(world.played.tolist())
    recordings = world.items.recordings[found].tolist()
    assert len(recordings) == len(set(recordings))
    assert not set(recordings) & set(world.items.recordings[world.played].tolist())
    artists = Counter(world.items.artists[place] for place in found)
    assert max(count for artist, count in artists.items() if artist) <= 2


@pytest.mark.parametrize("seed", range(6))
def test_the_best_that_pass_are_taken_one_by_one(seed: int) -> None:
    world = random_candidates(seed)
    expected: list[int] = []
    artists: Counter[str] = Counter()
    recordings = set(world.items.recordings[world.played].tolist())
    for place in sorted(range(60), key=lambda place: (-world.scores[place], place)):
        artist, recording = world.items.artists[place], int(world.items.recordings[place])
        refused = place in world.played or recording in recordings or world.scores[place] < 0
        if refused or (artist and artists[artist]):
            continue
        expected.append(place)
        artists[artist] += 1
        recordings.add(recording)
    assert choose(world, 60, Filters(per_artist=1)) == expected
    assert choose(world, 5, Filters(per_artist=1)) == expected[:5]


def test_a_part_of_a_place_is_given_by_chance() -> None:
    counts = [
        sum(place >= 8 for place in choose(candidates(), 5, Filters(explore=0.3, seed=seed)))
        for seed in range(60)
    ]
    assert set(counts) == {1, 2}
    assert np.mean(counts) == pytest.approx(1.5, abs=0.25)


def test_nothing_is_asked_or_allowed() -> None:
    assert choose(candidates(), 0, Filters()) == []
    assert choose(candidates(), 3, Filters(allowed=np.zeros(N, bool), explore=1.0)) == []


def test_plays_in_words() -> None:
    assert [played_by(plays) for plays in (0, 1, 2)] == [
        "nobody plays it yet", "1 listener plays it", "2 listeners play it"
    ]  # fmt: skip
