"""Risk over coverage, where the curve can be drawn by hand."""

import numpy as np
import pytest

from auricle.evaluate.selective import risk_coverage


def test_errors_that_come_last_are_avoided() -> None:
    confidence = np.linspace(1, 0.1, 10)
    correct = np.arange(10) < 8
    curve = risk_coverage(confidence, correct)
    assert curve.risk_at(0.8) == 0.0
    assert curve.risk_at(1.0) == pytest.approx(0.2)
    assert curve.relative_risk_at(0.8) == 0.0
    assert curve.area == pytest.approx((1 / 9 + 2 / 10) / 10)


def test_errors_that_come_first_are_worst() -> None:
    curve = risk_coverage(np.linspace(1, 0.1, 10), np.arange(10) >= 2)
    assert curve.risk_at(0.1) == 1.0
    assert curve.relative_risk_at(0.8) == pytest.approx(2 / 8 / 0.2)


def test_confidence_that_says_nothing_gains_nothing() -> None:
    curve = risk_coverage(np.full(8, 0.5), np.array([True, False] * 4))
    np.testing.assert_allclose(curve.risk, 0.5)
    assert curve.relative_risk_at(0.5) == pytest.approx(1.0)


def test_the_order_of_the_tracks_does_not_matter() -> None:
    random = np.random.default_rng(3)
    confidence = random.integers(0, 4, 40) / 4
    correct = random.random(40) < 0.6
    order = random.permutation(40)
    first, second = (
        risk_coverage(confidence, correct),
        risk_coverage(confidence[order], correct[order]),
    )
    np.testing.assert_allclose(first.risk, second.risk)


def test_without_errors_the_relative_risk_is_one() -> None:
    curve = risk_coverage(np.array([0.9, 0.5]), np.array([True, True]))
    assert (curve.area, curve.relative_risk_at(0.8)) == (0.0, 1.0)


def test_one_track() -> None:
    curve = risk_coverage(np.array([0.3]), np.array([False]))
    assert (curve.coverage.tolist(), curve.risk_at(0.5)) == ([1.0], 1.0)
