"""Hear who would play a track: factors from the embedding.

Source: A. van den Oord, S. Dieleman and B. Schrauwen, "Deep content-based music recommendation"
(2013). Here it is a ridge regression on the embedding and, where that ranks better, on random
Fourier features of it (A. Rahimi and B. Recht 2007); a track counts by how sure its factors are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from ...types import FloatArray
from .interactions import Index
from .state import Arrays

TINY = 1e-12
SURE_PLAYS = 50.0
"""A track with so many plays counts half as much as one with any number."""

N_WAVES = 384
WIDTHS = (0.0, 1.0, 2.0)
"""How fast the waves turn; 0 is the embedding without waves."""

RIDGES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Strengths, as shares of the mean variance of a feature."""


@dataclass(frozen=True, eq=False)
class Waves:
    """Features of embeddings: themselves, and waves over them.

    Attributes:
        centre: shape (dim,).
        directions: shape (dim, n_waves); there may be no wave.
        phases: shape (n_waves,).
    """

    centre: FloatArray
    directions: FloatArray
    phases: FloatArray

    def features(self, vectors: FloatArray) -> FloatArray:
        """Return features of shape (n, dim + n_waves)."""
        moved = vectors - self.centre
        if not self.phases.size:
            return moved
        waves = np.cos(moved @ self.directions + self.phases) * np.sqrt(2 / self.phases.size)
        return np.asarray(np.concatenate([moved, waves], axis=1), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Ear:
    """Hears the factors of a track.

    Attributes:
        waves: over embeddings.
        weights: shape (dim + n_waves, n_factors).
        usual: what all tracks have in common, shape (n_factors,).
    """

    waves: Waves
    weights: FloatArray
    usual: FloatArray

    def hear(self, vectors: FloatArray) -> FloatArray:
        """Return factors, shape (n, n_factors); those of an unheard track are the usual ones."""
        factors = np.tile(self.usual, (len(vectors), 1))
        heard = np.any(vectors, axis=1)
        factors[heard] += self.waves.features(vectors[heard]) @ self.weights
        return factors

    def dump(self) -> Arrays:
        """Return it as arrays."""
        waves = self.waves
        kept = {"centre": waves.centre, "directions": waves.directions, "phases": waves.phases}
        return {**kept, "weights": self.weights, "usual": self.usual}

    @classmethod
    def undump(cls, state: Arrays) -> Self:
        """Return what ``dump`` gave."""
        waves = Waves(state["centre"], state["directions"], state["phases"])
        return cls(waves, state["weights"], state["usual"])


class Settings(NamedTuple):
    """How factors are learnt from sound.

    Attributes:
        width: of the waves; 0 is without.
        ridge: how strongly weights are held near zero.
    """

    width: float
    ridge: float


USUAL_SETTINGS = Settings(0.0, 0.3)
"""Where there are too few artists to choose."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """What an ear learns from.

    Attributes:
        vectors: embeddings of all tracks.
        targets: factors of all tracks, shape (n, n_factors).
        n_plays: of each track; those without teach nothing.
    """

    vectors: FloatArray
    targets: FloatArray
    n_plays: Index


def ears(lesson: Lesson, widths: tuple[float, ...], seed: int) -> Iterator[tuple[Settings, Ear]]:
    """Yield an ear for each width of waves and each strength of the ridge."""
    taught = np.flatnonzero((lesson.n_plays > 0) & np.any(lesson.vectors, axis=1))
    vectors, targets = lesson.vectors[taught], lesson.targets[taught]
    sure = lesson.n_plays[taught] / (lesson.n_plays[taught] + SURE_PLAYS)
    sure = (sure / sure.sum()).astype(np.float32)[:, None]
    usual = (sure * targets).sum(axis=0)
    for width in widths:
        waves = _waves(vectors, width, seed)
        features = waves.features(vectors)
        mean = (sure * features).sum(axis=0)
        features -= mean
        moment = features.T @ (sure * features)
        values, axes = np.linalg.eigh(moment.astype(np.float64))
        pulled = axes.T @ (features.T @ (sure * (targets - usual)))
        for ridge in RIDGES:
            strength = ridge * values.mean()
            held = np.maximum(values, 0) + strength + TINY
            weights = (axes @ (pulled / held[:, None])).astype(np.float32)
            yield Settings(width, ridge), Ear(waves, weights, usual - mean @ weights)


def learn(lesson: Lesson, settings: Settings, seed: int) -> Ear:
    """Return the ear of given settings."""
    return dict(ears(lesson, (settings.width,), seed))[settings]


def _waves(vectors: FloatArray, width: float, seed: int) -> Waves:
    """Return waves as fast as the embeddings are wide apart; none for a width of 0."""
    rng = np.random.default_rng([seed, 2])
    centre = vectors.mean(axis=0)
    spread = float(np.sqrt(np.mean((vectors - centre) ** 2)) * np.sqrt(2 * vectors.shape[1]))
    n_waves = N_WAVES if width else 0
    directions = rng.standard_normal((vectors.shape[1], n_waves)) * (width / max(spread, 1e-9))
    phases = rng.uniform(0, 2 * np.pi, n_waves)
    return Waves(centre, directions.astype(np.float32), phases.astype(np.float32))
