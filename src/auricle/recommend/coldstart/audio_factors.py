"""Recommend by what the sound of a track says about who would play it."""

from typing import ClassVar

import numpy as np

from ...errors import InteractionsError
from ...types import FloatArray
from .als import Factors, directions, factorise
from .hearing import USUAL_SETTINGS, WIDTHS, Ear, Lesson, Settings, ears, learn
from .interactions import Columns, Index, Plays
from .items import Items
from .linear import dot, rows_at
from .recommender import Recommender
from .rehearsal import Rehearsal, rehearse
from .state import Arrays, part, with_prefix

MAX_JUDGES = 500
"""Listeners by whose plays the settings are chosen."""

TOP = 20
REHEARSAL_ITERATIONS = 8


def choose_settings(rehearsal: Rehearsal, factors: Factors, items: Items, seed: int) -> Settings:
    """Return the settings that rank new tracks best for those who play them.

    Args:
        rehearsal: with new tracks.
        factors: directions, learnt from what is known in it.
        items: what can be recommended.
        seed: of waves and judges.
    """
    asked = rehearsal.truth.where(rehearsal.new[rehearsal.truth.tracks])
    judges = np.flatnonzero((np.diff(asked.starts) > 0) & (np.diff(rehearsal.known.starts) > 0))
    columns = np.flatnonzero(rehearsal.new & items.heard)
    if not judges.size or not columns.size:
        return USUAL_SETTINGS
    rng = np.random.default_rng([seed, 4])
    judges = rng.choice(judges, size=min(MAX_JUDGES, judges.size), replace=False)
    wanted = _table(asked, judges)[:, columns]
    lesson = Lesson(items.vectors, factors.items, rehearsal.known.popularity)
    listeners = factors.listeners[judges]
    found = {
        settings: gain(listeners @ ear.hear(items.vectors[columns]).T, wanted)
        for settings, ear in ears(lesson, WIDTHS, seed)
    }
    return max(found, key=found.__getitem__)


def gain(scores: FloatArray, wanted: FloatArray) -> float:
    """Return the mean nDCG of the best of each row, over rows with anything wanted."""
    k = min(TOP, scores.shape[1])
    some = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(scores, some, axis=1), axis=1, kind="stable")
    best = np.take_along_axis(some, order, axis=1)
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gains = np.take_along_axis(wanted, best, axis=1) @ discounts
    counts = wanted.sum(axis=1).astype(np.int64)
    most = np.cumsum(discounts)[np.minimum(counts, k) - 1]
    return float(np.mean((gains / most)[counts > 0])) if counts.any() else 0.0


def _table(plays: Plays, listeners: Index) -> FloatArray:
    """Return who played what as ones and zeros, shape (n_listeners, n_tracks)."""
    table = np.zeros((listeners.size, plays.n_tracks), dtype=np.float32)
    for row, listener in enumerate(listeners.tolist()):
        table[row, plays.of(listener)[0]] = 1
    return table


class AudioFactors(Recommender):
    """Factors of plays, but those of every track are heard in it, also of well-known ones."""

    name: ClassVar[str] = "audio-to-factors"
    hears: ClassVar[bool] = True

    listener_factors: FloatArray
    item_factors: FloatArray
    ear: Ear

    def _fit(self, rng: np.random.Generator) -> None:
        if not self.items.heard[self.plays.tracks].any():
            raise InteractionsError(
                "no played track has been heard: there is nothing to learn from"
            )
        rehearsal = rehearse(self.plays, self.items, self.seed)
        settings, start = USUAL_SETTINGS, None
        if rehearsal is not None:
            start = factorise(rehearsal.known, self.seed, iterations=REHEARSAL_ITERATIONS)
            settings = choose_settings(rehearsal, directions(start), self.items, self.seed)
        factors = directions(factorise(self.plays, self.seed, start=start))
        self.listener_factors = factors.listeners
        lesson = Lesson(self.items.vectors, factors.items, self.plays.popularity)
        self.ear = learn(lesson, settings, self.seed)
        self.item_factors = self.ear.hear(self.items.vectors)

    def _score(self, listeners: Index, tracks: Columns) -> FloatArray:
        return dot(rows_at(self.listener_factors, listeners), self.item_factors[tracks])

    def _score_vector(self, vector: FloatArray) -> FloatArray:
        return np.asarray(self.listener_factors @ self.ear.hear(vector[None])[0])

    def _state(self) -> Arrays:
        return {"listener_factors": self.listener_factors, **with_prefix("ear", self.ear.dump())}

    def _restore(self, state: Arrays) -> None:
        self.listener_factors = state["listener_factors"]
        self.ear = Ear.undump(part(state, "ear"))
        self.item_factors = self.ear.hear(self.items.vectors)

    def _move(self, old: Index) -> None:
        self.item_factors = self.ear.hear(self.items.vectors)

    def _tastes(self) -> FloatArray:
        return self.listener_factors
