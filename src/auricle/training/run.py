"""One training run, from a recipe to a bundle with heads."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from .data import TrainingData
from .export import export_bundle
from .fit import EpochLog, Trainer
from .heads import check_heads, fit_heads
from .recipe import Recipe

BUNDLE = "bundle"


@dataclass(frozen=True, slots=True)
class Places:
    """Where a run reads, writes and computes.

    Attributes:
        data: folder that the recipe's paths start from.
        run: receives checkpoint, log and bundle.
        cache: of log-mels; may be shared by several runs.
        threads: of PyTorch on the CPU; 0 takes all cores.
    """

    data: Path
    run: Path
    cache: Path
    threads: int = 0


@dataclass(frozen=True, slots=True)
class RunProgress:
    """What wants to know how far the run is; each may be called often.

    Attributes:
        cache: windows in the feature cache, and how many there will be.
        step: the log so far, steps done, steps in all.
        stage: name of the stage that begins.
    """

    cache: Callable[[int, int], None]
    step: Callable[[EpochLog, int, int], None]
    stage: Callable[[str], None]


def train(recipe: Recipe, places: Places, progress: RunProgress) -> Path:
    """Run a recipe to the end, or on from where it was interrupted; return the bundle's folder.

    Raises:
        TrainingError: if data is missing, or the run's folder belongs to another recipe.
        ManifestError: if a manifest is wrong.
    """
    if places.threads:
        torch.set_num_threads(places.threads)
    check_heads(recipe, places.data)
    progress.stage("features")
    data = TrainingData.open(recipe, places.data, places.cache, progress.cache)
    progress.stage("network")
    Trainer(recipe, data, places.run).fit(progress.step)
    progress.stage("bundle")
    bundle = places.run / BUNDLE
    export_bundle(places.run, bundle)
    progress.stage("heads")
    fit_heads(recipe, data, places.data, bundle)
    return bundle
