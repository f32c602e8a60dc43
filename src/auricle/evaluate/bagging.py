"""Bagging: one linear model from many, each fitted on groups drawn with replacement.

After L. Breiman, "Bagging Predictors" (1996). What hangs on single artists averages out, and the
mean of linear models is again a linear model.
"""

from collections.abc import Callable, Sequence

import numpy as np

from .arrays import AnyFloats
from .linear import LinearModel, standardisation

SEED = 0

Fit = Callable[[AnyFloats, Sequence[str]], LinearModel]
"""Fits one model to embeddings and labels."""


def fit_bagged(
    embeddings: AnyFloats, labels: Sequence[str], groups: Sequence[str], fit: Fit, bags: int
) -> LinearModel:
    """Fit ``bags`` models and return their mean; the draws are the same every time.

    Groups are drawn within each label, so that every model knows all labels.

    Args:
        embeddings: shape (n, dim).
        labels: shape (n,), at least two different ones.
        groups: what is drawn, whole: the artists; shape (n,).
        fit: how each model is fitted.
        bags: number of models, at least 1.
    """
    rng = np.random.default_rng(SEED)
    models = []
    for _ in range(bags):
        rows = _draw(labels, groups, rng)
        models.append(fit(embeddings[rows], [labels[row] for row in rows]))
    return _mean(models, embeddings)


def _draw(labels: Sequence[str], groups: Sequence[str], rng: np.random.Generator) -> list[int]:
    """Return the rows of as many groups per label as it has, drawn with replacement."""
    members: dict[str, dict[str, list[int]]] = {}
    for row, (label, group) in enumerate(zip(labels, groups, strict=True)):
        members.setdefault(label, {}).setdefault(group, []).append(row)
    rows: list[int] = []
    for label in sorted(members):
        own = list(members[label].values())
        for place in rng.integers(0, len(own), len(own)):
            rows += own[place]
    return rows


def _mean(models: Sequence[LinearModel], embeddings: AnyFloats) -> LinearModel:
    """Average models of different standardisation, written in that of ``embeddings``."""
    mean, scale = standardisation(embeddings)
    slopes = [model.weights / model.scale for model in models]
    biases = [
        model.bias + slope @ (mean - model.mean)
        for model, slope in zip(models, slopes, strict=True)
    ]
    weights = np.mean(slopes, axis=0) * scale
    return LinearModel(models[0].labels, weights, np.mean(biases, axis=0), mean, scale)
