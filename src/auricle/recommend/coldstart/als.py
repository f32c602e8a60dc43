"""Matrix factorisation of plays, by the library ``implicit``.

Source: Y. Hu, Y. Koren and C. Volinsky, "Collaborative filtering for implicit feedback datasets"
(2008). The library was chosen over irspack, which has wheels for the same Pythons, because it
brings four small packages along instead of an optimiser, a data frame and a client for GitHub.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import MissingExtra
from ...types import FloatArray
from .interactions import Plays

N_FACTORS = 64
REGULARIZATION = 0.05
ITERATIONS = 15
CONFIDENCE = 5.0
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
    with threadpool_limits(1, "blas"):  # the library spreads the rows over threads itself
        model = AlternatingLeastSquares(
            N_FACTORS, REGULARIZATION, iterations=iterations, random_state=rng
        )
        if start is not None:
            model.user_factors, model.item_factors = start.listeners.copy(), start.items.copy()
        model.fit(confidence(plays), show_progress=False)
    return Factors(np.asarray(model.user_factors), np.asarray(model.item_factors))


def confidence(plays: Plays) -> Any:  # noqa: ANN401  scipy is untyped
    """Return how sure each play makes that the listener likes the track, as a scipy matrix."""
    matrix = plays.matrix.copy()
    matrix.data = 1 + CONFIDENCE * np.log1p(matrix.data)
    return matrix
