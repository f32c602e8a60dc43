"""Make the numbers of a head mean what they say: temperature, and when to say "unknown"."""

import numpy as np

from ..evaluate.arrays import AnyFloats, BoolArray, IntArray
from ..evaluate.linear import softmax

TEMPERATURES = (0.05, 20.0)
"""Range of the search."""

WRONG_COST = 0.5
"""What a wrong name costs, when a right one gains 1 and "unknown" neither costs nor gains."""


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


def choose_threshold(
    confidence: AnyFloats, correct: BoolArray, *, wrong_cost: float = WRONG_COST
) -> float:
    """Return the probability below which "unknown" is the better answer.

    The rule: the lowest threshold of greatest gain on tracks that the model did not see, where a
    right name gains 1, a wrong one costs ``wrong_cost``, and "unknown" is worth 0. For perfectly
    calibrated probabilities that is ``wrong_cost / (1 + wrong_cost)``, one third by default. The
    data may move it only between half and one and a half times that value, so that few examples
    cannot silence a head.

    Args:
        confidence: probability of the most probable label, shape (n,).
        correct: whether it was right, shape (n,).
        wrong_cost: see above.
    """
    ideal = wrong_cost / (1 + wrong_cost)
    order = np.argsort(-confidence, kind="stable")
    gain = np.cumsum(np.where(correct[order], 1.0, -wrong_cost))
    tied = np.append(np.diff(confidence[order]) == 0, False)  # a threshold lets all of them pass
    gain[tied] = -np.inf
    best = len(gain) - 1 - int(np.argmax(gain[::-1]))
    lowest_answered = float(confidence[order][best]) if gain[best] > 0 else 1.0
    return float(np.clip(lowest_answered, 0.5 * ideal, 1.5 * ideal))
