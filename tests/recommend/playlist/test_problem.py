"""The rules of a list: who may stand where, and what is broken."""

import numpy as np

from auricle.recommend.playlist.problem import Violation, open_to, violations

from .made import arc, problem


def test_windows_and_recordings_are_seen() -> None:
    made = problem(
        arc(5),
        5,
        artists=[7, 7, -1, -1, 7],
        recordings=np.array([0, 1, 2, 2, 3]),
        artist_window=3,
    )
    assert violations(made, [0, 2, 1, 4, 3]) == [
        Violation("artist", 0, 2),
        Violation("artist", 2, 3),
        Violation("version", 1, 4),
    ]
    assert violations(made, [0, 2]) == []
    assert str(Violation("artist", 0, 2)) == "tracks 1 and 3: same artist, too close"


def test_a_window_of_one_is_no_limit() -> None:
    made = problem(arc(3), 3, artists=[1, 1, 1], artist_window=1)
    assert violations(made, [0, 1, 2]) == []
    assert open_to(made, [0, -1, 2], 1).tolist() == [False, True, False]


def test_open_places_mind_both_sides() -> None:
    made = problem(arc(6), 4, artists=[1, 1, 2, 2, 3, -1], artist_window=2)
    assert open_to(made, [0, -1, 2, -1], 1).tolist() == [False, False, False, False, True, True]
    assert open_to(made, [0, -1, -1, 2], 1).tolist() == [False, False, False, True, True, True]


def test_album_windows_count_too() -> None:
    made = problem(arc(3), 2, albums=np.array([4, 4, 5]), album_window=2)
    assert [str(each) for each in violations(made, [0, 1])] == [
        "tracks 1 and 2: same album, too close"
    ]
    assert open_to(made, [0, -1], 1).tolist() == [False, False, True]


def test_steps_are_distances() -> None:
    steps = problem(np.eye(2, dtype=np.float32), 2).steps()
    np.testing.assert_allclose(steps, [[0, 1], [1, 0]], atol=1e-6)
