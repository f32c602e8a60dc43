"""Recommend by sound alone: nearest to what the listener liked."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from ...errors import InteractionsError
from ...types import FloatArray
from .choosing import played_by
from .interactions import Columns, Index
from .recommender import Recommender
from .state import Arrays
from .tastes import Tastes, find_tastes

N_REFERENCES = 512
"""Tracks by which the scores of a listener are put on a common scale."""

N_BECAUSE = 3


class Content(Recommender):
    """Nearest to one of the listener's tastes; knows nothing of who else played a track."""

    name: ClassVar[str] = "content"
    hears: ClassVar[bool] = True
    learnt = ("centre", "centres", "shares", "offsets", "scales")

    centre: FloatArray
    """What all tracks have in common, shape (dim,); taken away before comparing."""

    centres: FloatArray
    shares: FloatArray
    offsets: FloatArray
    scales: FloatArray
    sounds: FloatArray

    def _fit(self, rng: np.random.Generator) -> None:
        heard = np.flatnonzero(self.items.heard)
        if not heard.size:
            raise InteractionsError("no track has been heard: there is nothing to compare by")
        self.centre = self.items.vectors[heard].mean(axis=0)
        self.sounds = centred(self.items.vectors, self.centre)
        tastes = find_tastes(self.plays, self.sounds, rng)
        self.centres, self.shares = tastes.centres, tastes.shares
        self._scale(rng.choice(heard, size=min(N_REFERENCES, heard.size), replace=False))

    def _scale(self, references: Index) -> None:
        """Set offsets and scales so that listeners' scores compare: mean 0, deviation 1."""
        n_listeners = len(self.listeners)
        self.offsets = np.zeros(n_listeners, dtype=np.float32)
        self.scales = np.ones(n_listeners, dtype=np.float32)
        sounds = self.sounds[references]
        for first in range(0, n_listeners, 1024):
            some = np.arange(first, min(first + 1024, n_listeners))
            raw = self._nearness(some, sounds)
            self.offsets[some] = raw.mean(axis=1)
            self.scales[some] = 1 / np.maximum(raw.std(axis=1), 1e-6)

    def _nearness(self, listeners: Index, sounds: FloatArray) -> FloatArray:
        return Tastes(self.centres, self.shares).nearness(listeners, sounds)

    def _scaled(self, listeners: Index, sounds: FloatArray) -> FloatArray:
        scores = self._nearness(listeners, sounds)
        scores -= self.offsets[listeners, None]
        scores *= self.scales[listeners, None]
        return scores

    def _score(self, listeners: Index, tracks: Columns) -> FloatArray:
        scores = self._scaled(listeners, self.sounds[tracks])
        scores *= self.items.heard[tracks]
        return scores

    def _score_vector(self, vector: FloatArray) -> FloatArray:
        sound = centred(vector[None], self.centre)
        return self._scaled(np.arange(len(self.listeners)), sound)[:, 0]

    def _restore(self, state: Arrays) -> None:
        super()._restore(state)
        self.sounds = centred(self.items.vectors, self.centre)

    def _move(self, old: Index) -> None:
        self.sounds = centred(self.items.vectors, self.centre)

    def _because(self, listener: int, track: int) -> Sequence[int]:
        played, _ = self.plays.of(listener)
        return nearest(self.sounds, played, track)

    def _reason(self, listener: int, track: int, because: Sequence[int]) -> str:
        return because_reason(because, int(self.plays.popularity[track]))

    def _tastes(self) -> FloatArray:
        """Return the mean sound of each listener; its length tells how much their tastes agree."""
        return np.asarray(np.einsum("ltd,lt->ld", self.centres, self.shares), dtype=np.float32)


def centred(vectors: FloatArray, centre: FloatArray) -> FloatArray:
    """Return unit vectors seen from the centre of all; rows of zeros stay."""
    moved = vectors - centre
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / np.maximum(norms, 1e-9)
    return np.asarray(np.where(vectors.any(axis=1, keepdims=True), unit, 0), dtype=np.float32)


def nearest(sounds: FloatArray, played: Index, track: int) -> list[int]:
    """Return the played tracks that sound most like a track, most like it first."""
    cosines = sounds[played] @ sounds[track]
    order = np.argsort(-cosines, kind="stable")[:N_BECAUSE]
    return [int(played[place]) for place in order if cosines[place] > 0]


def because_reason(because: Sequence[int], plays: int) -> str:
    """Return the reason that names what was played."""
    if not because:
        return f"near to this listener's tastes; {played_by(plays)}"
    return f"sounds like what this listener plays; {played_by(plays)}"
