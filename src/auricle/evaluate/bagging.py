"""Bagging: one linear model from many, each fitted on groups drawn with replacement.

After L. Breiman, "Bagging Predictors" (1996). What hangs on single artists averages out, and the
mean of linear models is again a linear model.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from .arrays import AnyFloats, IntArray
from .linear import LinearModel, standardisation

SEED = 0


def draws(labels: Sequence[str], groups: Sequence[str], bags: int) -> Iterator[IntArray]:
    """Yield the rows of each bag; they are the same every time.

    As many groups as a label has are drawn within it, so that every model knows all labels.

    Args:
        labels: shape (n,).
        groups: what is drawn, whole: the artists; shape (n,).
        bags: number of draws.
    """
    members: dict[str, dict[str, list[int]]] = {}
    for row, (label, group) in enumerate(zip(labels, groups, strict=True)):
        members.setdefault(label, {}).setdefault(group, []).append(row)
    rng = np.random.default_rng(SEED)
    for _ in range(bags):
        rows: list[int] = []
        for label in sorted(members):
            own = list(members[label].values())
            for place in rng.integers(0, len(own), len(own)):
                rows += own[place]
        yield np.array(rows, dtype=np.int64)


def mean_model(models: Sequence[LinearModel], embeddings: AnyFloats) -> LinearModel:
    """Average models of different standardisation, written in that of ``embeddings``."""
    mean, scale = standardisation(embeddings)
    slopes = [model.weights / model.scale for model in models]
    biases = [
        model.bias + slope @ (mean - model.mean)
        for model, slope in zip(models, slopes, strict=True)
    ]
    weights = np.mean(slopes, axis=0) * scale
    return LinearModel(models[0].labels, weights, np.mean(biases, axis=0), mean, scale)
