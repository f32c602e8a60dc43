"""One training run, from a recipe to a bundle with heads."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from ..models import digest_of, note_learnt
from ..types import Failure
from .data import TrainingData
from .export import export_bundle
from .fit import EpochLog, Trainer
from .heads import check_heads, fit_heads, read_examples
from .recipe import Recipe
from .refit import joined, measured_heads, take_calibration

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
        failed: a file that cannot be heard and is left out, perhaps told twice.
        note: what is odd and may be meant so, in words.
    """

    cache: Callable[[int, int], None]
    step: Callable[[EpochLog, int, int], None]
    stage: Callable[[str], None]
    failed: Callable[[Failure], None]
    note: Callable[[str], None]


def train(
    recipe: Recipe, places: Places, progress: RunProgress, *, measured: Path | None = None
) -> Path:
    """Run a recipe to the end, or on from where it was interrupted; return the bundle's folder.

    Args:
        recipe: what to do.
        places: where.
        progress: told how far it is.
        measured: bundle of this recipe's measured run. With it, what that was measured on is learnt
            from as well, and its temperatures and thresholds are taken over.

    Raises:
        TrainingError: if data is missing, the run's folder belongs to another recipe, or the
            measured bundle does.
        ManifestError: if a manifest is wrong.
        BundleNotFound, BundleCorrupt: if the measured bundle is none.
    """
    if places.threads:
        torch.set_num_threads(places.threads)
    heads = measured_heads(recipe, measured) if measured else {}
    recipe = joined(recipe) if measured else recipe
    for note in check_heads(recipe, places.data):
        progress.note(note)
    progress.stage("features")
    data = TrainingData.open(recipe, places.data, places.cache, progress.cache)
    for failure in data.failures:
        progress.failed(failure)
    progress.stage("network")
    Trainer(recipe, data, places.run).fit(progress.step)
    progress.stage("bundle")
    bundle = places.run / BUNDLE
    export_bundle(places.run, bundle, data)
    progress.stage("heads")
    for failure in fit_heads(recipe, data, places.data, bundle):
        progress.failed(failure)
    if heads:
        take_calibration(bundle, heads)
    note_learnt(bundle, map(digest_of, _learnt_from(recipe, data, places.data)))
    return bundle


def _learnt_from(recipe: Recipe, data: TrainingData, root: Path) -> list[Path]:
    """Return the files that the network and its heads learn from."""
    windows = data.train.windows.windows
    heard = {windows[index].path for index in data.train.ready()}
    examples = {example.path for head in recipe.heads for example in read_examples(head, root)}
    return sorted(path for path in heard | examples if path.is_file())
