"""The probe is honest, and shows what a leak would have given."""

import numpy as np
import pytest

from auricle.evaluate.crossfit import FitOptions
from auricle.evaluate.probe import probe_folds, probe_split
from auricle.evaluate.splits import group_folds

from .examples import blobs

QUICK = FitOptions(c_grid=(0.01, 1.0), inner_folds=3)


def test_a_clear_embedding_is_read_clearly() -> None:
    examples = blobs(spread=0.05)
    folds = group_folds(examples.labels, examples.groups, 5)
    result = probe_folds("set", examples, folds, QUICK)
    assert result.accuracy.value == 1.0
    assert result.accuracy.n_groups == 15
    assert result.protocol == "5 folds of whole artists"
    assert [c for c, _ in result.accuracy_by_c] == [0.01, 1.0]
    assert result.best_c_accuracy == 1.0


def test_mixing_artists_flatters() -> None:
    examples = blobs(10, n_artists=4, spread=0.1, artist_spread=1.0)
    folds = group_folds(examples.labels, examples.groups, 4)
    result = probe_folds("set", examples, folds, QUICK)
    assert result.leaky_accuracy is not None
    assert result.leaky_accuracy > result.accuracy.value + 0.2


def test_there_is_nothing_to_leak_where_nobody_has_two_tracks() -> None:
    examples = blobs(1, n_artists=10)
    folds = group_folds(examples.labels, examples.groups, 5)
    assert probe_folds("set", examples, folds, QUICK).leaky_accuracy is None


def test_a_given_split() -> None:
    training, evaluation = blobs(spread=0.05), blobs(2, spread=0.05, seed=1)
    result = probe_split("set", training, evaluation, QUICK)
    assert result.accuracy.value == 1.0
    assert result.accuracy.n == len(evaluation)
    assert len(result.c) == 1
    assert result.protocol == "given split: 60 training, 30 evaluation tracks"


def test_a_label_that_training_lacks_counts_as_wrong() -> None:
    training = blobs(labels=("blues", "jazz"), spread=0.05)
    evaluation = blobs(2, spread=0.05, seed=1)
    padded = type(training)(
        np.pad(training.embeddings, ((0, 0), (0, 1))), training.labels, training.groups
    )
    result = probe_split("set", padded, evaluation, QUICK)
    assert result.accuracy.value == pytest.approx(2 / 3, abs=0.1)
    assert result.labels == ("blues", "jazz", "rock")


def test_the_best_c_is_never_below_any_other() -> None:
    examples = blobs(spread=0.7)
    folds = group_folds(examples.labels, examples.groups, 5)
    result = probe_folds("set", examples, folds, QUICK)
    assert result.best_c_accuracy == max(value for _, value in result.accuracy_by_c)
