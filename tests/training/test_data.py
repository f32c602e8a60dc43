"""Batches: one crop length each, with the targets of their windows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import TrainingError
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


def test_some_windows_are_spread_over_all(data: TrainingData) -> None:
    whole = [batch.target for batch in data.whole(data.train)]
    some = [batch.target for batch in data.whole(data.train, most=3)]
    assert data.train.target is not None
    last = len(data.train.target) - 1
    np.testing.assert_array_equal(np.concatenate(some), data.train.target[[0, last // 2, last]])
    np.testing.assert_array_equal(np.concatenate(whole), data.train.target)


def test_a_short_window_is_repeated() -> None:
    assert crop(3, 7, None).tolist() == [0, 1, 2, 0, 1, 2, 0]


def test_a_crop_is_a_stretch_of_the_window() -> None:
    starts = {int(crop(20, 5, rng(seed))[0]) for seed in range(200)}
    assert starts == set(range(16))
    assert crop(20, 5, None).tolist() == [0, 1, 2, 3, 4]


def with_steps(world: Path, n_steps: int) -> None:
    """Let a teacher say at every step of a window which window and step it is."""
    with np.load(world / "teachers.npz") as archive:
        columns = dict(archive)
    n_windows = len(columns["clip_id"])
    names = np.arange(n_windows)[:, None] * 100 + np.arange(n_steps)
    columns["a_steps"] = names[:, :, None].astype(np.float16)
    columns["a_steps"][0, n_steps // 2 :] = np.nan
    np.savez(world / "steps.npz", **columns)


def stepwise(world: Path, recipe: Recipe, n_steps: int, tmp_path: Path) -> TrainingData:
    with_steps(world, n_steps)
    values = recipe.to_dict()
    for source in values["sources"]:
        source["teachers"] = "steps.npz"
    return TrainingData.open(Recipe.from_dict(values), world, tmp_path / "cache")


def test_what_was_heard_in_time_is_of_the_same_stretch(
    world: Path, recipe: Recipe, tmp_path: Path
) -> None:
    """2 s are 100 frames."""
    data = stepwise(world, recipe, 100, tmp_path)
    assert data.learnt.n_step_outputs == 1
    firsts = set()
    for seed in range(20):
        batch = data.load(np.array([3]), rng(seed))
        assert batch.steps is not None
        steps = batch.steps[0, :, 0].int()
        assert len(steps) == batch.log_mel.shape[2]
        assert len(steps) % recipe.network.step == 0
        first = int(steps[0]) - 300
        last = 399  # the last frame begins where the window ends
        assert steps.tolist() == [
            min(first + frame, last) for frame in range(300, 300 + len(steps))
        ]
        window = data.train.cache.window(3)[first : first + len(steps)]
        np.testing.assert_array_equal(batch.log_mel[0].numpy().T, window.astype(np.float32))
        firsts.add(first)
    assert len(firsts) > 3


def test_steps_that_do_not_fit_are_refused(world: Path, recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="20 frames long"):
        stepwise(world, recipe, 5, tmp_path)


def test_a_teacher_of_one_part_only_is_refused(world: Path, recipe: Recipe, tmp_path: Path) -> None:
    with np.load(world / "teachers.npz") as archive:
        np.savez(world / "a.npz", **{n: v for n, v in archive.items() if not n.startswith("b_")})
    held_out = replace(recipe.validation[0], teachers="a.npz")
    lame = replace(recipe, validation=(held_out,))
    with pytest.raises(TrainingError, match="teacher outputs b_embedding, b_tags are there for"):
        TrainingData.open(lame, world, tmp_path / "cache")


def test_probabilities_that_a_teacher_did_not_give_are_estimated_as_logits(
    world: Path, recipe: Recipe, tmp_path: Path
) -> None:
    with np.load(world / "teachers.npz") as archive:
        np.savez(world / "a.npz", **{n: v for n, v in archive.items() if not n.startswith("b_")})
    sources = (*recipe.sources, replace(recipe.sources[0], teachers="a.npz"))
    data = TrainingData.open(replace(recipe, sources=sources), world, tmp_path / "cache")
    tags = data.train.windows.teachers["b_tags"]
    assert np.nanmin(tags) < 0  # logits
    assert np.isnan(tags[len(tags) // 2 :]).all()
    assert data.train.outputs is not None
    assert np.isfinite(data.train.outputs).all()


def test_more_numbers_than_the_teachers_have_are_refused(
    world: Path, recipe: Recipe, tmp_path: Path
) -> None:
    wide = replace(recipe, network=replace(recipe.network, dim=13))
    with pytest.raises(TrainingError, match="dim is 13, but .* have 12 numbers together"):
        TrainingData.open(wide, world, tmp_path / "cache")
