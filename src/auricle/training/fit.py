"""The training loop: resumable to the bit after each epoch, on a CPU or a GPU."""

import csv
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy, mse_loss
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from . import augment
from .checkpoint import load_checkpoint, save_checkpoint
from .data import Batch, TrainingData
from .losses import embedding_loss, similarity_loss, steps_loss
from .network import Backbone
from .recipe import Recipe
from .student import Guess, Student


@dataclass(frozen=True, slots=True)
class EpochLog:
    """One row of the log.

    Attributes:
        epoch: counted from 1.
        loss: mean over the epoch.
        validation_cosine: between student and teachers on the validation windows; NaN without.
        learning_rate: at the end.
        validation_accuracy: of the labels on validation windows, if labels are learnt; else NaN.
    """

    epoch: int
    loss: float
    validation_cosine: float
    learning_rate: float
    validation_accuracy: float = math.nan


WITHOUT_BFLOAT16 = {"DEFAULT", "AVX2"}
"""Processors on which PyTorch imitates bfloat16, many times slower than float32."""

Report = Callable[[EpochLog, int, int], None]
"""Called after each step with the log so far, the step and the number of steps."""


class Trainer:
    """A run of one recipe in one output folder; calling ``fit`` again goes on where it stopped."""

    def __init__(self, recipe: Recipe, data: TrainingData, folder: Path) -> None:
        self.recipe, self.data, self.folder = recipe, data, folder
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.mixed_precision = (
            self.device.type == "cuda"
            or torch.backends.cpu.get_cpu_capability() not in WITHOUT_BFLOAT16
        )
        torch.manual_seed(recipe.seed)
        backbone = Backbone(recipe.network)
        student = Student(backbone, data.learnt)
        self.student = student.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.rates = recipe.schedule.learning_rate, recipe.readout.learning_rate
        self.epoch = 0
        self.log: list[EpochLog] = []
        self._begin()

    def _begin(self) -> None:
        """Begin to learn and to average."""
        ema = (self.recipe.readout if self._reads_only else self.recipe.schedule).ema
        average = get_ema_multi_avg_fn(ema)  # type: ignore[no-untyped-call]
        self.average = AveragedModel(self.student, multi_avg_fn=average, use_buffers=True)
        self.optimiser = torch.optim.AdamW(
            [{"params": part} for part in self.student.parts()],
            weight_decay=self.recipe.schedule.weight_decay,
            fused=True,
        )

    @property
    def _reads_only(self) -> bool:
        """Whether the network is finished and only its readout learns, from the next epoch on."""
        return self.epoch >= self.recipe.schedule.epochs

    def fit(self, report: Report | None = None) -> Backbone:
        """Train to the recipe's end and return the averaged backbone.

        Raises:
            TrainingError: if the folder's checkpoint is damaged, or of another recipe or data.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._resume()
        while self.epoch < self.recipe.epochs:
            if self.epoch == self.recipe.schedule.epochs:
                self._finish_network()
            loss = self._train_epoch(report)
            rate = self.optimiser.param_groups[1 if self._reads_only else 0]["lr"]
            self.epoch += 1
            cosine, accuracy = self._validate()
            self.log.append(EpochLog(self.epoch, loss, cosine, rate, accuracy))
            self._save()
        return self._averaged

    def _train_epoch(self, report: Report | None) -> float:
        """Run one epoch; every draw depends on the seed and the epoch alone."""
        rng = np.random.default_rng((self.recipe.seed, self.epoch))
        torch.manual_seed(int(rng.integers(2**31)))  # for dropout
        batches = list(self.data.batches(rng, self.recipe.schedule.batch_size))
        losses = []
        self.student.train()
        crop_s = self.recipe.readout.crop_s if self._reads_only else None
        if self._reads_only:
            self.student.hold()
        for step, indices in enumerate(batches):
            self._set_rate(self.epoch + step / len(batches))
            losses.append(self._step(self.data.load(indices, rng, crop_s), rng))
            if report:
                row = replace(self._last, epoch=self.epoch + 1, loss=float(np.mean(losses)))
                report(row, self.epoch * len(batches) + step + 1, self._n_steps(len(batches)))
        return float(np.mean(losses))

    def _finish_network(self) -> None:
        """Take the averaged network as it will be in use, with a readout that begins anew.

        In training, a batch is normalised by itself, and all its excerpts are equally long; what
        lies at an excerpt's edges is then heard louder or softer than later.
        """
        self.student.load_state_dict(self.average.module.state_dict())
        torch.manual_seed(self.recipe.seed)
        self.student.backbone.readout.forget()
        self._begin()

    def _step(self, batch: Batch, rng: np.random.Generator) -> float:
        """Learn from one batch and return its loss."""
        mixed = self.mixed_precision and not self._reads_only  # then as exact as in use
        n_batch, _, n_frames = batch.log_mel.shape
        decision = augment.draw(rng, self.recipe.augment, self.recipe.features, (n_batch, n_frames))
        log_mel = augment.apply(batch.log_mel, decision)[:, None].to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=mixed):
            guess = self.student(log_mel)
        loss = self._loss(guess, batch, decision)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 5.0)
        self.optimiser.step()
        self.average.update_parameters(self.student)
        return float(loss.detach())

    def _loss(self, guess: Guess, batch: Batch, decision: augment.Draw) -> Tensor:
        """Weigh the losses of the recipe."""
        weights = self.recipe.loss
        embedding = guess.embedding.float()
        loss = torch.zeros((), device=self.device)
        if batch.target is not None and batch.outputs is not None and guess.outputs is not None:
            target = augment.mix_targets(batch.target, decision).to(self.device)
            loss = loss + weights.embedding * embedding_loss(embedding, target)
            loss = loss + weights.similarity * similarity_loss(embedding, target)
            wanted = augment.mix_targets(batch.outputs, decision).to(self.device)
            loss = loss + weights.teachers * mse_loss(guess.outputs.float(), wanted)
        if batch.steps is not None and guess.steps is not None:
            wanted = augment.follow(batch.steps, decision).to(self.device)
            loss = loss + weights.steps * steps_loss(guess.steps.float(), wanted)
        if guess.logits is not None:
            wanted = augment.mix_targets(batch.label, decision).to(self.device)
            loss = loss + weights.label * cross_entropy(guess.logits.float(), wanted)
        return loss

    def _validate(self) -> tuple[float, float]:
        """Return mean cosine to the teachers and accuracy of the labels on validation windows."""
        self.average.eval()
        cosines, right = [], []
        labels = cast(Student, self.average.module).labels
        with torch.inference_mode():
            for batch in self.data.validation_batches():
                found = self._averaged(batch.log_mel[:, None].to(self.device))
                if batch.target is not None:
                    cosines.append(cosine_similarity(found, batch.target.to(self.device)))
                if labels is not None:
                    known = batch.label.sum(dim=1) > 0
                    guess = labels(found)[known].argmax(dim=1).cpu()
                    right.append((guess == batch.label[known].argmax(dim=1)).float())
        return _mean(cosines), _mean(right)

    @property
    def _averaged(self) -> Backbone:
        return cast(Student, self.average.module).backbone

    @property
    def _last(self) -> EpochLog:
        return self.log[-1] if self.log else EpochLog(0, math.nan, math.nan, 0.0)

    def _n_steps(self, per_epoch: int) -> int:
        return per_epoch * self.recipe.epochs

    def _set_rate(self, epoch: float) -> None:
        """Warm up linearly, then fall along a cosine; once more for the readout alone."""
        schedule = self.recipe.schedule
        progress = epoch / schedule.epochs
        if self._reads_only:
            progress = (epoch - schedule.epochs) / self.recipe.readout.epochs
        if progress < schedule.warmup:
            factor = progress / schedule.warmup
        else:
            rest = (progress - schedule.warmup) / (1 - schedule.warmup)
            factor = 0.5 + 0.5 * math.cos(math.pi * rest)
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * max(factor, 1e-3)

    def _save(self) -> None:
        """Write checkpoint and log."""
        state = {
            "recipe": self.recipe.to_dict(),
            "recipe_hash": self.recipe.hash,
            "data_hash": self.data.train.windows.identity,
            "epoch": self.epoch,
            "log": [asdict(row) for row in self.log],
            "student": self.student.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        save_checkpoint(self.folder, state)
        with (self.folder / "log.csv").open("w", newline="") as handle:
            writer = csv.DictWriter(handle, fieldnames=list(EpochLog.__slots__))
            writer.writeheader()
            writer.writerows(state["log"])

    def _resume(self) -> None:
        """Take up the last finished epoch, if there is one."""
        data_hash = self.data.train.windows.identity
        state = load_checkpoint(self.folder, self.recipe.hash, data_hash)
        if state is None:
            return
        self.epoch = state["epoch"]
        self._begin()
        self.student.load_state_dict(state["student"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.log = [EpochLog(**row) for row in state["log"]]


def _mean(parts: list[Tensor]) -> float:
    """Return the mean of all numbers of some tensors; NaN of none."""
    joined = torch.cat(parts) if parts else torch.zeros(0)
    return float(joined.mean()) if len(joined) else math.nan
