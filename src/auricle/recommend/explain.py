"""Why two tracks are alike: shared genres, and the seconds that match."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..types import FloatArray, Genre, TimelineEntry

MIN_SHARED = 0.05
"""A genre is shared from this probability on in both."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in a track.

    Attributes:
        genres: with their probabilities.
        timeline: when each excerpt was.
        excerpts: unit vectors, shape (n_excerpts, dim), rows as in ``timeline``.
    """

    genres: tuple[Genre, ...]
    timeline: tuple[TimelineEntry, ...]
    excerpts: FloatArray


LEAST_OF_BEST = 0.5
"""Further passages are at least so similar, as a share of the best: others explain nothing."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Seconds of one track that sound like seconds of another."""

    here_s: tuple[float, float]
    there_s: tuple[float, float]
    similarity: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "query_s": [round(time, 3) for time in self.here_s],
            "track_s": [round(time, 3) for time in self.there_s],
            "similarity": round(self.similarity, 6),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a track is similar.

    Attributes:
        shared: genres that both have, with the smaller of the two probabilities.
        passages: the best matches in time, best first.
    """

    shared: tuple[Genre, ...]
    passages: tuple[Passage, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "shared_genres": [genre.to_dict() for genre in self.shared],
            "passages": [passage.to_dict() for passage in self.passages],
        }


def explain(here: Heard, there: Heard, *, passages: int = 3) -> Explanation:
    """Compare what was heard in two tracks."""
    return Explanation(
        shared_genres(here.genres, there.genres), matching_passages(here, there, passages)
    )


def shared_genres(here: Sequence[Genre], there: Sequence[Genre]) -> tuple[Genre, ...]:
    """Return the genres that both have, by the smaller of the two probabilities."""
    other = {genre.label: genre.probability for genre in there}
    both = [
        Genre(genre.label, min(genre.probability, other.get(genre.label, 0.0))) for genre in here
    ]
    both.sort(key=lambda genre: (-genre.probability, genre.label))
    return tuple(genre for genre in both if genre.probability >= MIN_SHARED)


def matching_passages(here: Heard, there: Heard, count: int) -> tuple[Passage, ...]:
    """Return the pairs of excerpts that are most alike, each excerpt at most once."""
    n_here, n_there = _usable(here), _usable(there)
    if not (n_here and n_there):
        return ()
    similarity = here.excerpts[:n_here] @ there.excerpts[:n_there].T
    silent_here = ~here.excerpts[:n_here].any(axis=1)
    similarity[silent_here] = -np.inf
    similarity[:, ~there.excerpts[:n_there].any(axis=1)] = -np.inf
    found: list[Passage] = []
    while len(found) < count:
        row, column = np.unravel_index(int(np.argmax(similarity)), similarity.shape)
        value = float(similarity[row, column])
        if value < 0 or (found and value < LEAST_OF_BEST * found[0].similarity):
            break
        first, second = here.timeline[row], there.timeline[column]
        found.append(
            Passage((first.start_s, first.end_s), (second.start_s, second.end_s), min(value, 1.0))
        )
        similarity[row] = -np.inf
        similarity[:, column] = -np.inf
    return tuple(found)


def _usable(heard: Heard) -> int:
    """Return how many excerpts have both a time and a vector."""
    return min(len(heard.timeline), len(heard.excerpts))
