"""Batches: one crop length each, with the targets of their windows."""

from pathlib import Path

import numpy as np
import pytest

from auricle.training.data import CROP_LENGTHS, TrainingData, crop
from auricle.training.recipe import Recipe


@pytest.fixture
def data(world: Path, recipe: Recipe, tmp_path: Path) -> TrainingData:
    return TrainingData.open(recipe, world, tmp_path / "cache")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_every_window_comes_as_often_as_its_source_says(data: TrainingData) -> None:
    seen = np.concatenate(list(data.batches(rng(), 4)))
    assert np.bincount(seen).tolist() == [2] * 8


def test_batches_are_shuffled_by_their_seed(data: TrainingData) -> None:
    orders = [np.concatenate(list(data.batches(rng(seed), 4))).tolist() for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]


def test_crops_have_few_lengths(data: TrainingData) -> None:
    """Each new shape costs the CPU's convolution library a second."""
    generator = rng()
    lengths = {data.load(np.array([0, 1]), generator).log_mel.shape[2] for _ in range(60)}
    assert 1 < len(lengths) <= CROP_LENGTHS
    assert min(lengths) == 50
    assert max(lengths) == 100


def test_a_batch_holds_the_targets_of_its_windows(data: TrainingData) -> None:
    batch = data.load(np.array([3, 5]), rng())
    assert batch.log_mel.shape[:2] == (2, 64)
    assert data.train.target is not None
    assert batch.target is not None
    np.testing.assert_array_equal(batch.target.numpy(), data.train.target[[3, 5]])
    assert batch.outputs is not None
    assert batch.outputs.shape == (2, 8 + 4 + 5 + 3)
    assert batch.label.shape == (2, 0)  # the recipe learns no label


def test_validation_windows_all_come_once(data: TrainingData) -> None:
    batches = list(data.validation_batches(size=3))
    assert sum(len(batch.log_mel) for batch in batches) == 4
    assert {batch.log_mel.shape[2] for batch in batches} == {100}


def test_a_short_window_is_repeated() -> None:
    window = np.arange(6, dtype=np.float16).reshape(3, 2)
    np.testing.assert_array_equal(crop(window, 7, None)[:, 0], [0, 2, 4, 0, 2, 4, 0])


def test_a_crop_is_a_stretch_of_the_window() -> None:
    window = np.arange(20, dtype=np.float16).reshape(20, 1)
    starts = {int(crop(window, 5, rng(seed))[0, 0]) for seed in range(200)}
    assert starts == set(range(16))
    assert crop(window, 5, None)[:, 0].tolist() == [0, 1, 2, 3, 4]
