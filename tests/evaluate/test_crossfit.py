"""What is predicted was never seen."""

from dataclasses import replace

import numpy as np
import pytest

from auricle.evaluate.crossfit import (
    MISSING_LOGIT,
    Examples,
    FitOptions,
    choose_c,
    cross_fit,
    fit_linear,
    transfer_logits,
)
from auricle.evaluate.linear import softmax
from auricle.evaluate.metrics import negative_log_likelihood
from auricle.evaluate.splits import group_folds
from auricle.evaluate.temperature import fit_temperature

from .examples import blobs

QUICK = FitOptions(c_grid=(0.01, 1.0), inner_folds=3)


def test_examples_belong_together() -> None:
    with pytest.raises(ValueError, match="do not belong together"):
        Examples(np.eye(2), ("a",), ("x", "y"))
    examples = Examples(np.eye(3), ("b", "a", "b"), ("x", "y", "x"))
    assert examples.names == ("a", "b")
    assert examples.label_index.tolist() == [1, 0, 1]
    assert examples.where(np.array([True, False, True])).labels == ("b", "b")
    with pytest.raises(ValueError, match="1 sources do not belong together"):
        replace(examples, sources=("here",))


def test_rows_keep_their_sources() -> None:
    examples = Examples(np.eye(3), ("b", "a", "b"), ("x", "y", "z"), ("here", "there", "there"))
    assert examples.cells == (("b", "here"), ("a", "there"), ("b", "there"))
    assert examples.take(np.array([2, 2])).cells == (("b", "there"),) * 2
    assert replace(examples, sources=()).cells == examples.labels


def test_a_large_source_says_less_when_sources_are_balanced() -> None:
    """Of two sources that contradict each other about one label, the small one gets its say."""
    rows = np.repeat([[1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [1.0, 0.0]], [90, 10, 50, 5], axis=0)
    labels = ("rock",) * 100 + ("jazz",) * 55
    groups = tuple(map(str, range(155)))
    sources = ("large",) * 90 + ("small",) * 10 + ("large",) * 50 + ("small",) * 5
    options = FitOptions(balance=1.0)
    known = Examples(rows, labels, groups, sources)

    def rock(examples: Examples) -> float:
        logits = fit_linear(examples, 1.0, options).logits(np.array([[1.0, 0.0]]))
        return float(softmax(logits)[0, 1])

    assert rock(known) < rock(replace(known, sources=()))


def test_held_out_tracks_are_named_right_when_that_is_possible() -> None:
    examples = blobs(spread=0.1)
    result = cross_fit(examples, group_folds(examples.labels, examples.groups, 5), QUICK)
    assert (result.predicted == examples.label_index).all()
    assert result.logits.shape == (60, 3)
    assert set(result.c) <= set(QUICK.c_grid)
    assert len(result.c) == 5


def test_labels_that_mean_nothing_are_guessed() -> None:
    random = np.random.default_rng(0)
    labels = tuple(random.choice(["a", "b"], 80).tolist())
    examples = Examples(random.standard_normal((80, 30)), labels, tuple(map(str, range(80))))
    result = cross_fit(examples, group_folds(labels, examples.groups, 5), QUICK)
    assert 0.3 < np.mean(result.predicted == examples.label_index) < 0.7


def test_a_held_out_track_does_not_change_its_own_prediction() -> None:
    examples = blobs(n_artists=3)
    folds = group_folds(examples.labels, examples.groups, 3)
    flipped = replace(examples, labels=("rock", *examples.labels[1:]))
    only = FitOptions(c_grid=(0.1,))
    before, after = cross_fit(examples, folds, only), cross_fit(flipped, folds, only)
    same = folds == folds[0]
    np.testing.assert_allclose(before.logits[same], after.logits[same])
    assert not np.allclose(before.logits[~same], after.logits[~same])


def test_a_label_that_was_not_learned_is_least_probable() -> None:
    examples = blobs(labels=("a", "b"))
    logits = transfer_logits(examples, examples.embeddings, ("a", "b", "new"), 0.1, FitOptions())
    np.testing.assert_allclose(logits[:, 2], logits[:, :2].min(axis=1) - MISSING_LOGIT)


def test_a_single_label_is_always_answered() -> None:
    examples = blobs(labels=("a",))
    logits = transfer_logits(examples, np.zeros((3, 9)), ("a", "b"), 0.1, FitOptions())
    np.testing.assert_array_equal(logits, [[MISSING_LOGIT, 0.0]] * 3)


def test_ties_go_to_the_smallest_c() -> None:
    examples = blobs(spread=0.01)
    assert choose_c(examples, FitOptions(c_grid=(0.1, 1.0, 10.0), inner_folds=3)) == 0.1


def test_likelihood_is_that_of_calibrated_answers() -> None:
    examples = blobs(spread=1.0, n_artists=9)
    folds = group_folds(examples.labels, examples.groups, 3)
    grid = (0.001, 0.01, 0.1, 1.0)
    scores = []
    for c in grid:
        found = cross_fit(examples, folds, FitOptions((c,))).logits
        found /= fit_temperature(found, examples.label_index)
        scores.append(-negative_log_likelihood(examples.label_index, softmax(found)))
    options = FitOptions(grid, inner_folds=3, criterion="likelihood")
    assert choose_c(examples, options) == grid[int(np.argmax(scores))]


def test_one_artist_is_no_reason_not_to_choose() -> None:
    several = blobs(spread=0.01)
    alone = Examples(several.embeddings, several.labels, ("one",) * len(several))
    options = FitOptions(c_grid=(0.001, 1.0), inner_folds=3, criterion="likelihood")
    assert choose_c(alone, options) in options.c_grid


def test_one_label_leaves_nothing_to_choose() -> None:
    assert choose_c(blobs(1, n_artists=1, labels=("a",)), FitOptions(c_grid=(0.3, 1.0))) == 0.3
