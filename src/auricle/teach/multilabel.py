"""Heads of many labels at once, learned from probabilities that another network gave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..evaluate.arrays import AnyFloats, DoubleArray
from ..evaluate.linear import standardisation
from ..models import Head

NEWTON_STEPS = 25
CONVERGED = 1e-6
"""Largest step of a weight at which the search ends."""


@dataclass(frozen=True)
class MultiLabelSpec:
    """What a multi-label head is to be.

    Attributes:
        name: of the head, such as ``subgenre``.
        model_id: of the backbone whose embeddings these are.
        labels: one per column of the targets.
        penalty: strength of the L2 penalty per example; larger is smoother.
        threshold: labels of lower probability are not shown.
        meta: free JSON, kept in the head.
    """

    name: str
    model_id: str
    labels: tuple[str, ...]
    penalty: float = 1e-3
    threshold: float = 0.2
    meta: Mapping[str, Any] = field(default_factory=dict)


def fit_multilabel_head(embeddings: AnyFloats, targets: AnyFloats, spec: MultiLabelSpec) -> Head:
    """Fit one logistic regression per label to soft targets.

    Minimises the mean cross entropy to the target probabilities plus ``penalty / 2`` times the
    squared weights, on standardised embeddings, by Newton's method.

    Args:
        embeddings: unit rows, shape (n, dim).
        targets: probabilities, shape (n, n_labels).
        spec: what the head is to be.

    Raises:
        ValueError: the shapes do not fit, or a target is not a probability.
    """
    if targets.shape != (len(embeddings), len(spec.labels)):
        raise ValueError(
            f"targets must have shape ({len(embeddings)}, {len(spec.labels)}), not {targets.shape}"
        )
    if not (np.all(targets >= 0) and np.all(targets <= 1)):
        raise ValueError("targets must be probabilities")
    mean, scale = standardisation(embeddings)
    rows = np.column_stack([(embeddings - mean) / scale, np.ones(len(embeddings))])
    solved = np.stack([soft_logistic(rows, target, spec.penalty) for target in targets.T])
    return Head(
        name=spec.name,
        task="multi",
        labels=spec.labels,
        weights=solved[:, :-1].astype(np.float32),
        bias=solved[:, -1].astype(np.float32),
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
        model_id=spec.model_id,
        threshold=spec.threshold,
        meta={**spec.meta, "penalty": spec.penalty, "n_examples": len(embeddings)},
    )


def soft_logistic(rows: AnyFloats, target: AnyFloats, penalty: float) -> DoubleArray:
    """Return the weights of one logistic regression; the last column of ``rows`` is the bias.

    Args:
        rows: shape (n, dim + 1), the last column all ones (it is not penalised).
        target: probabilities, shape (n,).
        penalty: of the squared weights.
    """
    x: DoubleArray = np.asarray(rows, dtype=np.float64)
    y: DoubleArray = np.asarray(target, dtype=np.float64)
    ridge = np.full(x.shape[1], penalty)
    ridge[-1] = 1e-9
    weights: DoubleArray = np.zeros(x.shape[1])
    average = np.clip(y.mean(), 1e-6, 1 - 1e-6)
    weights[-1] = np.log(average / (1 - average))
    for _ in range(NEWTON_STEPS):
        step = _newton_step(x, y, ridge, weights)
        size = _shorten(x, y, ridge, weights, step)
        weights = weights - size * step
        if size * np.abs(step).max() < CONVERGED:
            break
    return weights


def _newton_step(
    rows: DoubleArray, target: DoubleArray, ridge: DoubleArray, weights: DoubleArray
) -> DoubleArray:
    probability = 0.5 * (1 + np.tanh(0.5 * (rows @ weights)))
    gradient = rows.T @ (probability - target) / len(rows) + ridge * weights
    curvature = probability * (1 - probability)
    hessian = (rows * curvature[:, None]).T @ rows / len(rows) + np.diag(ridge + 1e-12)
    return np.asarray(np.linalg.solve(hessian, gradient))


def _loss(
    rows: DoubleArray, target: DoubleArray, ridge: DoubleArray, weights: DoubleArray
) -> float:
    logits = rows @ weights
    entropy = np.logaddexp(0.0, logits) - target * logits
    return float(entropy.mean() + 0.5 * np.sum(ridge * weights**2))


def _shorten(
    rows: DoubleArray,
    target: DoubleArray,
    ridge: DoubleArray,
    weights: DoubleArray,
    step: DoubleArray,
) -> float:
    """Halve the step until the loss does not rise."""
    before, size = _loss(rows, target, ridge, weights), 1.0
    while size > 1e-3 and _loss(rows, target, ridge, weights - size * step) > before + 1e-12:
        size /= 2
    return size
