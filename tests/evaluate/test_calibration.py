"""Calibration of answers whose right frequency is known by construction."""

import numpy as np
import pytest

from auricle.evaluate.calibration import (
    Binning,
    calibration_error_by_chance,
    expected_calibration_error,
    reliability_bins,
    top_answers,
)


def answers(confidence: float, share: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    correct = np.arange(n) < round(share * n)
    return np.full(n, confidence), correct


@pytest.mark.parametrize("binning", ["equal_mass", "equal_width"])
def test_kept_promises_have_no_error(binning: Binning) -> None:
    parts = [answers(p, p, 20) for p in (0.25, 0.55, 0.95)]
    confidence, correct = (np.concatenate(column) for column in zip(*parts, strict=True))
    error = expected_calibration_error(confidence, correct, binning=binning)
    assert error == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("binning", ["equal_mass", "equal_width"])
def test_a_constant_boast_is_its_error(binning: Binning) -> None:
    confidence, correct = answers(0.9, 0.6, 50)
    error = expected_calibration_error(confidence, correct, binning=binning)
    assert error == pytest.approx(0.3)


def test_equal_mass_bins_hold_equal_counts() -> None:
    confidence = np.random.default_rng(0).random(100)
    bins = reliability_bins(confidence, confidence > 0.5, n_bins=5)
    assert [b.count for b in bins] == [20] * 5
    assert all(b.low <= b.confidence <= b.high for b in bins)


def test_equal_width_bins_leave_out_the_empty() -> None:
    bins = reliability_bins(
        np.array([0.05, 0.95, 1.0]), np.array([True, False, True]), binning="equal_width"
    )
    assert [(b.low, b.count) for b in bins] == [(0.0, 1), (pytest.approx(0.9), 2)]
    assert bins[1].accuracy == 0.5


def test_equal_confidences_share_a_bin() -> None:
    bins = reliability_bins(np.full(30, 0.7), np.ones(30, dtype=bool), n_bins=10)
    assert [b.count for b in bins] == [30]


def test_error_is_a_weighted_mean() -> None:
    parts = [answers(0.2, 0.0, 10), answers(0.9, 0.9, 30)]
    confidence, correct = (np.concatenate(column) for column in zip(*parts, strict=True))
    error = expected_calibration_error(confidence, correct, binning="equal_width")
    assert error == pytest.approx(0.25 * 0.2)


def test_chance_alone_makes_an_error_that_more_answers_shrink() -> None:
    few, many = (np.full(n, 0.8) for n in (100, 10_000))
    deviation = np.sqrt(0.8 * 0.2 / 100)
    expected = deviation * np.sqrt(2 / np.pi)  # mean distance of a normal draw from its mean
    assert calibration_error_by_chance(few) == pytest.approx(expected, rel=0.15)
    assert calibration_error_by_chance(many) == pytest.approx(expected / 10, rel=0.15)
    assert calibration_error_by_chance(few) == calibration_error_by_chance(few)


def test_certain_answers_have_no_chance_error() -> None:
    assert calibration_error_by_chance(np.ones(50)) == 0


def test_top_answers() -> None:
    confidence, correct = top_answers(np.array([1, 1]), np.array([[0.2, 0.8], [0.6, 0.4]]))
    np.testing.assert_allclose(confidence, [0.8, 0.6])
    assert correct.tolist() == [True, False]
