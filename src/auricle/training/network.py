"""The backbone: a small residual CNN, log-mel in, embedding out."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .recipe import NetworkRecipe

FLOOR_DB = -80.0
"""Levels this far below the excerpt's mean power are not told apart."""


class LevelNorm(nn.Module):
    """Refer every level to the excerpt's own mean power: gain changes nothing.

    The mean *power* is dominated by the loudest bands, so a missing top end hardly moves it.
    """

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map dB of shape (batch, 1, n_mels, n_frames) to about -2 ... 2."""
        nepers = log_mel * 0.230258509299  # ln(10) / 10: dB to natural logarithm of power
        n_cells = torch.ones_like(log_mel[:1]).sum()
        mean_power = torch.logsumexp(nepers, dim=(2, 3), keepdim=True) - torch.log(n_cells)
        relative = log_mel - mean_power * 4.342944819
        return torch.clamp(relative, min=FLOOR_DB) / 20.0 + 1.5


def convolution(n_in: int, n_out: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    """Return convolution, batch normalisation and ReLU, the map kept or halved."""
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(n_out),
        nn.ReLU(),
    )


class Bottleneck(nn.Module):
    """Residual block with a dense 3x3 convolution between two 1x1 (He et al. 2015)."""

    def __init__(self, n_channels: int, n_inner: int) -> None:
        super().__init__()
        last = nn.BatchNorm2d(n_channels)
        nn.init.zeros_(last.weight)  # starts as the identity
        self.branch = nn.Sequential(
            convolution(n_channels, n_inner, 1),
            convolution(n_inner, n_inner, 3),
            nn.Conv2d(n_inner, n_channels, 1, bias=False),
            last,
        )

    def forward(self, x: Tensor) -> Tensor:
        """Keep the shape (batch, n_channels, height, width)."""
        refined: Tensor = x + self.branch(x)
        return refined.relu()


class Backbone(nn.Module):
    """Log-mel of any length in, embedding out.

    Each stage halves the map with a strided convolution and refines it with bottleneck blocks.
    Then the remaining frequency rows become channels, and mean and maximum over time make the
    result independent of the excerpt's length.
    """

    def __init__(self, recipe: NetworkRecipe, n_mels: int) -> None:
        super().__init__()
        stages: list[nn.Module] = [LevelNorm()]
        n_in = 1
        for width, inner, depth in zip(
            recipe.widths, recipe.bottlenecks, recipe.depths, strict=True
        ):
            stages.append(convolution(n_in, width, stride=2))
            stages += [Bottleneck(width, inner) for _ in range(depth)]
            n_in, n_mels = width, (n_mels + 1) // 2
        self.stages = nn.Sequential(*stages)
        self.join = nn.Sequential(
            nn.Conv1d(n_in * n_mels, recipe.pooled, 1, bias=False),
            nn.BatchNorm1d(recipe.pooled),
            nn.ReLU(),
        )
        self.dropout = nn.Dropout(recipe.dropout)
        self.project = nn.Linear(2 * recipe.pooled, recipe.dim)

    def hear(self, log_mel: Tensor) -> Tensor:
        """Return what is heard at every step in time, shape (batch, pooled, n_steps)."""
        heard: Tensor = self.join(self.stages(log_mel).flatten(1, 2))
        return heard

    def pool(self, heard: Tensor) -> Tensor:
        """Return mean and maximum over time, shape (batch, 2 * pooled)."""
        pooled: Tensor = self.dropout(torch.cat([heard.mean(2), heard.amax(2)], dim=1))
        return pooled

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map dB of shape (batch, 1, n_mels, n_frames) to embeddings, shape (batch, dim)."""
        embedding: Tensor = self.project(self.pool(self.hear(log_mel)))
        return embedding


@dataclass(frozen=True, slots=True)
class Learnt:
    """How much is learnt beside the embedding: of the teachers per excerpt and per step, labels."""

    n_outputs: int = 0
    n_step_outputs: int = 0
    n_labels: int = 0


class Guess(NamedTuple):
    """What the student says of a batch; None where that is not learnt.

    Attributes:
        embedding: shape (batch, dim).
        outputs: of the teachers, shape (batch, n_outputs).
        steps: of the teachers in time, shape (batch, n_steps, n_step_outputs).
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
        n_pooled, dim = backbone.project.in_features, backbone.project.out_features
        self.teachers = nn.Linear(n_pooled, learnt.n_outputs) if learnt.n_outputs else None
        self.steps = nn.Linear(n_pooled // 2, n) if (n := learnt.n_step_outputs) else None
        self.labels = nn.Linear(dim, learnt.n_labels) if learnt.n_labels else None

    def forward(self, log_mel: Tensor) -> Guess:
        """Map dB of shape (batch, 1, n_mels, n_frames) to all that is learnt."""
        heard = self.backbone.hear(log_mel)
        pooled = self.backbone.pool(heard)
        embedding = self.backbone.project(pooled)
        return Guess(
            embedding,
            outputs=None if self.teachers is None else self.teachers(pooled),
            steps=None if self.steps is None else self.steps(heard.transpose(1, 2)),
            logits=None if self.labels is None else self.labels(embedding),
        )
