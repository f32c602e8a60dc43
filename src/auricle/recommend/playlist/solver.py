"""Solve a playlist: a beam search that knows what is ahead, then improvement by small moves.

Without the rules the best list is a shortest path through layers of candidates, one layer per
position (Viterbi 1967). Its cost from any candidate to the end is computed backwards and guides a
beam search that keeps the rules. What the beam finds, and the greedy list, are improved by
exchanging single tracks and turning stretches around, as long as that helps; the better one stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from ...types import FloatArray
from .problem import Problem, open_to, violations

BEAM = 32
WIDE_BEAM = 256
LOWER_ROUNDS = 4
COST_WEIGHT = 1.0
LARGEST_WEIGHT = 2.0
"""Of suiting the position and of the largest step, against the mean step."""

STEEPNESS = 4
"""Power by which a step above the usual one is dear in the search, where the largest step, which
is no sum, cannot be counted itself."""

LENGTH_TOLERANCE = 0.02
LENGTH_WEIGHT = 4.0
MAX_ROUNDS = 60
NOISE = 1e-4
"""Of the costs, by the seed: another seed gives another list where several are equally good."""


class Partial(NamedTuple):
    """A list that is not yet complete."""

    cost: float
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A problem with what the search computes once.

    Attributes:
        problem: what is asked.
        steps: distance of every pair, shape (n, n).
        edges: price of every pair in the search, shape (n, n).
        costs: of every position and candidate; infinite where another is fixed; shape (count, n).
    """

    problem: Problem
    steps: FloatArray
    edges: FloatArray
    costs: FloatArray


def solve(problem: Problem, *, seed: int = 0) -> list[int] | None:
    """Return the candidates of the best list found, in order, or None when none was found.

    Args:
        problem: has at least as many candidates as positions.
        seed: the same seed gives the same list.
    """
    task = prepare(problem, seed)
    found = search(task, BEAM) or search(task, WIDE_BEAM)
    ways = (found, search(crossing(task), BEAM), greedy_list(task))
    starts = [order for order in ways if order is not None]
    best = min(
        (improve(task, order) for order in starts), key=partial(objective, task), default=None
    )
    return best and lower(task, best)


def crossing(task: Task) -> Task:
    """Return the task with no step dearer than as the largest of the list, which it may be.

    Where tracks are dense, a step across a gap is beyond any price otherwise, also when it is asked
    for.
    """
    most = (1 + LARGEST_WEIGHT * task.problem.count) * task.steps
    return replace(task, edges=np.minimum(task.edges, np.where(most > 0, most, np.inf)))


def lower(task: Task, best: list[int]) -> list[int]:
    """Return a better list without any step as large as the largest, as long as there is one."""
    for _ in range(LOWER_ROUNDS):
        walked = walk(task.steps, best)
        if not walked.size:
            break
        edges = np.where(task.steps < walked.max() - 1e-6, task.edges, np.inf)
        found = search(replace(task, edges=edges.astype(np.float32)), BEAM)
        other = found and improve(task, found)
        if not other or objective(task, other) >= objective(task, best):
            break
        best = other
    return best


def prepare(problem: Problem, seed: int) -> Task:
    """Return the task of a problem."""
    steps = problem.steps()
    edges = steps + usual_step(steps) * (steps / usual_step(steps)) ** STEEPNESS
    np.fill_diagonal(edges, np.inf)
    noise = np.random.default_rng(seed).random(problem.costs.shape[1]) * NOISE
    costs = (COST_WEIGHT * (problem.costs + noise)).astype(np.float32)
    for position, row in problem.fixed.items():
        others = np.arange(costs.shape[1]) != row
        costs[position, others] = np.inf
    return Task(problem, steps, edges.astype(np.float32), costs)


def usual_step(steps: FloatArray) -> float:
    """Return the median distance of a candidate to its tenth nearest."""
    k = min(10, len(steps) - 1)
    usual = float(np.median(np.partition(steps, k, axis=1)[:, k])) if k > 0 else 0.0
    return max(usual, 1e-3)


def costs_ahead(task: Task) -> FloatArray:
    """Return the least price from each candidate at each position to the end, rules aside."""
    count = task.problem.count
    ahead = np.zeros_like(task.costs)
    for position in range(count - 2, -1, -1):
        then = task.costs[position + 1] + ahead[position + 1]
        ahead[position] = np.min(task.edges + then, axis=1)
    return ahead


def search(task: Task, width: int) -> list[int] | None:
    """Return the cheapest complete list of a beam search, or None when the beam dies out."""
    problem, ahead = task.problem, costs_ahead(task)
    beam = [Partial(0.0, ())]
    for position in range(problem.count):
        extended: list[tuple[float, Partial]] = []
        for so_far in beam:
            extended += _extensions(task, ahead[position], so_far, width)
        extended.sort(key=lambda pair: (pair[0], pair[1].rows))
        beam = [longer for _, longer in extended[:width]]
    return list(beam[0].rows) if beam else None


def _extensions(
    task: Task, ahead: FloatArray, so_far: Partial, width: int
) -> list[tuple[float, Partial]]:
    """Return the best ways to make a list one longer, with their price to the end."""
    problem, position = task.problem, len(so_far.rows)
    order = _with_fixed(problem, so_far.rows)
    price = task.costs[position].copy()
    if so_far.rows:
        price += task.edges[so_far.rows[-1]]
    price[~open_to(problem, order, position)] = np.inf
    total = price + ahead
    best = np.argsort(total, kind="stable")[:width]
    return [
        (so_far.cost + float(total[row]), _longer(so_far, float(price[row]), int(row)))
        for row in best
        if np.isfinite(total[row])
    ]


def _longer(so_far: Partial, price: float, row: int) -> Partial:
    return Partial(so_far.cost + price, (*so_far.rows, row))


def _with_fixed(problem: Problem, rows: Sequence[int]) -> list[int]:
    order = [*rows, *([-1] * (problem.count - len(rows)))]
    for position, row in problem.fixed.items():
        order[position] = row
    return order


def greedy_list(task: Task) -> list[int] | None:
    """Return the list that takes the best next track each time, or None at a dead end."""
    order = blank(task.problem)
    for position in range(task.problem.count):
        price = task.costs[position].astype(np.float64)
        if position:
            price = price + task.edges[order[position - 1]]
        price[~open_to(task.problem, order, position)] = np.inf
        best = int(np.argmin(price))
        if not np.isfinite(price[best]):
            return None
        order[position] = best
    return order


def blank(problem: Problem) -> list[int]:
    """Return a list in which only the fixed tracks stand, -1 elsewhere."""
    return [problem.fixed.get(position, -1) for position in range(problem.count)]


def improve(task: Task, order: list[int]) -> list[int]:
    """Return a list that no single exchange or turn makes better."""
    for _ in range(MAX_ROUNDS):
        before = objective(task, order)
        order = _exchanged(task, order)
        order = _turned(task, order)
        if objective(task, order) >= before - 1e-7:
            break
    return order


def objective(task: Task, order: Sequence[int]) -> float:
    """Return what is minimised: steps, the largest above all, costs and a wrong length."""
    walked = walk(task.steps, order)
    costs = task.costs[np.arange(len(order)), list(order)]
    smooth = float(walked.mean() + LARGEST_WEIGHT * walked.max()) if walked.size else 0.0
    total_s = float(task.problem.durations_s[list(order)].sum())
    return smooth + float(costs.mean()) + float(_length_cost(task.problem, total_s))


def walk(steps: FloatArray, order: Sequence[int]) -> FloatArray:
    """Return the steps of a list, shape (count - 1,)."""
    rows = np.asarray(order, dtype=np.int64)
    return np.asarray(steps[rows[:-1], rows[1:]])


def _length_cost(problem: Problem, total_s: FloatArray | float) -> FloatArray | float:
    if problem.total_s is None:
        return 0.0
    wrong = np.abs(np.asarray(total_s) / problem.total_s - 1)
    return np.asarray(LENGTH_WEIGHT * np.maximum(wrong - LENGTH_TOLERANCE, 0), dtype=np.float32)


def _exchanged(task: Task, order: list[int]) -> list[int]:
    """Give each position in turn the best track that may stand there."""
    order = list(order)
    for position in range(len(order)):
        if position in task.problem.fixed:
            continue
        values = _values_at(task, order, position)
        values[~open_to(task.problem, order, position)] = np.inf
        best = int(np.argmin(values))
        if values[best] < values[order[position]] - 1e-7:
            order[position] = best
    return order


def _values_at(task: Task, order: list[int], position: int) -> FloatArray:
    """Return the objective with each candidate at a position, shape (n,); rules aside."""
    count, problem = len(order), task.problem
    walked = walk(task.steps, order)
    beside = [at for at in (position - 1, position) if 0 <= at < walked.size]
    rest = np.delete(walked, beside)
    neighbours = [order[at] for at in (position - 1, position + 1) if 0 <= at < count]
    new = task.steps[neighbours]
    smooth = np.zeros(len(task.steps), dtype=np.float32)
    if neighbours:
        largest = np.maximum(new.max(axis=0), rest.max() if rest.size else 0)
        smooth = (rest.sum() + new.sum(axis=0)) / walked.size + LARGEST_WEIGHT * largest
    others = [row for at, row in enumerate(order) if at != position]
    costs = task.costs[[at for at in range(count) if at != position], others].sum()
    total_s = problem.durations_s[others].sum() + problem.durations_s
    values = smooth + (costs + task.costs[position]) / count + _length_cost(problem, total_s)
    return np.asarray(values, dtype=np.float32)


def _turned(task: Task, order: list[int]) -> list[int]:
    """Turn each stretch around where that is better and keeps the rules."""
    best = objective(task, order)
    kept = len(violations(task.problem, order))
    for first in range(len(order) - 1):
        for last in range(first + 1, len(order)):
            if any(first <= position <= last for position in task.problem.fixed):
                continue
            other = [*order[:first], *order[first : last + 1][::-1], *order[last + 1 :]]
            value = objective(task, other)
            if value < best - 1e-7 and len(violations(task.problem, other)) <= kept:
                order, best = other, value
    return order
