"""What cannot be met is said before the search, with the numbers."""

from typing import Any

import numpy as np
import pytest

from auricle.errors import Infeasible
from auricle.recommend.playlist.feasible import check_feasible, most_in_windows

from .made import arc, problem


@pytest.mark.parametrize(
    ("fields", "n_found", "message"),
    [
        ({}, 3, "5 tracks are asked for, but only 3 pass the filters"),
        ({"recordings": np.array([0, 0, 0, 1, 1, 2])}, 6, "only 3 recordings"),
        ({"artists": [1, 1, 1, 1, 1, 2], "artist_window": 2}, 6, "artist window of 2 .* only 4"),
        ({"albums": np.zeros(6, np.int64), "album_window": 5}, 6, "album window of 5 .* only 1"),
        (
            {"fixed": {0: 0, 4: 1}, "recordings": np.array([0, 0, 1, 2, 3, 4])},
            6,
            "same recording twice",
        ),
        (
            {"fixed": {0: 0, 1: 1}, "artists": [1, 1, 2, 3, 4, 5], "artist_window": 2},
            6,
            "tracks 1 and 2 are given and of the same artist",
        ),
    ],
)
def test_each_constraint_is_named(fields: dict[str, Any], n_found: int, message: str) -> None:
    with pytest.raises(Infeasible, match=message):
        check_feasible(problem(arc(6), 5, **fields), n_found)


def test_what_can_be_met_passes() -> None:
    made = problem(arc(6), 5, {0: 0, 4: 1}, artists=[1, 1, 2, -1, -1, -1], artist_window=3)
    check_feasible(made, 6)
    assert most_in_windows(made.artists, made.recordings, 5, 3) == 5


def test_room_in_windows() -> None:
    artists, recordings = np.array([1, 1, 1, 1, -1]), np.arange(5)
    assert most_in_windows(artists, recordings, 5, 1) == 5
    assert most_in_windows(artists, recordings, 5, 2) == 4  # at positions 1, 3 and 5, and one more
    assert most_in_windows(artists, recordings, 5, 5) == 2
    assert most_in_windows(np.array([1, 2] * 9), np.arange(18), 12, 3) == 2  # three in a row
    assert most_in_windows(artists, np.zeros(5, np.int64), 5, 2) == 1
