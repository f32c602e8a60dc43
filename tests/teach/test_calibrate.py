"""The threshold, where the right value is known."""

import numpy as np
import pytest

from auricle.teach.calibrate import choose_threshold


def test_the_threshold_of_calibrated_answers_is_one_third() -> None:
    confidence = np.linspace(0.0, 1.0, 20_001)
    correct = np.random.default_rng(0).random(20_001) < confidence
    assert choose_threshold(confidence, correct) == pytest.approx(1 / 3, abs=0.04)


@pytest.mark.parametrize(("wrong_cost", "ideal"), [(0.5, 1 / 3), (1.0, 0.5)])
def test_the_threshold_stays_within_reason(wrong_cost: float, ideal: float) -> None:
    confidence = np.array([0.9, 0.8, 0.1])
    always, never = np.ones(3, dtype=bool), np.zeros(3, dtype=bool)
    low = choose_threshold(confidence, always, wrong_cost=wrong_cost)
    high = choose_threshold(confidence, never, wrong_cost=wrong_cost)
    assert (low, high) == (pytest.approx(0.5 * ideal), pytest.approx(1.5 * ideal))


def test_dearer_mistakes_raise_the_threshold() -> None:
    confidence = np.linspace(0.0, 1.0, 5_001)
    correct = np.random.default_rng(1).random(5_001) < confidence
    cheap, dear = (choose_threshold(confidence, correct, wrong_cost=cost) for cost in (0.2, 2.0))
    assert cheap < dear


@pytest.mark.parametrize("right_first", [True, False])
def test_answers_of_equal_confidence_pass_together(right_first: bool) -> None:
    """Whatever their order: ten right ones of a hundred are not worth naming."""
    correct = np.arange(100) < 10 if right_first else np.arange(100) >= 90
    assert choose_threshold(np.full(100, 0.4), correct) == pytest.approx(0.5)
