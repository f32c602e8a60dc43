"""The last fit learns from all, and takes over what was measured before."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from auricle.errors import TrainingError
from auricle.models import digest_of, find_bundle, load_model
from auricle.training.checkpoint import load_checkpoint
from auricle.training.head_recipe import ExampleRecipe
from auricle.training.recipe import Recipe
from auricle.training.refit import joined, measured_heads
from auricle.training.run import Places, RunProgress, train

from .test_heads import GENRE

HELD_OUT = (ExampleRecipe("manifest.csv", ".", where={"split": ["validation"]}),)
QUIET = RunProgress(lambda *_: None, lambda *_: None, lambda _: None, lambda _: None, print)


@pytest.fixture
def calibrated(recipe: Recipe) -> Recipe:
    """A recipe with a head that is calibrated on the validation split, and one that is not."""
    heads = (replace(GENRE, calibration=HELD_OUT), replace(GENRE, name="kind"))
    return replace(recipe, heads=heads)


def test_what_was_watched_is_learnt_from(calibrated: Recipe) -> None:
    last = joined(calibrated)
    assert [source.split for source in last.sources] == ["train", "validation"]
    assert last.validation == ()
    assert last.hash != calibrated.hash
    genre, kind = last.heads
    assert genre.examples == GENRE.examples + HELD_OUT
    assert kind.examples == GENRE.examples
    assert (genre.calibration, kind.calibration) == ((), ())


def test_without_anything_held_out_there_is_no_refit(recipe: Recipe) -> None:
    with pytest.raises(TrainingError, match="'tiny' holds nothing out"):
        joined(replace(recipe, validation=(), heads=(GENRE,)))


def test_a_measured_run_and_its_refit(world: Path, calibrated: Recipe, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    measured = train(calibrated, Places(world, tmp_path / "measured", cache), QUIET)
    refit = Places(world, tmp_path / "refit", cache)
    last = train(calibrated, refit, QUIET, measured=measured)
    before, after = load_model(measured), load_model(last)
    assert before.id != after.id
    old, new = before.heads["genre"], after.heads["genre"]
    assert sum(old.meta["examples"].values()) == 8
    assert sum(new.meta["examples"].values()) == 12
    assert (new.temperature, new.excerpt_temperature, new.threshold) == (
        old.temperature,
        old.excerpt_temperature,
        old.threshold,
    )
    assert (new.meta["calibrated_by"], new.meta["calibrated_on"]) == (before.id, 4)
    assert "calibrated_by" not in after.heads["kind"].meta
    state = load_checkpoint(tmp_path / "refit")
    assert state is not None
    assert all(math.isnan(row["validation_cosine"]) for row in state["log"])
    assert train(calibrated, refit, QUIET, measured=measured) == last  # as a run does: goes on

    digests = [digest_of(world / "audio" / f"{index}.wav") for index in range(12)]
    assert find_bundle(measured).learnt_from() == set(digests[:8])
    assert find_bundle(last).learnt_from() == set(digests)


def test_another_recipes_bundle_is_refused(world: Path, recipe: Recipe, tmp_path: Path) -> None:
    places = Places(world, tmp_path / "run", tmp_path / "cache")
    bundle = train(replace(recipe, heads=(GENRE,)), places, QUIET)
    assert measured_heads(replace(recipe, heads=(GENRE,)), bundle) == {}  # nothing to take over
    mine = replace(GENRE, calibration=HELD_OUT, labels={"tone": "whistle"})
    for head in (mine, replace(mine, name="mood")):
        with pytest.raises(TrainingError, match=f"its head '{head.name}' is not one of this"):
            measured_heads(replace(recipe, heads=(head,)), bundle)
