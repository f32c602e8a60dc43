"""The student: the backbone with the layers that only training needs."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .network import Backbone


class Hints(nn.Module):
    """What a teacher hears inside, read off what is heard (FitNets, Romero and others 2015).

    Each filter answers for one of the teacher's channels, which begin with its filters; the layers
    together answer for the others, with one answer for all frames of a step. Of a teacher with
    fewer channels all are read off the layers.
    """

    def __init__(self, backbone: Backbone, n_outputs: int) -> None:
        super().__init__()
        self.step, n_filters = backbone.step, backbone.n_filters
        self.n_direct = n_filters if n_outputs > n_filters else 0
        self.shift = nn.Parameter(torch.zeros(self.n_direct, 1))
        self.deep = nn.Conv1d(backbone.n_layered, n_outputs - self.n_direct, 1)

    def forward(self, heard: tuple[Tensor, Tensor]) -> Tensor:
        """Map what a backbone heard in whole steps to (batch, n_frames, n_outputs)."""
        filtered, layered = heard
        direct = filtered[:, : self.n_direct] + self.shift
        deep = self.deep(layered).repeat_interleave(self.step, dim=2)
        return torch.cat([direct, deep], dim=1).transpose(1, 2)


@dataclass(frozen=True, slots=True)
class Learnt:
    """How much is learnt beside the embedding: of the teachers per excerpt and per step, labels."""

    n_outputs: int = 0
    n_step_outputs: int = 0
    n_labels: int = 0


class Guess(NamedTuple):
    """What the student says of a batch; None where that is not learnt (any more).

    Attributes:
        embedding: shape (batch, dim).
        outputs: of the teachers, shape (batch, n_outputs).
        steps: of the teachers in time, shape (batch, n_frames, n_step_outputs).
        logits: of the labels, shape (batch, n_labels).
    """

    embedding: Tensor
    outputs: Tensor | None
    steps: Tensor | None
    logits: Tensor | None


class Student(nn.Module):
    """The backbone with the layers that only training needs."""

    def __init__(self, backbone: Backbone, learnt: Learnt) -> None:
        super().__init__()
        self.backbone = backbone
        dim = backbone.readout.embed.out_features
        self.teachers = nn.Linear(backbone.n_pooled, n) if (n := learnt.n_outputs) else None
        self.hints = Hints(backbone, n) if (n := learnt.n_step_outputs) else None
        self.labels = nn.Linear(dim, n) if (n := learnt.n_labels) else None
        self.held = False

    def hold(self) -> None:
        """Let what hears be as it will be in use, and learn no more."""
        for weight in self.parts()[0]:
            weight.requires_grad_(False)
        self.backbone.eval()
        self.backbone.readout.train()
        self.held = True

    def parts(self) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        """Return the weights of what hears, step by step, and of what reads excerpts off it."""
        modules = [self.backbone.readout, self.teachers, self.labels]
        reading = [weight for module in modules if module for weight in module.parameters()]
        known = set(map(id, reading))
        return [weight for weight in self.parameters() if id(weight) not in known], reading

    def forward(self, log_mel: Tensor) -> Guess:
        """Map dB of shape (batch, 1, n_mels, n_frames) to all that is learnt."""
        heard = self.backbone.hear(log_mel)
        pooled = self.backbone.pool(heard)
        embedding = self.backbone.readout(pooled)
        return Guess(
            embedding,
            outputs=None if self.teachers is None else self.teachers(pooled),
            steps=None if self.hints is None or self.held else self.hints(heard),
            logits=None if self.labels is None else self.labels(embedding),
        )
