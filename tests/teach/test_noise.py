"""Planted mistakes are found."""

import numpy as np
import pytest

from auricle.evaluate.crossfit import Examples, FitOptions, cross_fit
from auricle.evaluate.linear import softmax
from auricle.teach.estimate import hold_out
from auricle.teach.noise import probably_wrong

from ..evaluate.examples import blobs


def test_sure_and_otherwise_is_doubted() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.05, 0.95]])
    given = np.array([0, 0, 1, 1, 0])
    (doubt,) = probably_wrong(probabilities, given)
    assert (doubt.row, doubt.given, doubt.heard) == (4, 0, 1)
    assert (doubt.given_probability, doubt.heard_probability) == (0.05, 0.95)


def test_a_hesitant_other_answer_is_no_doubt() -> None:
    probabilities = np.array([[0.9, 0.1], [0.45, 0.55], [0.1, 0.9], [0.05, 0.95]])
    assert probably_wrong(probabilities, np.array([0, 0, 1, 1])) == []


def test_the_most_doubtful_comes_first() -> None:
    probabilities = np.array([[0.9, 0.1]] * 5 + [[0.1, 0.9]] * 5 + [[0.2, 0.8], [0.01, 0.99]])
    probabilities[5:10] = [0.3, 0.7]
    given = np.array([0] * 5 + [1] * 5 + [0, 0])
    assert [doubt.row for doubt in probably_wrong(probabilities, given)] == [11, 10]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_planted_mistakes_are_found_and_little_else(seed: int) -> None:
    clean = blobs(6, spread=0.2, seed=seed)
    planted = np.random.default_rng(seed).choice(len(clean), 6, replace=False)
    labels = list(clean.labels)
    for row in planted:
        labels[row] = next(name for name in clean.names if name != labels[row])
    examples = Examples(clean.embeddings, tuple(labels), clean.groups)
    found = cross_fit(examples, hold_out(examples).folds, FitOptions(c_grid=(0.1,)))
    doubts = probably_wrong(softmax(found.logits), examples.label_index)
    assert {doubt.row for doubt in doubts} <= set(planted.tolist())
    assert len(doubts) >= 3
