"""The loop: it learns, resumes exactly, and refuses what is not its own."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from auricle.errors import TrainingError
from auricle.training.checkpoint import load_checkpoint
from auricle.training.data import TrainingData
from auricle.training.fit import EpochLog, Trainer
from auricle.training.recipe import Recipe
from auricle.training.recipe_parts import SourceRecipe


class Killed(Exception):
    """Stands for a kill -9 in the middle of an epoch."""


@pytest.fixture
def data(world: Path, recipe: Recipe, tmp_path: Path) -> TrainingData:
    return TrainingData.open(recipe, world, tmp_path / "cache")


def weights(folder: Path) -> dict[str, torch.Tensor]:
    state = load_checkpoint(folder)
    assert state is not None
    return dict(state["average"])


def test_resumed_run_equals_undisturbed_one(
    recipe: Recipe, data: TrainingData, tmp_path: Path
) -> None:
    """Killed in its second epoch and started again, a run gives the same weights and log."""
    whole = Trainer(recipe, data, tmp_path / "whole")
    whole.fit()

    def kill(log: EpochLog, step: int, steps: int) -> None:
        if step > steps // 2:
            raise Killed

    with pytest.raises(Killed):
        Trainer(recipe, data, tmp_path / "killed").fit(kill)
    resumed = Trainer(recipe, data, tmp_path / "killed")
    resumed.fit()
    assert str(resumed.log) == str(whole.log)  # NaN is not equal to itself
    expected, found = weights(tmp_path / "whole"), weights(tmp_path / "killed")
    assert all(torch.equal(expected[name], found[name]) for name in expected)


def test_what_reads_excerpts_learns_at_a_rate_of_its_own(
    recipe: Recipe, data: TrainingData, tmp_path: Path
) -> None:
    values = recipe.to_dict()
    values["schedule"] |= {"learning_rate": 4e-3}
    values["readout"] |= {"learning_rate": 1e-3}
    trainer = Trainer(Recipe.from_dict(values), data, tmp_path / "run")
    trainer.fit()
    hearing, reading = (group["lr"] for group in trainer.optimiser.param_groups)
    assert hearing == pytest.approx(4 * reading)


@pytest.fixture
def reading(recipe: Recipe) -> Recipe:
    """The same two epochs, and two more for the readout alone."""
    values = recipe.to_dict()
    values["readout"] |= {"epochs": 2, "crop_s": (0.5, 2.0)}
    return Recipe.from_dict(values)


def test_the_readout_is_learnt_anew_on_the_finished_network(
    reading: Recipe, data: TrainingData, tmp_path: Path
) -> None:
    trainer = Trainer(reading, data, tmp_path / "run")
    learnt = trainer.fit()
    assert [row.epoch for row in trainer.log] == [1, 2, 3, 4]
    heard = {
        name: value
        for name, value in learnt.state_dict().items()
        if not name.startswith("readout") and "num_batches" not in name
    }
    before = trainer.student.backbone.state_dict()
    assert all(torch.equal(heard[name], before[name]) for name in heard)  # no epoch changed it
    assert not torch.equal(learnt.readout.embed.weight, before["readout.embed.weight"])


@pytest.mark.parametrize("epoch", [3, 4])
def test_a_readout_resumed_equals_an_undisturbed_one(
    reading: Recipe, data: TrainingData, tmp_path: Path, epoch: int
) -> None:
    whole = Trainer(reading, data, tmp_path / "whole")
    whole.fit()

    def kill(log: EpochLog, step: int, steps: int) -> None:
        if log.epoch == epoch:
            raise Killed

    with pytest.raises(Killed):
        Trainer(reading, data, tmp_path / "killed").fit(kill)
    Trainer(reading, data, tmp_path / "killed").fit()
    expected, found = weights(tmp_path / "whole"), weights(tmp_path / "killed")
    assert all(torch.equal(expected[name], found[name]) for name in expected)


def test_loss_falls(world: Path, recipe: Recipe, tmp_path: Path) -> None:
    values = recipe.to_dict()
    values["schedule"] |= {"epochs": 12, "learning_rate": 1e-2, "ema": 0.5}
    longer = Recipe.from_dict(values)
    data = TrainingData.open(longer, world, tmp_path / "cache")
    trainer = Trainer(longer, data, tmp_path / "run")
    trainer.fit()
    assert trainer.log[-1].loss < trainer.log[0].loss
    assert trainer.log[-1].validation_cosine > 0.7 > trainer.log[0].validation_cosine


def test_log_file_has_one_row_per_epoch(recipe: Recipe, data: TrainingData, tmp_path: Path) -> None:
    Trainer(recipe, data, tmp_path / "run").fit()
    lines = (tmp_path / "run" / "log.csv").read_text().splitlines()
    assert lines[0] == "epoch,loss,validation_cosine,learning_rate,validation_accuracy"
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2"]


def test_another_recipe_is_refused(recipe: Recipe, data: TrainingData, tmp_path: Path) -> None:
    Trainer(recipe, data, tmp_path / "run").fit()
    values = recipe.to_dict() | {"seed": 4}
    with pytest.raises(TrainingError, match="another recipe"):
        Trainer(Recipe.from_dict(values), data, tmp_path / "run").fit()


def test_damaged_checkpoint_is_named(recipe: Recipe, data: TrainingData, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"no checkpoint")
    with pytest.raises(TrainingError, match=r"checkpoint\.pt.*delete it"):
        Trainer(recipe, data, tmp_path).fit()


def test_label_loss_alone_trains_without_teachers(
    world: Path, recipe: Recipe, tmp_path: Path
) -> None:
    """A user's own labels are enough: no teacher file, only a cross entropy."""
    values = recipe.to_dict()
    values["loss"]["label"] = 1.0
    values["schedule"] |= {"epochs": 20, "learning_rate": 1e-2, "ema": 0.5}
    for source in (*values["sources"], *values["validation"]):
        source["teachers"] = ""
    labelled = Recipe.from_dict(values)
    data = TrainingData.open(labelled, world, tmp_path / "cache")
    trainer = Trainer(labelled, data, tmp_path / "run")
    trainer.fit()
    losses = [row.loss for row in trainer.log]
    assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5])
    assert np.isnan(trainer.log[-1].validation_cosine)


def test_what_teachers_hear_in_time_is_learnt(world: Path, recipe: Recipe, tmp_path: Path) -> None:
    """A teacher that says "tone" or "noise" at every step teaches without any other target."""
    with np.load(world / "teachers.npz") as archive:
        columns = dict(archive)
    side = np.where(np.arange(len(columns["clip_id"])) % 2, 1.0, -1.0)
    columns["a_steps"] = np.tile(side[:, None, None], (1, 100, 4)).astype(np.float16)
    np.savez(world / "sides.npz", **columns)
    values = recipe.to_dict()
    values["loss"] |= {"embedding": 0.0, "similarity": 0.0, "teachers": 0.0}
    values["schedule"] |= {"epochs": 12, "learning_rate": 1e-2, "ema": 0.5}
    values["sources"][0]["teachers"] = "sides.npz"
    taught = Recipe.from_dict(values)
    trainer = Trainer(taught, TrainingData.open(taught, world, tmp_path / "cache"), tmp_path)
    trainer.fit()
    assert trainer.log[-1].loss < 0.7 * trainer.log[0].loss


def test_other_data_are_not_learnt_from_half_way(
    world: Path, recipe: Recipe, tmp_path: Path
) -> None:
    """A manifest with other labels makes another run, also where the first one has ended."""
    learnt = replace(recipe, loss=replace(recipe.loss, label=1.0))
    other = tmp_path / "other"
    shutil.copytree(world, other)
    text = (other / "manifest.csv").read_text()
    (other / "manifest.csv").write_text(text.replace(",tone,", ",flute,"))
    first = TrainingData.open(learnt, world, tmp_path / "cache")
    Trainer(learnt, first, tmp_path / "run").fit()
    moved = TrainingData.open(learnt, other, tmp_path / "cache")
    with pytest.raises(TrainingError, match="learnt from other data"):
        Trainer(learnt, moved, tmp_path / "run").fit()
    (other / "manifest.csv").write_text(text)  # the same, elsewhere
    same = TrainingData.open(learnt, other, tmp_path / "cache")
    Trainer(learnt, same, tmp_path / "run").fit()


def test_labels_alone_are_watched_by_their_accuracy(
    world: Path, recipe: Recipe, tmp_path: Path
) -> None:
    def untaught(sources: tuple[SourceRecipe, ...]) -> tuple[SourceRecipe, ...]:
        return tuple(replace(source, teachers="") for source in sources)

    alone = replace(
        recipe,
        sources=untaught(recipe.sources),
        validation=untaught(recipe.validation),
        loss=replace(recipe.loss, label=1.0),
        schedule=replace(recipe.schedule, epochs=6, ema=0.5),
    )
    trainer = Trainer(alone, TrainingData.open(alone, world, tmp_path / "cache"), tmp_path / "run")
    trainer.fit()
    assert np.isnan(trainer.log[-1].validation_cosine)
    assert trainer.log[-1].validation_accuracy > 0.5
