"""Figures that can be counted by hand."""

import numpy as np
import pytest

from auricle.evaluate.metrics import (
    accuracy,
    balanced_accuracy,
    brier_score,
    confusion_matrix,
    label_scores,
    macro_f1,
    negative_log_likelihood,
    top_k_accuracy,
)

TRUE = np.array([0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 1, 1, 0, 2])
CONFUSION = np.array([[2, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]])


def test_accuracy_and_confusion() -> None:
    assert accuracy(TRUE, PREDICTED) == pytest.approx(4 / 6)
    np.testing.assert_array_equal(confusion_matrix(TRUE, PREDICTED, 4), CONFUSION)


def test_balanced_accuracy_is_over_labels_that_occur() -> None:
    assert balanced_accuracy(CONFUSION) == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)


def test_label_scores_and_macro_f1() -> None:
    scores = label_scores(CONFUSION, ("a", "b", "c", "never"))
    assert scores[0].precision == pytest.approx(2 / 3)
    assert scores[1].recall == pytest.approx(1 / 2)
    assert (scores[2].f1, scores[2].count, scores[2].predicted) == (1.0, 1, 1)
    assert (scores[3].precision, scores[3].recall, scores[3].f1) == (0.0, 0.0, 0.0)
    assert macro_f1(CONFUSION) == pytest.approx(np.mean([s.f1 for s in scores[:3]]))


def test_a_label_that_is_only_answered_pulls_no_macro_figure_down() -> None:
    confusion = np.array([[1, 1], [0, 0]])
    assert balanced_accuracy(confusion) == pytest.approx(0.5)
    assert macro_f1(confusion) == pytest.approx(2 / 3)


def test_top_k_counts_rank_and_ties_count_against() -> None:
    probabilities = np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5], [0.4, 0.4, 0.2]])
    true = np.array([0, 0, 0])
    assert top_k_accuracy(true, probabilities, 1) == pytest.approx(1 / 3)
    assert top_k_accuracy(true, probabilities, 2) == pytest.approx(2 / 3)
    assert top_k_accuracy(true, probabilities, 3) == 1.0


def test_likelihood_and_brier_of_known_probabilities() -> None:
    probabilities = np.array([[0.5, 0.5], [1.0, 0.0]])
    true = np.array([0, 0])
    assert negative_log_likelihood(true, probabilities) == pytest.approx(np.log(2) / 2)
    assert brier_score(true, probabilities) == pytest.approx(0.25)


def test_an_impossible_truth_costs_much_but_not_infinitely() -> None:
    surprise = negative_log_likelihood(np.array([1]), np.array([[1.0, 0.0]]))
    assert surprise == pytest.approx(-np.log(1e-12))
    assert brier_score(np.array([1]), np.array([[1.0, 0.0]])) == pytest.approx(2.0)
