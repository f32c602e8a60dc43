"""Batches: cached log-mels of one crop length, with what is to be learnt about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import TrainingError
from ..types import Failure, FloatArray
from .cache import READY, FeatureCache, Progress, build_cache
from .missing import complete
from .recipe import Recipe
from .student import Learnt
from .targets import OutputScaling, TeacherSpace, embedding_names, join_outputs
from .windows import WindowSet, read_windows

CROP_LENGTHS = 6
"""Different lengths of batches: every new shape costs the CPU's convolution library a second."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some windows, cropped to one length.

    Attributes:
        log_mel: in dB, shape (batch, n_mels, n_frames).
        label: one-hot (all zeros without a label), shape (batch, n_labels).
        target: the teachers' joint space, shape (batch, dim), or None without teachers.
        outputs: every teacher output, standardised, shape (batch, d), or None.
        steps: what teachers heard at every step in time, shape (batch, n_steps, d), NaN where
            they did not, or None.
    """

    log_mel: Tensor
    label: Tensor
    target: Tensor | None
    outputs: Tensor | None
    steps: Tensor | None


@dataclass(frozen=True, slots=True)
class Part:
    """Windows with their cache and targets."""

    windows: WindowSet
    cache: FeatureCache
    target: FloatArray | None
    outputs: FloatArray | None
    label: NDArray[np.int64]

    def ready(self) -> NDArray[np.int64]:
        """Return the indices of the windows that could be decoded."""
        return np.flatnonzero(self.cache.state == READY)


class TrainingData:
    """All that a run reads: training windows, and validation windows that it never learns from."""

    def __init__(self, recipe: Recipe, train: Part, validation: Part | None) -> None:
        self.recipe, self.train, self.validation = recipe, train, validation
        self.labels = train.windows.labels if recipe.loss.label else ()
        self.learnt = Learnt(
            n_outputs=0 if train.outputs is None else train.outputs.shape[1],
            n_step_outputs=0 if train.windows.steps is None else train.windows.steps.shape[2],
            n_labels=len(self.labels),
        )
        _check_steps(recipe, train.windows)

    @classmethod
    def open(
        cls, recipe: Recipe, root: Path, cache: Path, progress: Progress | None = None
    ) -> Self:
        """Read manifests and teachers under ``root`` and fill the feature cache.

        Raises:
            TrainingError: if something is missing.
        """
        windows = read_windows(recipe.sources, root, recipe.window_s)
        held_out = (
            read_windows(recipe.validation, root, recipe.window_s) if recipe.validation else None
        )
        space = scaling = None
        _check_teachers(windows, held_out)
        if windows.teachers:
            heard = _completed(windows)
            _check_dim(heard, recipe.network.dim)
            space = TeacherSpace.fit(heard, recipe.network.dim, recipe.loss.whitening, recipe.seed)
            scaling = OutputScaling.fit(join_outputs(heard))

        def part(chosen: WindowSet) -> Part:
            heard = _completed(chosen)
            return Part(
                windows=chosen,
                cache=build_cache(chosen, recipe.features, cache, progress),
                target=space.map(heard) if space else None,
                outputs=scaling.map(join_outputs(heard)) if scaling else None,
                label=chosen.label_indices(windows.labels),
            )

        return cls(recipe, part(windows), part(held_out) if held_out else None)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What could not be decoded and is left out."""
        parts = [self.train, self.validation] if self.validation else [self.train]
        return tuple(failure for part in parts for failure in part.cache.failures)

    def batches(self, rng: np.random.Generator, size: int) -> Iterator[NDArray[np.int64]]:
        """Yield shuffled index arrays of ``size``; the last incomplete one is left out."""
        ready = self.train.ready()
        repeats = [self.train.windows.windows[index].repeat for index in ready]
        order = rng.permutation(np.repeat(ready, repeats))
        for first in range(0, max(len(order) - size, 0) + 1, size):
            yield order[first : first + size]

    def load(
        self,
        indices: NDArray[np.int64],
        rng: np.random.Generator,
        crop_s: tuple[float, float] | None = None,
    ) -> Batch:
        """Load one training batch, all windows cropped (short ones repeated) to one length.

        Args:
            indices: of the windows.
            rng: for the length and where each crop begins.
            crop_s: shortest and longest crop; else what the recipe says.
        """
        recipe = self.recipe.augment
        lengths_s = np.linspace(*(crop_s or recipe.crop_s), CROP_LENGTHS)
        short = crop_s is not None or rng.random() < recipe.short_share
        length_s = rng.choice(lengths_s) if short else lengths_s[-1]
        step = self.recipe.network.step
        n_steps = round(length_s * self.recipe.features.frame_rate / step)
        return self._load(self.train, indices, n_steps * step, rng)

    def validation_batches(self, size: int = 32) -> Iterator[Batch]:
        """Yield all validation windows as they are; see ``whole``."""
        if self.validation is not None:
            yield from self.whole(self.validation, size)

    def whole(self, part: Part, size: int = 32, most: int | None = None) -> Iterator[Batch]:
        """Yield windows of a part as they are, grouped by length to half a second.

        Args:
            part: training or validation.
            size: of a batch, at most.
            most: windows to yield, spread evenly over the part; None is all.
        """
        ready = part.ready()
        if most is not None and len(ready) > most:
            ready = ready[np.linspace(0, len(ready) - 1, most).astype(np.int64)]
        step = round(self.recipe.features.frame_rate / 2)
        lengths = np.array([part.cache.n_frames(index) for index in ready])
        lengths = np.maximum(lengths // step, 1) * step
        for n_frames in np.unique(lengths):
            same = ready[lengths == n_frames]
            for first in range(0, len(same), size):
                yield self._load(part, same[first : first + size], int(n_frames), None)

    def _load(
        self,
        part: Part,
        indices: NDArray[np.int64],
        n_frames: int,
        rng: np.random.Generator | None,
    ) -> Batch:
        """Gather windows; without ``rng`` each starts at its beginning."""
        lengths = [part.cache.n_frames(index) for index in indices]
        places = [crop(length, n_frames, rng) for length in lengths]
        windows = [part.cache.window(index) for index in indices]
        log_mel = np.stack([window[at] for window, at in zip(windows, places, strict=True)])
        label = np.zeros((len(indices), len(self.labels)), dtype=np.float32)
        if self.labels:
            known = np.flatnonzero(part.label[indices] >= 0)
            label[known, part.label[indices[known]]] = 1.0
        return Batch(
            log_mel=torch.from_numpy(log_mel.transpose(0, 2, 1).astype(np.float32)),
            label=torch.from_numpy(label),
            target=None if part.target is None else torch.from_numpy(part.target[indices]),
            outputs=None if part.outputs is None else torch.from_numpy(part.outputs[indices]),
            steps=self._load_steps(part, indices, places),
        )

    def _load_steps(
        self, part: Part, indices: NDArray[np.int64], places: list[NDArray[np.int64]]
    ) -> Tensor | None:
        """Gather what teachers heard in time, of the same stretches as the log-mels."""
        if part.windows.steps is None:
            return None
        last = part.windows.steps.shape[1] - 1  # a frame may begin where the last step ends
        steps = np.stack(
            [
                part.windows.steps[index, np.minimum(at, last)]
                for index, at in zip(indices, places, strict=True)
            ]
        )
        return torch.from_numpy(steps.astype(np.float32))


def crop(length: int, n_frames: int, rng: np.random.Generator | None) -> NDArray[np.int64]:
    """Return which of a window's frames make a crop; a window that is shorter is repeated."""
    spare = max(length - n_frames, 0)
    first = int(rng.integers(0, spare + 1)) if rng is not None and spare else 0
    return (first + np.arange(n_frames)) % length


def _check_steps(recipe: Recipe, windows: WindowSet) -> None:
    """Check what teachers heard in time.

    Raises:
        TrainingError: if they did not hear at every frame.
    """
    if windows.steps is None:
        return
    n_frames = recipe.window_s * recipe.features.frame_rate / windows.steps.shape[1]
    if n_frames != 1:
        raise TrainingError(
            f"the teachers' steps in time are {n_frames:g} frames long; one frame is needed"
        )


def _check_teachers(train: WindowSet, validation: WindowSet | None) -> None:
    """Check that what is learnt of the teachers can be watched.

    Raises:
        TrainingError: naming the outputs that one of the two parts lacks.
    """
    if validation is None:
        return
    if unlike := set(train.teachers) ^ set(validation.teachers):
        raise TrainingError(
            f"teacher outputs {', '.join(sorted(unlike))} are there for the training windows or "
            "for the validation windows only: both need the same"
        )


def _check_dim(teachers: dict[str, FloatArray], dim: int) -> None:
    """Check that the teachers know as much as the embedding is to hold.

    Raises:
        TrainingError: if their embeddings together are shorter.
    """
    n_known = sum(teachers[name].shape[1] for name in embedding_names(teachers))
    if n_known < dim:
        raise TrainingError(
            f"network.dim is {dim}, but the teachers' embeddings have {n_known} numbers together"
        )


def _completed(windows: WindowSet) -> dict[str, FloatArray]:
    """Return all teacher outputs, estimated where a teacher did not hear a window."""
    return complete(windows.teachers, [window.track for window in windows.windows])
