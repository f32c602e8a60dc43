"""What is gained by saying "unknown": the risk-coverage curve and what follows from it.

After R. El-Yaniv and Y. Wiener, "On the foundations of noise-free selective classification"
(2010): coverage is the share of tracks that are answered, most confident first; risk is the
share of wrong answers among them.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import AnyFloats, BoolArray, DoubleArray


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The curve after 1, 2, ... n answers, each array of shape (n,)."""

    coverage: DoubleArray
    risk: DoubleArray

    @property
    def area(self) -> float:
        """The mean risk over all coverages (AURC); lower is better."""
        return float(np.mean(self.risk))

    def risk_at(self, coverage: float) -> float:
        """Return the risk when at least this share of the tracks is answered."""
        index = int(np.searchsorted(self.coverage, coverage - 1e-9))
        return float(self.risk[min(index, len(self.risk) - 1)])

    def relative_risk_at(self, coverage: float) -> float:
        """Return the risk at a coverage divided by the risk of answering always; 0 / 0 is 1."""
        full = float(self.risk[-1])
        return self.risk_at(coverage) / full if full > 0 else 1.0


def risk_coverage(confidence: AnyFloats, correct: BoolArray) -> RiskCoverage:
    """Return the curve; tracks of equal confidence share their errors evenly.

    So the curve does not depend on the order in which the tracks came.
    """
    _, block = np.unique(-confidence, return_inverse=True)
    ends = np.cumsum(np.bincount(block))
    errors = np.cumsum(np.bincount(block, weights=~correct))
    answered = np.arange(1, len(confidence) + 1)
    expected = np.interp(answered, np.append(0, ends), np.append(0.0, errors))
    return RiskCoverage(answered / len(confidence), expected / answered)
