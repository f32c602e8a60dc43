"""Matrix factorisation of plays, by the library ``implicit``.

Source: Y. Hu, Y. Koren and C. Volinsky, "Collaborative filtering for implicit feedback datasets"
(2008). The library was chosen over irspack, which has wheels for the same Pythons, because it
brings four small packages along instead of an optimiser, a data frame and a client for GitHub.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import MissingExtra
from ...types import FloatArray
from .interactions import Plays

N_FACTORS = 64
REGULARIZATION = 0.22
"""As a share of the confidence that a listener or a track has in all, in the geometric mean."""

ITERATIONS = 15
CONFIDENCE = 3.0
"""What a play adds to the confidence, by the logarithm of its weight."""


@dataclass(frozen=True, eq=False)
class Factors:
    """A listener would play a track as far as their factors agree.

    Attributes:
        listeners: shape (n_listeners, n_factors).
        items: shape (n_items, n_factors); zeros for a track without plays.
    """

    listeners: FloatArray
    items: FloatArray


def factorise(
    plays: Plays, seed: int, *, iterations: int = ITERATIONS, start: Factors | None = None
) -> Factors:
    """Return the factors of plays.

    Args:
        plays: what to explain.
        seed: of the first factors.
        iterations: of the alternation.
        start: factors to begin with, of the same shapes; not changed.

    Raises:
        MissingExtra: the extra ``recommend`` is not installed.
    """
    try:
        from implicit.cpu.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MissingExtra("matrix factorisation", "recommend") from error
    rng = np.random.default_rng(seed)
    sure = confidence(plays)
    with threadpool_limits(1, "blas"):  # the library spreads the rows over threads itself
        model = AlternatingLeastSquares(
            N_FACTORS, strength(sure), iterations=iterations, random_state=rng
        )
        if start is not None:
            model.user_factors, model.item_factors = start.listeners.copy(), start.items.copy()
        model.fit(sure, show_progress=False)
    return Factors(np.asarray(model.user_factors), np.asarray(model.item_factors))


def directions(factors: Factors) -> Factors:
    """Return factors without popularity: who likes a track more than others do.

    Products of them have a mean of 0 and a deviation of 1 over the listeners of a track; then
    each listener's products are brought to a deviation of 1 over the tracks. Listeners without
    plays, and tracks without, stay zeros.
    """
    known = np.asarray(np.any(factors.listeners, axis=1))
    mean = factors.listeners[known].mean(axis=0) if known.any() else 0.0
    apart = np.where(known[:, None], factors.listeners - mean, 0).astype(np.float32)
    items = factors.items / _above_zero(deviations(factors.items, apart))[:, None]
    listeners = apart / _above_zero(deviations(apart, items))[:, None]
    return Factors(listeners.astype(np.float32), items.astype(np.float32))


def deviations(rows: FloatArray, others: FloatArray) -> FloatArray:
    """Return the deviation of each row's products with all other rows, shape (n,)."""
    n_others = max(int(np.count_nonzero(np.any(others, axis=1))), 1)
    moment = others.T @ others / n_others
    squares = np.einsum("nf,nf->n", rows @ moment, rows)
    return np.asarray(np.sqrt(np.maximum(squares, 0)), dtype=np.float32)


def _above_zero(values: FloatArray) -> FloatArray:
    return np.where(values > 1e-9, values, np.inf).astype(np.float32)


def confidence(plays: Plays) -> Any:  # noqa: ANN401  scipy is untyped
    """Return how sure each play makes that the listener likes the track, as a scipy matrix."""
    matrix = plays.matrix.copy()
    matrix.data = 1 + CONFIDENCE * np.log1p(matrix.data)
    return matrix


def strength(sure: Any) -> float:  # noqa: ANN401  scipy is untyped
    """Return the regularization for a matrix of confidences.

    The library takes an absolute number; what is right grows with what there is to explain.
    """
    total = float(sure.sum())
    n_listeners = int(np.count_nonzero(np.diff(sure.indptr)))
    n_items = np.unique(sure.indices).size
    return REGULARIZATION * total / math.sqrt(max(n_listeners * n_items, 1))
