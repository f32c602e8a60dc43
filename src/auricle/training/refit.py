"""The last fit: a measured recipe once more, learning also from what it was measured on.

More tracks make a better model, and once the figures are known nothing needs to be held out any
longer. They stay those of the measured run: the refitted model has heard the validation clips.
"""

from dataclasses import replace
from pathlib import Path

from ..errors import TrainingError
from ..models import Head, load_model, replace_heads
from .recipe import Recipe


def joined(recipe: Recipe) -> Recipe:
    """Return the recipe that learns from what it watched, too; nothing is left to watch.

    Raises:
        TrainingError: if the recipe holds nothing out.
    """
    if not recipe.validation and not any(head.calibration for head in recipe.heads):
        raise TrainingError(
            f"recipe {recipe.name!r} holds nothing out: a refit would be the same run again"
        )
    heads = tuple(
        replace(head, examples=head.examples + head.calibration, calibration=())
        for head in recipe.heads
    )
    sources = recipe.sources + recipe.validation
    return replace(recipe, sources=sources, validation=(), heads=heads)


def measured_heads(recipe: Recipe, bundle: Path) -> dict[str, Head]:
    """Return those heads of the measured run that it calibrated on tracks held out.

    Raises:
        TrainingError: if the bundle lacks one of them, or it has other labels.
        BundleNotFound, BundleCorrupt: if that is no bundle.
    """
    heads = load_model(bundle).heads
    chosen = [head for head in recipe.heads if head.calibration]
    for head in chosen:
        if head.name not in heads or not set(heads[head.name].labels) <= set(head.labels.values()):
            raise TrainingError(f"{bundle}: its head {head.name!r} is not one of this recipe")
    return {head.name: heads[head.name] for head in chosen}


def take_calibration(bundle: Path, measured: dict[str, Head]) -> None:
    """Give the bundle's heads the temperatures and thresholds of the measured ones.

    What the refitted heads say of clips that they heard says nothing of other clips.
    """
    heads = [
        _calibrated(head, measured[head.name]) if head.name in measured else head
        for head in load_model(bundle).heads.values()
    ]
    replace_heads(bundle, heads)


def _calibrated(head: Head, measured: Head) -> Head:
    calibration = {"calibrated_by": measured.model_id}
    if "calibrated_on" in measured.meta:
        calibration["calibrated_on"] = measured.meta["calibrated_on"]
    return replace(
        head,
        temperature=measured.temperature,
        excerpt_temperature=measured.excerpt_temperature,
        threshold=measured.threshold,
        meta={**head.meta, **calibration},
    )
