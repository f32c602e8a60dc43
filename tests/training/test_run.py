"""One call from recipe to bundle."""

from dataclasses import replace
from pathlib import Path

from auricle.models import load_model
from auricle.training.recipe import Recipe
from auricle.training.run import Places, RunProgress, train
from auricle.types import Failure

from .test_heads import GENRE


def test_a_run_tells_its_stages_and_ends_in_a_bundle(
    world: Path, recipe: Recipe, tmp_path: Path
) -> None:
    stages: list[str] = []
    steps: list[tuple[int, int]] = []
    failed: list[Failure] = []
    notes: list[str] = []
    progress = RunProgress(
        cache=lambda done, total: None,
        step=lambda log, done, total: steps.append((done, total)),
        stage=stages.append,
        failed=failed.append,
        note=notes.append,
    )
    places = Places(world, tmp_path / "run", tmp_path / "cache")
    recipe = replace(recipe, heads=(GENRE,), version="2.1", licence="CC0-1.0")
    bundle = train(recipe, places, progress)
    assert stages == ["features", "network", "bundle", "heads"]
    assert steps[-1][0] == steps[-1][1] == len(steps)
    model = load_model(bundle)
    assert list(model.heads) == ["genre"]
    assert failed == []
    assert notes == []
    assert "# tiny 2.1" in (bundle / "MODEL_CARD.md").read_text("utf-8")
    assert (model.spec.version, model.spec.licence) == ("2.1", "CC0-1.0")
    again: list[str] = []
    train(recipe, places, replace(progress, stage=again.append))
    assert again == stages  # a finished run is cheap to repeat: nothing is learnt twice
    assert len(steps) == steps[-1][1]
