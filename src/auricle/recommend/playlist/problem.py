"""A playlist as a problem in arrays: which tracks, in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...types import FloatArray

UNKNOWN = -1
"""The artist or album of a track whose tags do not say; it never counts as the same."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Choose ``count`` of n candidates and their order.

    Attributes:
        vectors: unit rows, shape (n, dim).
        costs: how badly each candidate suits each position, about 0 to 1; shape (count, n).
        recordings: number of the recording that a candidate is a version of, shape (n,).
        artists: number of the artist or ``UNKNOWN``, shape (n,).
        albums: number of the album or ``UNKNOWN``, shape (n,).
        durations_s: shape (n,).
        fixed: candidates whose position is given, by position.
        artist_window: any so many tracks in a row are by different artists; 1 is no limit.
        album_window: the same for albums.
        total_s: how long the list should be, or None.
    """

    vectors: FloatArray
    costs: FloatArray
    recordings: NDArray[np.int64]
    artists: NDArray[np.int64]
    albums: NDArray[np.int64]
    durations_s: FloatArray
    fixed: Mapping[int, int] = field(default_factory=dict)
    artist_window: int = 1
    album_window: int = 1
    total_s: float | None = None

    @property
    def count(self) -> int:
        """How many tracks are wanted."""
        return len(self.costs)

    @property
    def windows(self) -> tuple[tuple[str, NDArray[np.int64], int], ...]:
        """What must not come again within a window: name, number per candidate, width."""
        return (
            ("artist", self.artists, self.artist_window),
            ("album", self.albums, self.album_window),
        )

    def steps(self) -> FloatArray:
        """Return the distance (1 - cosine) of every pair, shape (n, n)."""
        return np.asarray(np.maximum(1 - self.vectors @ self.vectors.T, 0), dtype=np.float32)


class Violation(NamedTuple):
    """A rule that a list breaks."""

    rule: str  # "version", "artist" or "album"
    first: int
    second: int

    def __str__(self) -> str:
        return f"tracks {self.first + 1} and {self.second + 1}: same {_SAME[self.rule]}"


_SAME = {"version": "recording", "artist": "artist, too close", "album": "album, too close"}


def violations(problem: Problem, order: Sequence[int]) -> list[Violation]:
    """Return every pair of positions that breaks a rule."""
    found = []
    for second in range(len(order)):
        for first in range(second):
            if problem.recordings[order[first]] == problem.recordings[order[second]]:
                found.append(Violation("version", first, second))
        for name, numbers, width in problem.windows:
            for first in range(max(0, second - width + 1), second):
                mine = numbers[order[first]]
                if mine != UNKNOWN and mine == numbers[order[second]]:
                    found.append(Violation(name, first, second))
    return found


def open_to(problem: Problem, order: Sequence[int], position: int) -> NDArray[np.bool_]:
    """Return which candidates may stand at a position of a list, shape (n,).

    Args:
        problem: its rules.
        order: the other tracks; -1 where there is none yet, and at ``position`` no matter what.
        position: the place in question.
    """
    here = np.array([row for at, row in enumerate(order) if at != position and row >= 0], np.int64)
    free = ~np.isin(problem.recordings, problem.recordings[here])
    for _, numbers, width in problem.windows:
        if width <= 1:
            continue
        near = [
            numbers[order[at]]
            for at in range(max(0, position - width + 1), min(len(order), position + width))
            if at != position and order[at] >= 0 and numbers[order[at]] != UNKNOWN
        ]
        free &= ~np.isin(numbers, near)
    return np.asarray(free)
