"""Examples whose label is probably wrong."""

from dataclasses import dataclass

import numpy as np

from ..evaluate.arrays import AnyFloats, IntArray

TWICE = 2.0
"""How many times as probable another label must be: less is no more than a toss."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubtful example.

    Attributes:
        row: of the example.
        given: its label index.
        heard: the label index that the held-out model is confident of.
        given_probability: of the given label.
        heard_probability: of the other.
    """

    row: int
    given: int
    heard: int
    given_probability: float
    heard_probability: float


def probably_wrong(probabilities: AnyFloats, given: IntArray) -> list[Doubt]:
    """Return doubtful examples, most doubtful first.

    After C. Northcutt, L. Jiang, I. Chuang, "Confident Learning" (2021): an example counts as
    label j when its probability of j reaches the mean that true bearers of j get; if it counts
    as another label than its own, as that most of all, and twice as probably, the given one is
    doubted. The order is by the difference of the two probabilities.

    Args:
        probabilities: from models that did not see the example, shape (n, n_labels).
        given: label indices, shape (n,); every label occurs.
    """
    n_labels = probabilities.shape[1]
    usual = np.array([probabilities[given == j, j].mean() for j in range(n_labels)])
    counts_as = np.where(probabilities >= usual, probabilities, -1.0)
    heard = counts_as.argmax(axis=1)
    rows = np.arange(len(given))
    own, other = probabilities[rows, given], probabilities[rows, heard]
    doubted = (counts_as[rows, heard] >= 0) & (heard != given) & (other >= TWICE * own)
    order = sorted(np.flatnonzero(doubted), key=lambda row: float(own[row] - other[row]))
    return [
        Doubt(int(row), int(given[row]), int(heard[row]), float(own[row]), float(other[row]))
        for row in order
    ]
