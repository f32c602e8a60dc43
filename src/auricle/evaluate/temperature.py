"""The temperature under which logits mean what they say."""

import numpy as np

from .arrays import AnyFloats, IntArray
from .linear import softmax

TEMPERATURES = (0.002, 20.0)
"""Range of the search; a strongly penalised fit on a handful of tracks has minute logits."""


def fit_temperature(logits: AnyFloats, true: IntArray) -> float:
    """Return the divisor of the logits under which they explain the truth best.

    Minimises the cross entropy, which is convex in 1 / temperature, by golden-section search.
    After C. Guo et al., "On Calibration of Modern Neural Networks" (2017). The truth is smoothed
    by 1 / (n + 2), after J. Platt (1999): a few examples that all come out right do not make a
    head certain.

    Args:
        logits: of tracks that their model did not see, shape (n, n_labels).
        true: label indices, shape (n,).
    """
    smoothing = 1.0 / (len(true) + 2)
    target = np.full(logits.shape, smoothing / logits.shape[1])
    target[np.arange(len(true)), true] += 1.0 - smoothing

    def loss(log_inverse: float) -> float:
        probabilities = softmax(logits * np.exp(log_inverse))
        return float(-np.mean(np.sum(target * np.log(np.maximum(probabilities, 1e-12)), axis=1)))

    low, high = -np.log(TEMPERATURES[1]), -np.log(TEMPERATURES[0])
    ratio = (np.sqrt(5.0) - 1) / 2
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss(left) <= loss(right):
            high = right
        else:
            low = left
    return float(np.exp(-(low + high) / 2))
