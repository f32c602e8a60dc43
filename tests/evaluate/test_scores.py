"""All figures of a head, on answers that are known."""

import numpy as np
import pytest

from auricle.evaluate.scores import Judged, score

LABELS = ("a", "b", "c", "d")


def judged(n: int = 40, *, wrong: int = 10, threshold: float = 0.5) -> Judged:
    """Return tracks of which the first ``wrong`` are named wrong, with little confidence."""
    true = np.arange(n) % 4
    probabilities = np.full((n, 4), 0.05)
    probabilities[np.arange(n), true] = 0.85
    bad = np.arange(wrong)
    probabilities[bad] = 0.2
    probabilities[bad, (true[bad] + 1) % 4] = 0.4
    groups = tuple(str(i // 2) for i in range(n))
    sources = tuple("first" if i < n // 2 else "second" for i in range(n))
    return Judged(LABELS, true, probabilities, groups, sources, threshold)


def test_figures() -> None:
    scores = score(judged())
    assert scores.accuracy.value == pytest.approx(0.75)
    assert (scores.accuracy.n, scores.accuracy.n_groups) == (40, 20)
    assert scores.balanced_accuracy.value == pytest.approx(0.75, abs=0.03)
    assert scores.top_3_accuracy.value == pytest.approx(0.75)
    assert scores.relative_error.value == pytest.approx((2 / 32) / 0.25)
    assert scores.relative_error.low < scores.relative_error.value < scores.relative_error.high
    assert scores.confusion.sum() == 40
    assert scores.curve.area < 0.25


def test_what_is_below_the_threshold_is_not_named() -> None:
    scores = score(judged())
    assert scores.answered == pytest.approx(0.75)
    assert scores.answered_accuracy == 1.0
    nothing = score(judged(threshold=0.99))
    assert (nothing.answered, nothing.answered_accuracy) == (0.0, 0.0)


def test_calibration_of_two_kinds_of_answers() -> None:
    scores = score(judged())
    assert scores.ece_equal_width == pytest.approx(0.75 * 0.15 + 0.25 * 0.4)
    assert scores.ece == pytest.approx(scores.ece_equal_width, abs=0.01)
    assert sum(b.count for b in scores.bins) == 40
    assert 0 < scores.ece_by_chance < scores.ece


def test_tables() -> None:
    scores = score(judged())
    assert [(s.source, s.n, s.accuracy) for s in scores.by_source] == [
        ("first", 20, 0.5),
        ("second", 20, 1.0),
    ]
    assert [s.label for s in scores.by_label] == list(LABELS)
    assert sum(s.count for s in scores.by_label) == 40


def test_a_single_track() -> None:
    scores = score(judged(1, wrong=0))
    assert scores.accuracy.value == 1.0
    assert scores.relative_error.value == 1.0
    assert scores.brier == pytest.approx(0.15**2 + 3 * 0.05**2)
