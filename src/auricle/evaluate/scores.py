"""Everything that can be said of a head on labelled tracks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import AnyFloats, BoolArray, IntArray
from .bootstrap import Interval, group_bootstrap
from .calibration import (
    ReliabilityBin,
    calibration_error_by_chance,
    expected_calibration_error,
    reliability_bins,
    top_answers,
)
from .metrics import (
    LabelScore,
    accuracy,
    balanced_accuracy,
    brier_score,
    confusion_matrix,
    label_scores,
    macro_f1,
    negative_log_likelihood,
    top_k_accuracy,
)
from .selective import RiskCoverage, risk_coverage

COVERAGE = 0.8
"""Share of tracks answered at which the error is compared with answering always."""


@dataclass(frozen=True)
class Judged:
    """Tracks with what a head says of them.

    Attributes:
        labels: of the head.
        true: label indices, shape (n,).
        probabilities: shape (n, n_labels).
        groups: the artist of each, shape (n,).
        sources: the data set of each, shape (n,).
        threshold: of the head, below which it says "unknown".
    """

    labels: tuple[str, ...]
    true: IntArray
    probabilities: AnyFloats
    groups: tuple[str, ...]
    sources: tuple[str, ...]
    threshold: float = 0.0


@dataclass(frozen=True, slots=True)
class SourceScore:
    """The figure of one source."""

    source: str
    n: int
    accuracy: float


@dataclass(frozen=True)
class HeadScores:
    """The figures of a head; intervals resample artists.

    Attributes:
        labels: of the head; rows and columns of ``confusion``.
        accuracy: share of tracks whose most probable label is right.
        balanced_accuracy: mean recall of the labels that occur.
        top_3_accuracy: share whose label is among the three most probable.
        macro_f1: mean F1 of the labels that occur.
        ece: expected calibration error, ten bins of equal count.
        ece_equal_width: the same with ten bins of equal width.
        ece_by_chance: what ``ece`` would be on average if the probabilities were perfect.
        negative_log_likelihood: in nats.
        brier: from 0 to 2.
        relative_error: error at 80 % coverage, relative to the error of answering always.
        curve: risk over coverage.
        threshold: of the head.
        answered: share of tracks at or above it.
        answered_accuracy: accuracy of those; 0 when there are none.
        by_label: a row per label.
        by_source: a row per source.
        confusion: rows are the truth.
        bins: of the reliability diagram, equal count.
    """

    labels: tuple[str, ...]
    accuracy: Interval
    balanced_accuracy: Interval
    top_3_accuracy: Interval
    macro_f1: Interval
    ece: float
    ece_equal_width: float
    ece_by_chance: float
    negative_log_likelihood: float
    brier: float
    relative_error: Interval
    curve: RiskCoverage
    threshold: float
    answered: float
    answered_accuracy: float
    by_label: tuple[LabelScore, ...]
    by_source: tuple[SourceScore, ...]
    confusion: IntArray
    bins: tuple[ReliabilityBin, ...]


def score(judged: Judged) -> HeadScores:
    """Return all figures of at least one judged track."""
    true, probabilities = judged.true, judged.probabilities
    predicted = probabilities.argmax(axis=1)
    confidence, correct = top_answers(true, probabilities)
    confusion = confusion_matrix(true, predicted, len(judged.labels))
    curve = risk_coverage(confidence, correct)
    answered = confidence >= judged.threshold

    def interval(figure: Callable[[IntArray], float]) -> Interval:
        return group_bootstrap(figure, judged.groups)

    def table(rows: IntArray) -> IntArray:
        return confusion_matrix(true[rows], predicted[rows], len(judged.labels))

    return HeadScores(
        labels=judged.labels,
        accuracy=interval(lambda rows: accuracy(true[rows], predicted[rows])),
        balanced_accuracy=interval(lambda rows: balanced_accuracy(table(rows))),
        top_3_accuracy=interval(lambda rows: top_k_accuracy(true[rows], probabilities[rows], 3)),
        macro_f1=interval(lambda rows: macro_f1(table(rows))),
        ece=expected_calibration_error(confidence, correct),
        ece_equal_width=expected_calibration_error(confidence, correct, binning="equal_width"),
        ece_by_chance=calibration_error_by_chance(confidence),
        negative_log_likelihood=negative_log_likelihood(true, probabilities),
        brier=brier_score(true, probabilities),
        relative_error=interval(
            lambda rows: risk_coverage(confidence[rows], correct[rows]).relative_risk_at(COVERAGE)
        ),
        curve=curve,
        threshold=judged.threshold,
        answered=float(np.mean(answered)),
        answered_accuracy=float(np.mean(correct[answered])) if answered.any() else 0.0,
        by_label=label_scores(confusion, judged.labels),
        by_source=by_source(judged.sources, correct),
        confusion=confusion,
        bins=reliability_bins(confidence, correct),
    )


def by_source(sources: Sequence[str], correct: BoolArray) -> tuple[SourceScore, ...]:
    """Return the accuracy of each source, in order of the names."""
    names = np.asarray(sources, dtype=str)
    return tuple(
        SourceScore(str(name), int(np.sum(names == name)), float(np.mean(correct[names == name])))
        for name in np.unique(names)
    )
