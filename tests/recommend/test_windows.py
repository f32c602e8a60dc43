"""Artists and albums kept apart in a ranked list."""

import numpy as np
import pytest

from auricle.library import Track
from auricle.recommend.windows import Windows, spaced

from .make import track


def by(artists: str, albums: str = "") -> list[Track]:
    """Return a ranked list, one letter per track's artist and album; - is not known."""
    albums = albums or "-" * len(artists)
    names = (
        ("" if letter == "-" else letter for letter in letters) for letters in (artists, albums)
    )
    return [
        track(number, artist=artist, album=album)
        for number, (artist, album) in enumerate(zip(*names, strict=True))
    ]


@pytest.mark.parametrize(
    ("artists", "window", "expected"),
    [
        ("aabb", 1, [0, 1, 2, 3]),
        ("aabb", 2, [0, 2, 1, 3]),
        ("aabbcc", 3, [0, 2, 4, 1, 3, 5]),
        ("AaBb", 2, [0, 2, 1, 3]),
        ("aaab", 3, [0, 3]),
        ("aaa", 2, [0]),
        ("----", 4, [0, 1, 2, 3]),
        ("", 3, []),
    ],
)
def test_artists(artists: str, window: int, expected: list[int]) -> None:
    assert spaced(by(artists), 9, Windows(artist=window)) == expected


def test_albums() -> None:
    assert spaced(by("abcd", "xxyy"), 4, Windows(artist=1, album=2)) == [0, 2, 1, 3]
    assert spaced(by("abcd", "xxyy"), 4, Windows(artist=1)) == [0, 1, 2, 3]


def test_it_ends_at_k() -> None:
    assert spaced(by("abcabc"), 4, Windows(artist=3)) == [0, 1, 2, 3]


@pytest.mark.parametrize("seed", range(6))
def test_no_window_holds_two_and_no_better_track_could_come(seed: int) -> None:
    random = np.random.default_rng(seed)
    artists, albums = ("".join(random.choice(list("abcde-"), 30)) for _ in range(2))
    tracks = by(artists, albums)
    windows = Windows(artist=3, album=4)
    chosen = spaced(tracks, 20, windows)
    assert len(chosen) == len(set(chosen))

    def fits(row: list[int], place: int) -> bool:
        near = (
            (letters, row[-(window - 1) :])
            for letters, window in ((artists, windows.artist), (albums, windows.album))
        )
        return all(
            letters[place] == "-" or letters[place] not in {letters[other] for other in last}
            for letters, last in near
        )

    for at, place in enumerate(chosen):
        row = chosen[:at]
        assert fits(row, place)
        assert not any(fits(row, better) for better in set(range(place)) - set(row))
    left = set(range(30)) - set(chosen)
    assert len(chosen) == 20 or not any(fits(chosen, place) for place in left)
