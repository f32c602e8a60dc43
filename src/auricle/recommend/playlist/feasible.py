"""Say which wish cannot be met, before any search."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...errors import Infeasible
from .problem import UNKNOWN, Problem


def check_feasible(problem: Problem, n_found: int) -> None:
    """Refuse what no list can meet.

    Args:
        problem: what is asked.
        n_found: tracks of the collection that pass filters, kinds and lengths.

    Raises:
        Infeasible: naming the constraint and the numbers.
    """
    count, n_recordings = problem.count, np.unique(problem.recordings).size
    if n_found < count:
        raise Infeasible(f"{count} tracks are asked for, but only {n_found} pass the filters")
    if n_recordings < count:
        raise Infeasible(
            f"{count} tracks are asked for, but the {n_found} that pass the filters are versions "
            f"of only {n_recordings} recordings"
        )
    _check_fixed(problem)
    for name, numbers, width in problem.windows:
        room = most_in_windows(numbers, problem.recordings, count, width)
        if room < count:
            raise Infeasible(
                f"the {name} window of {width} leaves room for only {room} of {count} tracks, "
                f"as too many are of the same {name}: choose a smaller window or fewer tracks"
            )


def most_in_windows(
    numbers: NDArray[np.int64], recordings: NDArray[np.int64], count: int, width: int
) -> int:
    """Return how many tracks a list of ``count`` could hold at most, by one window alone.

    In a list of that length each artist has room for one track per ``width`` positions, and the
    first ``width`` tracks are by that many artists.
    """
    if width <= 1:
        return count
    _, first = np.unique(recordings, return_index=True)
    of_each = np.unique(numbers[first][numbers[first] != UNKNOWN], return_counts=True)[1]
    unknown = int(np.sum(numbers[first] == UNKNOWN))
    if unknown + of_each.size < min(width, count):
        return unknown + of_each.size
    return min(count, unknown + int(np.minimum(of_each, -(-count // width)).sum()))


def _check_fixed(problem: Problem) -> None:
    """Refuse fixed tracks that break a rule among themselves."""
    fixed: Sequence[tuple[int, int]] = sorted(problem.fixed.items())
    for at, (second, row) in enumerate(fixed):
        for first, other in fixed[:at]:
            if problem.recordings[row] == problem.recordings[other]:
                raise Infeasible("--from, --to and --via name the same recording twice")
            for name, numbers, width in problem.windows:
                same = numbers[row] == numbers[other] != UNKNOWN
                if same and second - first < width:
                    raise Infeasible(
                        f"tracks {first + 1} and {second + 1} are given and of the same {name}, "
                        f"closer than the {name} window of {width}"
                    )
