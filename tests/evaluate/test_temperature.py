"""The temperature, where the right value is known."""

import numpy as np
import pytest

from auricle.evaluate.calibration import expected_calibration_error, top_answers
from auricle.evaluate.linear import softmax
from auricle.evaluate.temperature import fit_temperature


def honest_logits(n: int = 4_000, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return logits, and labels drawn from exactly the probabilities they mean."""
    random = np.random.default_rng(seed)
    logits = 2 * random.standard_normal((n, 4))
    cumulative = softmax(logits).cumsum(axis=1)
    return logits, (random.random((n, 1)) > cumulative).sum(axis=1)


@pytest.mark.parametrize("boast", [0.5, 1.0, 3.0])
def test_temperature_undoes_a_boast(boast: float) -> None:
    logits, true = honest_logits()
    assert fit_temperature(boast * logits, true) == pytest.approx(boast, rel=0.1)


def test_calibrated_probabilities_mean_frequencies() -> None:
    logits, true = honest_logits()
    temperature = fit_temperature(5 * logits, true)
    error = expected_calibration_error(*top_answers(true, softmax(5 * logits / temperature)))
    assert error < 0.03


def test_a_few_right_answers_do_not_make_it_certain() -> None:
    logits = np.array([[2.0, 0.0], [0.0, 2.0]] * 5)
    true = np.array([0, 1] * 5)
    temperature = fit_temperature(logits, true)
    assert 0.2 < temperature < 2.0
    assert softmax(logits / temperature).max() < 0.99


def test_logits_that_say_nothing_are_flattened() -> None:
    random = np.random.default_rng(0)
    logits, true = random.standard_normal((500, 3)), random.integers(0, 3, 500)
    assert softmax(logits / fit_temperature(logits, true)).max() < 0.55


def test_minute_logits_are_raised_to_what_they_mean() -> None:
    logits, true = honest_logits()
    assert fit_temperature(logits / 200, true) == pytest.approx(1 / 200, rel=0.1)
