"""When a head had better say "unknown"."""

import numpy as np

from ..evaluate.arrays import AnyFloats, BoolArray

WRONG_COST = 0.5
"""What a wrong name costs, when a right one gains 1 and "unknown" neither costs nor gains."""


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
