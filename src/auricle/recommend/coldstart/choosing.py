"""From scores to a list: what may be in it, how often an artist comes, a share for new tracks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...library.index import best_of
from ...types import FloatArray
from .interactions import Index
from .items import Items

EXPLORED_AMONG = 5
"""New tracks that explore are drawn from so many times as many of the best."""


@dataclass(frozen=True, slots=True, eq=False)
class Filters:
    """What a list may hold.

    Attributes:
        allowed: which items may be in it, shape (n_items,); None is all.
        played: also what the listener has played.
        only_new: only tracks that nobody has played.
        per_artist: at most so many tracks by one artist; None is any number.
        versions: allow more than one version of a recording, also of a played one.
        explore: this share of the list goes to tracks that nobody has played, 0 to 1.
        seed: of the places and the tracks that explore.
    """

    allowed: NDArray[np.bool_] | None = None
    played: bool = False
    only_new: bool = False
    per_artist: int | None = None
    versions: bool = False
    explore: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.explore <= 1:
            raise ValueError(f"the share of new tracks is from 0 to 1, not {self.explore}")


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The items as one listener sees them.

    Attributes:
        items: all of them.
        scores: of each, shape (n_items,).
        played: places of what the listener has played.
        popularity: how many listeners have played each, shape (n_items,).
    """

    items: Items
    scores: FloatArray
    played: Index
    popularity: Index


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A track for a listener.

    Attributes:
        track: its name.
        score: what the list is ranked by; compares only within one listener's list.
        reason: one sentence for people.
        because: names of tracks that the listener played and that speak most for it.
        plays: how many listeners have played it; 0 is a new track.
    """

    track: str
    score: float
    reason: str
    because: tuple[str, ...] = ()
    plays: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "track": self.track,
            "score": round(self.score, 6),
            "reason": self.reason,
            "because": list(self.because),
            "plays": self.plays,
        }


def played_by(plays: int) -> str:
    """Return in words how many listeners have played a track."""
    if not plays:
        return "nobody plays it yet"
    return "1 listener plays it" if plays == 1 else f"{plays} listeners play it"


def choose(candidates: Candidates, k: int, filters: Filters) -> list[int]:
    """Return the places of the best k items that pass, best first.

    With a share for new tracks, some of the places of the list, drawn by the seed, are given to
    new tracks, drawn from the best of them; the rest of the list is as it would be.
    """
    scores = _passing(candidates, filters)
    window = _Window(candidates, filters)
    if not filters.explore or filters.only_new:
        return _take(_descending(scores), k, window)
    new = candidates.popularity == 0
    spots = _spots(int(np.isfinite(scores[new]).sum()), k, filters)
    rng = np.random.default_rng([filters.seed, 1])
    best = _take(_descending(np.where(new, scores, -np.inf)), EXPLORED_AMONG * len(spots), None)
    explored = _take(iter(rng.permutation(best).tolist()), len(spots), window)
    usual = np.array(scores)
    usual[explored] = -np.inf
    rest = _take(_descending(usual), k - len(explored), window)
    for spot, place in zip(sorted(spots), explored, strict=False):
        rest.insert(min(spot, len(rest)), place)
    return rest


def _passing(candidates: Candidates, filters: Filters) -> FloatArray:
    """Return the scores, minus infinity where an item may not be in the list."""
    scores = np.array(candidates.scores, dtype=np.float32)
    if filters.allowed is not None:
        scores[~filters.allowed] = -np.inf
    if filters.only_new:
        scores[candidates.popularity > 0] = -np.inf
    if not filters.played:
        scores[candidates.played] = -np.inf
    return scores


def _spots(n_new: int, k: int, filters: Filters) -> list[int]:
    """Return the places of the list that explore; a part of a place is rounded by the seed."""
    rng = np.random.default_rng([filters.seed, 0])
    n_spots = min(int(filters.explore * k + rng.random()), n_new, k)
    return [int(spot) for spot in rng.choice(k, size=n_spots, replace=False)]


def _descending(scores: FloatArray) -> Iterator[int]:
    """Yield the places of finite scores, best first, ties by place; sorts no more than needed."""
    done, some = 0, 64
    while done < scores.size:
        best = best_of(scores, some)
        yield from best[done:].tolist()
        if best.size < some:
            return
        done, some = some, 8 * some


def _take(places: Iterator[int], k: int, window: "_Window | None") -> list[int]:
    """Return the first k places that may stand together."""
    taken: list[int] = []
    for place in places:
        if len(taken) == k:
            break
        if window is None or window.admits(place):
            taken.append(place)
    return taken


class _Window:
    """Says of one item after the other whether it may join the list."""

    def __init__(self, candidates: Candidates, filters: Filters) -> None:
        self._items = candidates.items
        self._filters = filters
        self._artists: Counter[str] = Counter()
        heard = () if filters.played else candidates.played
        self._recordings = {int(self._items.recordings[place]) for place in heard}

    def admits(self, place: int) -> bool:
        artist = self._items.artists[place]
        recording = int(self._items.recordings[place])
        limit = self._filters.per_artist
        if not self._filters.versions and recording in self._recordings:
            return False
        if artist and limit is not None and self._artists[artist] >= limit:
            return False
        self._artists[artist] += 1
        self._recordings.add(recording)
        return True
