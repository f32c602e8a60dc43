"""Whether probabilities mean frequencies: reliability bins and expected calibration error.

``confidence`` is the probability of the answer, ``correct`` whether it was right; shapes (n,).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .arrays import AnyFloats, BoolArray, DoubleArray, IntArray

Binning = Literal["equal_mass", "equal_width"]

DEFAULT_BINS = 10

CHANCE_DRAWS, CHANCE_SEED = 200, 0


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers of similar confidence: what was promised and what was kept."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability_bins(
    confidence: AnyFloats,
    correct: BoolArray,
    *,
    binning: Binning = "equal_mass",
    n_bins: int = DEFAULT_BINS,
) -> tuple[ReliabilityBin, ...]:
    """Return the occupied bins, least confident first.

    ``equal_width`` cuts [0, 1] into equal parts (Guo et al., 2017); ``equal_mass`` gives every
    bin the same number of answers (Nixon et al., 2019), which is steadier with few of them.
    Equal confidences always share a bin.
    """
    edges = _edges(confidence.astype(np.float64), binning, n_bins)
    which = np.clip(np.searchsorted(edges, confidence, side="right") - 1, 0, len(edges) - 2)
    return tuple(
        _bin(confidence[which == i], correct[which == i], float(edges[i]), float(edges[i + 1]))
        for i in range(len(edges) - 1)
        if np.any(which == i)
    )


def expected_calibration_error(
    confidence: AnyFloats,
    correct: BoolArray,
    *,
    binning: Binning = "equal_mass",
    n_bins: int = DEFAULT_BINS,
) -> float:
    """Return the mean distance between confidence and accuracy, weighted by the bins' counts."""
    bins = reliability_bins(confidence, correct, binning=binning, n_bins=n_bins)
    return sum(b.count * abs(b.confidence - b.accuracy) for b in bins) / len(confidence)


def calibration_error_by_chance(confidence: AnyFloats) -> float:
    """Return the error that perfectly calibrated answers of these confidences have on average.

    With few answers per bin their accuracy strays from what was promised by luck alone, so the
    error of a finite sample is never 0 (J. Bröcker and L. A. Smith, "Increasing the Reliability of
    Reliability Diagrams", 2007). Nothing below this figure can be told from perfect.
    """
    random = np.random.default_rng(CHANCE_SEED)
    lucky = (random.random(len(confidence)) < confidence for _ in range(CHANCE_DRAWS))
    return float(np.mean([expected_calibration_error(confidence, right) for right in lucky]))


def top_answers(true: IntArray, probabilities: AnyFloats) -> tuple[DoubleArray, BoolArray]:
    """Return the confidence of the most probable label and whether it is the truth."""
    confidence = probabilities.max(axis=1).astype(np.float64)
    return confidence, np.asarray(probabilities.argmax(axis=1) == true)


def _edges(confidence: DoubleArray, binning: Binning, n_bins: int) -> DoubleArray:
    if binning == "equal_width":
        return np.linspace(0.0, 1.0, n_bins + 1)
    ranks = np.linspace(0, len(confidence), n_bins + 1).astype(int)[1:-1]
    inner = np.sort(confidence)[ranks]
    return np.unique(np.concatenate([[0.0], inner, [1.0]]))


def _bin(confidence: AnyFloats, correct: BoolArray, low: float, high: float) -> ReliabilityBin:
    return ReliabilityBin(
        low, high, len(correct), float(np.mean(confidence)), float(np.mean(correct))
    )
