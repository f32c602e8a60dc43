"""What every model must beat: chance, what most people play, and the genres one plays."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ...types import FloatArray
from .choosing import played_by
from .interactions import Columns, Index
from .recommender import Recommender

TIES = 1e-3
"""How much popularity counts where genre alone does not decide; as a share of one."""


class Random(Recommender):
    """Any track, the same for the same listener and seed."""

    name: ClassVar[str] = "random"

    def _fit(self, rng: np.random.Generator) -> None:
        """There is nothing to learn."""

    def _score(self, listeners: Index, tracks: Columns) -> FloatArray:
        start = listeners.astype(np.uint64)[:, None] * np.uint64(len(self.items))
        places = np.arange(len(self.items), dtype=np.uint64)[tracks]
        return chance(start + places, self.seed)

    def _reason(self, listener: int, track: int, because: Sequence[int]) -> str:
        return "drawn by chance"


class Popularity(Recommender):
    """What most listeners play."""

    name: ClassVar[str] = "popularity"

    def _fit(self, rng: np.random.Generator) -> None:
        """All there is to know is counted already."""

    def _score(self, listeners: Index, tracks: Columns) -> FloatArray:
        scores = np.log1p(self.plays.popularity[tracks]).astype(np.float32)
        return np.tile(scores, (listeners.size, 1))

    def _reason(self, listener: int, track: int, because: Sequence[int]) -> str:
        return played_by(int(self.plays.popularity[track]))


class Genre(Recommender):
    """The genres that a listener plays, most played first; popular tracks first within them."""

    name: ClassVar[str] = "genre"

    def _fit(self, rng: np.random.Generator) -> None:
        """A listener's genres are counted when they are asked for."""

    def _score(self, listeners: Index, tracks: Columns) -> FloatArray:
        genres = self.items.genre_codes
        popularity = self.plays.popularity
        ties = TIES * np.log1p(popularity[tracks]) / np.log1p(popularity.max())
        scores = self._shares(listeners)[:, genres[tracks]]
        return np.asarray(scores + ties, dtype=np.float32)

    def _shares(self, listeners: Index) -> FloatArray:
        """Return each genre's share of what was played, shape (n, n_genres); the last is 0."""
        genres = self.items.genre_codes
        shares = np.zeros((listeners.size, genres.max(initial=-1) + 2), dtype=np.float32)
        for row, listener in enumerate(listeners):
            tracks, weights = self.plays.of(listener)
            np.add.at(shares[row], genres[tracks], np.log1p(weights))
        shares[:, -1] = 0
        total = shares.sum(axis=1, keepdims=True)
        return np.asarray(shares / np.maximum(total, np.finfo(np.float32).tiny))

    def _reason(self, listener: int, track: int, because: Sequence[int]) -> str:
        return "of a genre that this listener plays"


def chance(keys: NDArray[np.uint64], seed: int) -> FloatArray:
    """Return a number from 0 to 1 for each key: SplitMix64, Steele, Lea and Flood 2014."""
    mixed = keys + np.uint64((seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return ((mixed >> np.uint64(40)).astype(np.float32) / np.float32(2**24)).astype(np.float32)
