"""How right the answers are: accuracy and its relatives, from label indices.

``true`` and ``predicted`` are label indices of shape (n,); ``probabilities`` has shape
(n, n_labels). Every function takes at least one track.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import AnyFloats, DoubleArray, IntArray


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How one label fares; the ratios are 0 where nothing could be counted."""

    label: str
    count: int
    predicted: int
    precision: float
    recall: float
    f1: float


def accuracy(true: IntArray, predicted: IntArray) -> float:
    """Return the share of right answers."""
    return float(np.mean(true == predicted))


def top_k_accuracy(true: IntArray, probabilities: AnyFloats, k: int) -> float:
    """Return the share of tracks whose label is among the k most probable; ties count against."""
    own = np.take_along_axis(probabilities, true[:, None], axis=1)
    at_least_as_probable = (probabilities >= own).sum(axis=1)
    return float(np.mean(at_least_as_probable <= k))


def confusion_matrix(true: IntArray, predicted: IntArray, n_labels: int) -> IntArray:
    """Return counts of shape (n_labels, n_labels): rows are the truth, columns the answers."""
    cells = np.bincount(true * n_labels + predicted, minlength=n_labels * n_labels)
    return cells.reshape(n_labels, n_labels)


def label_scores(confusion: IntArray, labels: tuple[str, ...]) -> tuple[LabelScore, ...]:
    """Return precision, recall and F1 of each label."""
    hits = np.diag(confusion).astype(float)
    count, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    precision, recall = _ratio(hits, predicted), _ratio(hits, count)
    f1 = _ratio(2 * hits, count + predicted)
    return tuple(
        LabelScore(label, int(count[i]), int(predicted[i]), *map(float, (p, r, f)))
        for i, (label, p, r, f) in enumerate(zip(labels, precision, recall, f1, strict=True))
    )


def balanced_accuracy(confusion: IntArray) -> float:
    """Return the mean recall over the labels that occur."""
    occurs = confusion.sum(axis=1) > 0
    return float(np.mean(np.diag(confusion)[occurs] / confusion.sum(axis=1)[occurs]))


def macro_f1(confusion: IntArray) -> float:
    """Return the mean F1 over the labels that occur."""
    count, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    f1 = _ratio(2 * np.diag(confusion).astype(np.float64), count + predicted)
    return float(np.mean(f1[count > 0]))


def negative_log_likelihood(true: IntArray, probabilities: AnyFloats) -> float:
    """Return the mean of -ln(probability of the truth), in nats, each at most -ln(1e-12)."""
    own = np.take_along_axis(probabilities, true[:, None], axis=1).astype(np.float64)
    return float(-np.mean(np.log(np.maximum(own, 1e-12))))


def brier_score(true: IntArray, probabilities: AnyFloats) -> float:
    """Return the mean squared distance to the one-hot truth, from 0 to 2 (G. W. Brier, 1950)."""
    truth = np.eye(probabilities.shape[1])[true]
    return float(np.mean(np.sum((probabilities - truth) ** 2, axis=1)))


def _ratio(numerator: DoubleArray, denominator: IntArray) -> DoubleArray:
    return np.divide(numerator, denominator, out=np.zeros(len(numerator)), where=denominator > 0)
