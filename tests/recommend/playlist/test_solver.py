"""The solver: known answers on an arc, the best of all lists on small problems, and the rules."""

from itertools import permutations

import numpy as np
import pytest

from auricle.recommend.playlist import solver
from auricle.recommend.playlist.problem import violations
from auricle.recommend.playlist.scorecard import random_list
from auricle.recommend.playlist.solver import greedy_list, objective, prepare, solve, walk

from .made import arc, cloud, problem


def test_a_way_along_an_arc_is_even() -> None:
    made = problem(arc(41), 11, {0: 0, 10: 40})
    assert solve(made) == [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40]


def test_via_is_kept() -> None:
    order = solve(problem(arc(41), 9, {0: 0, 4: 30, 8: 5}))
    assert order is not None
    assert (order[0], order[4], order[8]) == (0, 30, 5)
    assert order[:5] == sorted(order[:5])


@pytest.mark.parametrize("seed", range(5))
def test_close_to_the_best_of_all_lists(seed: int) -> None:
    made = problem(cloud(7, seed), 4, {0: 0, 3: 1})
    task = prepare(made, 0)
    every = [(0, *middle, 1) for middle in permutations(range(2, 7), 2)]
    best = min(objective(task, order) for order in every)
    order = solve(made)
    assert order is not None
    assert objective(task, order) == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_better_than_greedy_and_random(seed: int) -> None:
    made = problem(cloud(120, seed), 20, {0: 0, 19: 1})
    task = prepare(made, 0)
    order = solve(made)
    greedy = greedy_list(task)
    assert order is not None
    assert greedy is not None
    assert objective(task, order) < objective(task, greedy)
    assert walk(task.steps, order).max() < walk(task.steps, greedy).max()
    chance = random_list(made, np.random.default_rng(0))
    assert chance is not None
    assert objective(task, order) < objective(task, chance)


@pytest.mark.parametrize("seed", range(4))
def test_rules_are_kept(seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = problem(
        cloud(80, seed),
        25,
        artists=rng.integers(0, 8, 80).tolist(),
        albums=rng.integers(0, 12, 80),
        recordings=rng.integers(0, 50, 80),
        artist_window=4,
        album_window=2,
    )
    order = solve(made)
    assert order is not None
    assert len(order) == len(set(order)) == 25
    assert violations(made, order) == []


def test_same_seed_same_list_other_seed_other_list() -> None:
    same = np.repeat(cloud(10), 4, axis=0)  # four equally good tracks of everything
    made = problem(same, 8)
    assert solve(made, seed=1) == solve(made, seed=1)
    assert len({tuple(solve(made, seed=seed) or ()) for seed in range(6)}) > 1


def test_the_length_is_met() -> None:
    durations = np.tile(np.float32([100, 200, 300, 400]), 10)
    for minutes in (25, 40, 60):
        made = problem(arc(40), 10, durations_s=durations, total_s=60.0 * minutes)
        order = solve(made)
        assert order is not None
        assert durations[order].sum() == pytest.approx(60 * minutes, rel=0.03)


def test_no_list_is_told() -> None:
    assert solve(problem(arc(4), 3, artists=[1, 1, 1, 1], artist_window=2)) is None


def test_the_wide_beam_finds_what_the_narrow_one_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of the last three positions are fixed by one artist; a greedy start runs into them."""
    monkeypatch.setattr(solver, "BEAM", 1)
    rng = np.random.default_rng(0)
    made = problem(cloud(14), 12, {11: 3}, artists=rng.integers(0, 5, 14).tolist(), artist_window=3)
    order = solve(made)
    assert order is not None
    assert violations(made, order) == []


@pytest.mark.parametrize("count", [1, 2])
def test_very_short_lists(count: int) -> None:
    order = solve(problem(arc(5), count))
    assert order is not None
    assert len(order) == count


def test_one_candidate() -> None:
    assert solve(problem(arc(1), 1)) == [0]
