"""How good a playlist is: its steps, broken rules, and how greedy and random lists compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .problem import Problem, open_to, violations
from .solver import Task, blank, greedy_list, objective, prepare, walk

RANDOM_LISTS = 20


@dataclass(frozen=True, slots=True)
class Smoothness:
    """The steps of a list; a step is 1 - cosine.

    Attributes:
        largest: the largest step.
        mean: the mean step.
        objective: what the solver minimises.
    """

    largest: float
    mean: float
    objective: float

    def to_dict(self) -> dict[str, float]:
        """Return the JSON form."""
        return {
            "largest_step": round(self.largest, 6),
            "mean_step": round(self.mean, 6),
            "objective": round(self.objective, 6),
        }


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What to think of a list.

    Attributes:
        own: its steps.
        greedy: those of a list that takes the best next track each time; None when that way ends
            with no track left that may come next.
        random: the means over random lists that keep the same rules; None when none was found.
        violations: rules that are broken, in words; empty when all are kept.
        total_s: how long the list is.
    """

    own: Smoothness
    greedy: Smoothness | None
    random: Smoothness | None
    violations: tuple[str, ...]
    total_s: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            **self.own.to_dict(),
            "violations": list(self.violations),
            "duration_s": round(self.total_s, 3),
            "greedy": self.greedy.to_dict() if self.greedy else None,
            "random": self.random.to_dict() if self.random else None,
        }


def make_scorecard(problem: Problem, order: Sequence[int], *, seed: int = 0) -> Scorecard:
    """Judge a list."""
    task = prepare(problem, seed)
    rng = np.random.default_rng(seed)
    drawn = [random_list(problem, rng) for _ in range(RANDOM_LISTS)]
    random = [smoothness(task, each) for each in drawn if each is not None]
    greedy = greedy_list(task)
    return Scorecard(
        own=smoothness(task, order),
        greedy=None if greedy is None else smoothness(task, greedy),
        random=_mean(random) if random else None,
        violations=tuple(str(each) for each in violations(problem, order)),
        total_s=float(problem.durations_s[list(order)].sum()),
    )


def smoothness(task: Task, order: Sequence[int]) -> Smoothness:
    """Return the steps of a list in three numbers."""
    steps = walk(task.steps, order)
    if not steps.size:
        return Smoothness(0.0, 0.0, objective(task, order))
    return Smoothness(float(steps.max()), float(steps.mean()), objective(task, order))


def random_list(problem: Problem, rng: np.random.Generator) -> list[int] | None:
    """Return a random list that keeps the rules, or None when its way ended."""
    order = blank(problem)
    for position in range(problem.count):
        if position in problem.fixed:
            continue
        free = np.flatnonzero(open_to(problem, order, position))
        if not free.size:
            return None
        order[position] = int(rng.choice(free))
    return order


def _mean(cards: Sequence[Smoothness]) -> Smoothness:
    return Smoothness(
        float(np.mean([card.largest for card in cards])),
        float(np.mean([card.mean for card in cards])),
        float(np.mean([card.objective for card in cards])),
    )
