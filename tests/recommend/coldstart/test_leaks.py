"""What gives a cold track away is found, named and refused."""

import numpy as np
import pytest

from auricle.errors import InteractionsError
from auricle.recommend.coldstart.interactions import Plays
from auricle.recommend.coldstart.items import Items
from auricle.recommend.coldstart.leaks import cold_leaks, kin, refuse_leaks


def items(artists: str, recordings: list[int]) -> Items:
    """Return one track per letter; "." is an unknown artist."""
    n = len(artists)
    names = tuple(f"t{place}" for place in range(n))
    known = tuple(artist.strip(".") for artist in artists)
    vectors = np.zeros((n, 0), dtype=np.float32)
    return Items(names, vectors, known, ("",) * n, np.array(recordings))


def train(columns: list[int], n: int) -> Plays:
    ones = np.ones(len(columns), dtype=np.float32)
    return Plays.of_events(np.zeros(len(columns), np.int64), np.array(columns), ones, (1, n))


def test_a_clean_split_has_no_leak() -> None:
    cold = np.array([False, False, True, True])
    assert cold_leaks(items("aabb", [0, 1, 2, 3]), cold, train([0, 1], 4)) == []
    refuse_leaks(items("aabb", [0, 1, 2, 3]), cold, train([0, 1], 4))


def test_a_played_cold_track_is_a_leak() -> None:
    leak = cold_leaks(items("ab", [0, 1]), np.array([False, True]), train([0, 1], 2))
    assert [(each.reason, each.cold) for each in leak] == [("played", "t1")]


def test_another_version_on_the_warm_side_is_a_leak() -> None:
    found = cold_leaks(items("abc", [7, 8, 7]), np.array([False, False, True]), train([0], 3))
    assert [(each.reason, each.cold, each.warm) for each in found] == [("recording", "t2", "t0")]


def test_the_same_artist_on_the_warm_side_is_a_leak() -> None:
    found = cold_leaks(items("aab", [0, 1, 2]), np.array([False, True, False]), train([0], 3))
    assert [(each.reason, each.cold, each.warm) for each in found] == [("artist", "t1", "t0")]


def test_unknown_artists_are_not_the_same() -> None:
    assert cold_leaks(items("..", [0, 1]), np.array([False, True]), train([0], 2)) == []


def test_refusal_names_the_first_leaks_and_what_to_do() -> None:
    cold = np.array([False] + [True] * 5)
    with pytest.raises(InteractionsError, match=r"5 leaks.*t1 is cold, but t0, of the same artist"):
        refuse_leaks(items("aaaaaa", list(range(6))), cold, train([0], 6))


@pytest.mark.parametrize(
    ("artists", "recordings", "expected"),
    [
        ("aabb", [0, 1, 2, 3], [0, 0, 1, 1]),
        ("abcd", [0, 1, 1, 3], [0, 1, 1, 2]),
        ("..a.", [0, 1, 2, 1], [0, 1, 2, 1]),
        ("abbcca", [0, 1, 2, 2, 3, 4], [0, 1, 1, 1, 1, 0]),
        ("abcda", [1, 1, 2, 2, 2], [0, 0, 0, 0, 0]),
        ("abcdef", [5, 5, 4, 4, 3, 3], [0, 0, 1, 1, 2, 2]),
    ],
)
def test_kin_are_joined_by_artists_and_recordings(
    artists: str, recordings: list[int], expected: list[int]
) -> None:
    assert kin(items(artists, recordings)).tolist() == expected


@pytest.mark.parametrize("seed", range(5))
def test_kin_are_what_can_be_reached(seed: int) -> None:
    random = np.random.default_rng(seed)
    letters = "".join(random.choice(list("abcdefghijkl....."), 24))
    recordings = random.integers(30, size=24).tolist()
    joined = np.eye(24, dtype=bool)
    for one in range(24):
        for two in range(24):
            artist = letters[one] == letters[two] != "."
            joined[one, two] |= artist or recordings[one] == recordings[two]
    reach = np.linalg.matrix_power(joined.astype(float), 24) > 0
    groups = kin(items(letters, recordings))
    assert np.array_equal(groups[:, None] == groups, reach)
    assert set(groups.tolist()) == set(range(groups.max() + 1))


@pytest.mark.parametrize("seed", range(5))
def test_sides_of_whole_kin_do_not_leak_and_others_do(seed: int) -> None:
    random = np.random.default_rng(seed)
    some = items("".join(random.choice(list("abcdef"), 20)), random.integers(40, size=20).tolist())
    groups = kin(some)
    cold = np.isin(groups, [0])
    warm = np.flatnonzero(~cold).tolist()
    assert warm
    assert cold_leaks(some, cold, train(warm, 20)) == []
    several = np.flatnonzero(np.bincount(groups)[groups] > 1)[0]
    split = np.arange(20) == several
    leaks = cold_leaks(some, split, train(warm[:1], 20))
    assert {leak.cold for leak in leaks if leak.reason != "played"} == {f"t{several}"}


def test_kin_are_joined_over_long_chains() -> None:
    """Artist, recording, artist, recording ... from one end to the other, in any order."""
    n = 60
    order = np.random.default_rng(0).permutation(n)
    artists = [f"artist {place // 2}" for place in range(n)]
    recordings = [(place + 1) // 2 for place in range(n)]
    chain = Items(
        tuple(map(str, order)), np.zeros((n, 0), np.float32),
        tuple(artists[place] for place in order), ("",) * n,
        np.array([recordings[place] for place in order]),
    )  # fmt: skip
    assert set(kin(chain).tolist()) == {0}
