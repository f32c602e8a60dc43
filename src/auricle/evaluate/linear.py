"""Logistic regression on embeddings: the one linear model of the probe and of taught heads."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from ..errors import MissingExtra
from .arrays import AnyFloats, DoubleArray

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

MAX_ITERATIONS = 3000


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Standardise, then a weighted sum per label.

    Attributes:
        labels: the classes, sorted.
        weights: shape (n_labels, dim).
        bias: shape (n_labels,).
        mean: of the training embeddings, shape (dim,).
        scale: their standard deviation, 1 where it is 0, shape (dim,).
    """

    labels: tuple[str, ...]
    weights: DoubleArray
    bias: DoubleArray
    mean: DoubleArray
    scale: DoubleArray

    def logits(self, embeddings: AnyFloats) -> DoubleArray:
        """Return shape (n, n_labels)."""
        standard = (embeddings.astype(np.float64) - self.mean) / self.scale
        return np.asarray(standard @ self.weights.T + self.bias)

    def predict(self, embeddings: AnyFloats) -> list[str]:
        """Return the most probable label of each row."""
        return [self.labels[i] for i in self.logits(embeddings).argmax(axis=1)]


def fit_logistic(
    embeddings: AnyFloats,
    labels: Sequence[str],
    c: float,
    *,
    weights: DoubleArray | None = None,
) -> LinearModel:
    """Fit multinomial logistic regression on standardised embeddings.

    Args:
        embeddings: shape (n, dim).
        labels: shape (n,), at least two different ones.
        c: inverse strength of the L2 penalty.
        weights: of the examples, shape (n,), 1 on average; all alike if absent.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    need_scikit_learn()
    from sklearn.linear_model import LogisticRegression  # deferred: optional extra

    mean, scale = standardisation(embeddings)
    model = LogisticRegression(C=c, max_iter=MAX_ITERATIONS)
    with _blas_controller().limit(limits=1, user_api="blas"):  # small products: threads only wait
        model.fit((embeddings.astype(np.float64) - mean) / scale, np.asarray(labels), weights)
    slopes, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # one row of log-odds: written as two, equal under softmax
        slopes, bias = np.vstack([-slopes, slopes]) / 2, np.append(-bias, bias) / 2
    return LinearModel(tuple(map(str, model.classes_)), slopes, bias, mean, scale)


def balanced_weights(cells: Sequence[Hashable], balance: float) -> DoubleArray:
    """Return a weight per example, 1 on average, shape (n,).

    Args:
        cells: what each example is one of: its label, or its label and its source.
        balance: 0 weighs every example alike, 1 every cell, however many examples it has; between
            them a cell weighs ``count ** (1 - balance)``.
    """
    counts = Counter(cells)
    weights = np.array([counts[cell] ** -balance for cell in cells])
    return np.asarray(weights / weights.mean())


@cache
def _blas_controller() -> "ThreadpoolController":
    from threadpoolctl import ThreadpoolController  # deferred: comes with scikit-learn

    return ThreadpoolController()


def need_scikit_learn() -> None:
    """Refuse to fit without scikit-learn.

    Raises:
        MissingExtra: naming the extra to install.
    """
    if find_spec("sklearn") is None:
        raise MissingExtra("fitting a linear model", "teach")


def standardisation(embeddings: AnyFloats) -> tuple[DoubleArray, DoubleArray]:
    """Return mean and standard deviation per dimension (1 where it is 0), shapes (dim,)."""
    mean = embeddings.mean(axis=0, dtype=np.float64)
    deviation = embeddings.std(axis=0, dtype=np.float64)
    return np.asarray(mean), np.where(deviation > 1e-12, deviation, 1.0)


def softmax(logits: AnyFloats) -> DoubleArray:
    """Return probabilities along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float64)
