"""Which unlabelled tracks are most worth labelling next."""

from dataclasses import dataclass

import numpy as np

from ..evaluate.arrays import AnyFloats, DoubleArray
from ..models import Head
from ..types import FloatArray


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One track to label.

    Attributes:
        row: of the unlabelled track.
        uncertainty: 0 (sure) to 1 (all labels alike).
        novelty: 1 - cosine to the nearest track that is labelled or suggested before.
        guess: the label the head would give.
    """

    row: int
    uncertainty: float
    novelty: float
    guess: str


def suggest(
    head: Head, labelled: FloatArray, unlabelled: FloatArray, count: int
) -> list[Suggestion]:
    """Return the tracks to label next, most useful first.

    One at a time, the track with the largest product of uncertainty (entropy of the head's
    probabilities) and novelty (distance to everything labelled or already suggested) is taken,
    so that the list is not ten versions of one doubt.

    Args:
        head: as it is now.
        labelled: unit embeddings of the examples, shape (n, dim).
        unlabelled: unit embeddings of the candidates, shape (m, dim).
        count: how many to suggest.
    """
    if not len(unlabelled):
        return []
    probabilities = head.probabilities(unlabelled)
    uncertainty = entropy(probabilities)
    nearest = (unlabelled @ labelled.T).max(axis=1)
    chosen: list[Suggestion] = []
    open_rows = np.ones(len(unlabelled), dtype=bool)
    for _ in range(min(count, len(unlabelled))):
        novelty = np.clip(1.0 - nearest, 0.0, None)
        worth = np.where(open_rows, (uncertainty + 1e-6) * (novelty + 1e-6), -1.0)
        row = int(np.argmax(worth))
        guess = head.labels[int(probabilities[row].argmax())]
        chosen.append(Suggestion(row, float(uncertainty[row]), float(novelty[row]), guess))
        open_rows[row] = False
        nearest = np.maximum(nearest, unlabelled @ unlabelled[row])
    return chosen


def entropy(probabilities: AnyFloats) -> DoubleArray:
    """Return the entropy of each row, from 0 to 1 (all alike), shape (n,)."""
    safe = np.maximum(probabilities.astype(np.float64), 1e-12)
    return np.asarray(-(safe * np.log(safe)).sum(axis=1) / np.log(max(2, safe.shape[1])))
