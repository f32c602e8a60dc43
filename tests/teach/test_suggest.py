"""What is unsure and new is suggested first, and not ten times over."""

import numpy as np
import pytest

from auricle.models import Head
from auricle.teach.suggest import entropy, suggest


def head() -> Head:
    """Return a head of two labels along the first two of four axes."""
    weights = np.zeros((2, 4), np.float32)
    weights[0, 0] = weights[1, 1] = 8.0
    zeros, ones = np.zeros(4, np.float32), np.ones(4, np.float32)
    return Head("genre", "single", ("a", "b"), weights, zeros[:2], zeros, ones, "m@1")


def unit(*rows: list[float]) -> np.ndarray:
    matrix = np.array(rows, dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


LABELLED = unit([1, 0, 0, 0], [0, 1, 0, 0])


def test_the_unsure_comes_before_the_sure() -> None:
    unlabelled = unit([1, 0.1, 0.5, 0], [1, 1, 0.5, 0])
    found = suggest(head(), LABELLED, unlabelled, 2)
    assert [s.row for s in found] == [1, 0]
    assert found[0].uncertainty > 0.9 > found[1].uncertainty


def test_twins_are_not_suggested_one_after_the_other() -> None:
    unlabelled = unit([1, 1, 2, 0], [1, 1, 2, 0.01], [1, 1, 0, 2])
    assert [s.row for s in suggest(head(), LABELLED, unlabelled, 2)] in ([0, 2], [2, 0], [1, 2])


def test_each_is_suggested_once() -> None:
    unlabelled = unit(*([[1.0, 1.0, 1.0, 0.0]] * 5))
    rows = [s.row for s in suggest(head(), LABELLED, unlabelled, 10)]
    assert sorted(rows) == [0, 1, 2, 3, 4]


def test_a_known_track_is_not_new() -> None:
    (first, second) = suggest(head(), LABELLED, unit([1, 0, 0, 0], [1, 1, 0, 1]), 2)
    assert first.row == 1
    assert second.novelty == pytest.approx(0.0, abs=1e-6)
    assert second.guess == "a"


def test_nothing_to_suggest() -> None:
    assert suggest(head(), LABELLED, np.zeros((0, 4), np.float32), 3) == []
    assert suggest(head(), LABELLED, LABELLED, 0) == []


def test_entropy_runs_from_sure_to_even() -> None:
    np.testing.assert_allclose(entropy(np.array([[1.0, 0.0], [0.5, 0.5]])), [0, 1], atol=1e-9)
    np.testing.assert_allclose(entropy(np.full((1, 7), 1 / 7)), [1.0])
