"""The scorecard tells the truth about a list."""

import numpy as np
import pytest

from auricle.recommend.playlist.scorecard import make_scorecard, random_list
from auricle.recommend.playlist.solver import greedy_list, prepare, solve

from .made import arc, cloud, problem


def test_steps_by_hand() -> None:
    made = problem(np.float32([[1, 0], [0.8, 0.6], [0, 1]]), 3)
    card = make_scorecard(made, [0, 1, 2])
    assert card.own.largest == pytest.approx(0.4)
    assert card.own.mean == pytest.approx(0.3)
    assert card.total_s == 600
    assert card.violations == ()


def test_broken_rules_are_listed() -> None:
    made = problem(arc(3), 3, artists=[1, 1, 2], artist_window=2)
    assert make_scorecard(made, [0, 1, 2]).violations == ("tracks 1 and 2: same artist, too close",)


def test_greedy_and_random_keep_the_fixed_tracks_and_the_rules() -> None:
    made = problem(cloud(30), 6, {0: 3, 5: 9}, artists=[n % 5 for n in range(30)], artist_window=2)
    greedy = greedy_list(prepare(made, 0))
    chance = random_list(made, np.random.default_rng(0))
    for order in (greedy, chance):
        assert order is not None
        assert (order[0], order[5]) == (3, 9)
        assert make_scorecard(made, order).violations == ()


def test_dead_ends_are_told() -> None:
    made = problem(arc(4), 3, artists=[1, 1, 1, 1], artist_window=2)
    card = make_scorecard(made, [0, 1, 2])
    assert card.greedy is None
    assert card.random is None
    assert card.to_dict()["greedy"] is None


def test_the_solver_beats_both_in_json() -> None:
    made = problem(cloud(60), 12, {0: 0, 11: 1})
    order = solve(made)
    assert order is not None
    values = make_scorecard(made, order).to_dict()
    assert values["largest_step"] <= values["greedy"]["largest_step"]
    assert values["objective"] < values["greedy"]["objective"]
    assert values["mean_step"] < values["random"]["mean_step"]
    assert values["violations"] == []


def test_one_track_has_no_steps() -> None:
    assert make_scorecard(problem(arc(2), 1), [1]).own.largest == 0
