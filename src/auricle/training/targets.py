"""What the student learns from its teachers: one space that keeps the geometry of all of them.

The teachers' embeddings are standardised, each teacher weighing as much as the other, joined,
and turned onto their principal directions.
Then a random rotation spreads the variance evenly over all coordinates: distances and angles
stay as they are, and no coordinate is a near-constant that a later standardisation would blow
up (logistic regression on plain principal components loses up to ten points by that).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ..types import FloatArray

EMBEDDING_SUFFIX = "_embedding"


@dataclass(frozen=True, slots=True)
class TeacherSpace:
    """A linear map from the teachers' joined embeddings to the student's space.

    Attributes:
        mean: of the joined embeddings, shape (d,).
        projection: columns are the student's coordinates, shape (d, dim).
    """

    mean: FloatArray
    projection: FloatArray

    @classmethod
    def fit(cls, teachers: dict[str, FloatArray], dim: int, whitening: float, seed: int) -> Self:
        """Fit the space on training windows.

        Args:
            teachers: the ``*_embedding`` outputs count, each of shape (n, its dimension).
            dim: of the student's embedding, at most the teachers' dimensions together.
            whitening: exponent that evens out the principal variances (0 none, 1 whitened).
            seed: of the rotation.
        """
        joined, weight = join_embeddings(teachers), _even_weights(teachers)
        mean, deviation = joined.mean(0), (joined.std(0) + 1e-3) / weight
        standard = (joined - mean) / deviation
        covariance = standard.T @ standard / len(standard)
        variances, directions = np.linalg.eigh(covariance.astype(np.float64))
        variances, directions = variances[::-1][:dim], directions[:, ::-1][:, :dim]
        variances = np.maximum(variances, 1e-9)  # below 0 by rounding, if there are few windows
        scaled = directions * variances ** (-whitening / 2)
        scaled /= np.sqrt(np.mean(variances ** (1 - whitening)))  # unit variance on average
        rng = np.random.default_rng(seed)
        rotation = np.linalg.qr(rng.standard_normal((scaled.shape[1],) * 2))[0]
        projection = (scaled @ rotation) / deviation[:, None]
        return cls(mean.astype(np.float32), projection.astype(np.float32))

    def map(self, teachers: dict[str, FloatArray]) -> FloatArray:
        """Return the student's targets, shape (n, dim)."""
        joined = join_embeddings(teachers)
        return ((joined - self.mean) @ self.projection).astype(np.float32)


def join_embeddings(teachers: dict[str, FloatArray]) -> FloatArray:
    """Join all ``*_embedding`` outputs, shape (n, sum of their dimensions)."""
    return np.concatenate([teachers[name] for name in embedding_names(teachers)], axis=1)


def embedding_names(teachers: dict[str, FloatArray]) -> list[str]:
    """Return the names of the embeddings, in the order in which they are joined."""
    return sorted(name for name in teachers if name.endswith(EMBEDDING_SUFFIX))


def _even_weights(teachers: dict[str, FloatArray]) -> FloatArray:
    """Return a weight per joined dimension that gives every teacher the same variance."""
    dims = [teachers[name].shape[1] for name in embedding_names(teachers)]
    return np.concatenate([np.full(dim, dim**-0.5, dtype=np.float32) for dim in dims])


@dataclass(frozen=True, slots=True)
class OutputScaling:
    """Standardisation of every single teacher output, for the auxiliary loss."""

    mean: FloatArray
    scale: FloatArray

    @classmethod
    def fit(cls, outputs: FloatArray) -> Self:
        """Fit on training windows, shape (n, d)."""
        return cls(outputs.mean(0), outputs.std(0) + 1e-3)

    def map(self, outputs: FloatArray) -> FloatArray:
        """Return standardised outputs, clipped to 5 deviations."""
        scaled: FloatArray = np.clip((outputs - self.mean) / self.scale, -5.0, 5.0)
        return scaled.astype(np.float32)


def as_logits(name: str, values: FloatArray) -> FloatArray:
    """Return an output's probabilities as logits; an embedding or logits stay as they are.

    Args:
        name: of the output.
        values: shape (n, d), rows of NaN where the teacher did not hear.
    """
    heard = values[~np.isnan(values[:, 0])]
    if name.endswith(EMBEDDING_SUFFIX) or heard.size == 0 or heard.min() < 0 or heard.max() > 1:
        return values
    clipped = np.clip(values, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float32)


def join_outputs(teachers: dict[str, FloatArray]) -> FloatArray:
    """Join all teacher outputs, shape (n, d)."""
    return np.concatenate([teachers[name] for name in sorted(teachers)], axis=1)
