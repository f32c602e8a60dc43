"""The backbone: filters over bands and over time, a small residual CNN on them, an embedding.

Source of the filters' shapes: J. Pons and others, "End-to-end learning for music audio tagging
at scale" (2018).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .recipe import NetworkRecipe

NEPERS = math.log(10) / 10
"""A decibel as natural logarithm of power."""

KERNEL = 5
"""Steps that a layer after the filters sees at once."""

LOUDNESS = 5_000.0
"""The excerpt's mean power, where 1 is what is just heard."""


class Loudness(nn.Module):
    """Decibels to how loud it sounds, referred to the excerpt's own mean power.

    Gain changes nothing, and what is far below the mean counts nothing. The mean *power* is
    dominated by the loudest bands, so a missing top end hardly moves it.
    """

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map dB of shape (batch, 1, n_mels, n_frames) to log10(1 + power), about -2 ... 3."""
        power = torch.exp(log_mel * NEPERS)
        mean = power.mean(dim=(2, 3), keepdim=True)
        return torch.log(power * (LOUDNESS / mean) + 1.0) * (1 / math.log(10)) - 2.0


class Filters(nn.Module):
    """Filters of one size, sliding over the bands; what counts is where each of them fits best."""

    def __init__(self, n_filters: int, size: tuple[int, int], stride: tuple[int, int]) -> None:
        super().__init__()
        self.slide = nn.Conv2d(1, n_filters, size, stride, (0, size[1] // 2), bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, 1, n_mels, n_frames) to (batch, n_filters, n_steps)."""
        best: Tensor = self.slide(x).amax(2)
        return best


class FrontEnd(nn.Module):
    """What sounds (filters tall in bands) and how it moves (filters long in time), per step."""

    def __init__(self, recipe: NetworkRecipe) -> None:
        super().__init__()
        self.loudness = Loudness()
        tall = zip(recipe.timbre_filters, recipe.timbre_bands, strict=True)
        long = zip(recipe.rhythm_filters, recipe.rhythm_frames, strict=True)
        stride = (recipe.stride, recipe.step)
        self.banks = nn.ModuleList(
            [Filters(n, (bands, recipe.timbre_frames), stride) for n, bands in tall]
            + [Filters(n, (1, frames), stride) for n, frames in long]
        )
        self.normalise = nn.BatchNorm1d(recipe.n_filters)

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map dB of shape (batch, 1, n_mels, n_frames) to (batch, n_filters, n_steps)."""
        x = self.loudness(log_mel)
        heard: Tensor = self.normalise(torch.cat([bank(x) for bank in self.banks], dim=1)).relu()
        return heard


class Layer(nn.Sequential):
    """A convolution over time, batch normalisation, ReLU."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__(
            nn.Conv1d(n_in, n_out, KERNEL, padding=KERNEL // 2, bias=False),
            nn.BatchNorm1d(n_out),
            nn.ReLU(),
        )


class Backbone(nn.Module):
    """Log-mel of any length in, embedding out.

    Residual layers follow the front end. Mean and maximum over time of all that is heard, from
    the filters to the last layer, make the result independent of the excerpt's length.
    """

    def __init__(self, recipe: NetworkRecipe) -> None:
        super().__init__()
        self.n_filters = recipe.n_filters
        self.front = FrontEnd(recipe)
        self.first = Layer(recipe.n_filters, recipe.width)
        self.layers = nn.ModuleList(
            Layer(recipe.width, recipe.width) for _ in range(recipe.depth - 1)
        )
        self.n_channels = recipe.n_filters + recipe.depth * recipe.width
        self.dropout = nn.Dropout(recipe.dropout)
        self.project = nn.Linear(2 * self.n_channels, recipe.dim)

    def hear(self, log_mel: Tensor) -> Tensor:
        """Return what is heard at every step in time, shape (batch, n_channels, n_steps)."""
        filtered = self.front(log_mel)
        found = [filtered, self.first(filtered)]
        for layer in self.layers:
            found.append(found[-1] + layer(found[-1]))
        return torch.cat(found, dim=1)

    def pool(self, heard: Tensor) -> Tensor:
        """Return mean and maximum over time, shape (batch, 2 * n_channels)."""
        pooled: Tensor = self.dropout(torch.cat([heard.mean(2), heard.amax(2)], dim=1))
        return pooled

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map dB of shape (batch, 1, n_mels, n_frames) to embeddings, shape (batch, dim)."""
        embedding: Tensor = self.project(self.pool(self.hear(log_mel)))
        return embedding


class Hints(nn.Module):
    """What a teacher hears inside, read off what is heard (FitNets, Romero and others 2015).

    Each filter answers for one of the teacher's channels, which begin with its filters; the layers
    together answer for the others. Of a teacher with fewer channels all are read off everything.
    """

    def __init__(self, n_filters: int, n_channels: int, n_outputs: int) -> None:
        super().__init__()
        self.n_direct = n_filters if n_outputs > n_filters else 0
        self.scale = nn.Parameter(torch.ones(self.n_direct, 1))
        self.shift = nn.Parameter(torch.zeros(self.n_direct, 1))
        self.deep = nn.Conv1d(n_channels - self.n_direct, n_outputs - self.n_direct, 1)

    def forward(self, heard: Tensor) -> Tensor:
        """Map (batch, n_channels, n_steps) to (batch, n_steps, n_outputs)."""
        direct = heard[:, : self.n_direct] * self.scale + self.shift
        deep = self.deep(heard[:, self.n_direct :])
        return torch.cat([direct, deep], dim=1).transpose(1, 2)


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
        n_filters, n_channels = backbone.n_filters, backbone.n_channels
        dim = backbone.project.out_features
        self.teachers = nn.Linear(2 * n_channels, n) if (n := learnt.n_outputs) else None
        self.hints = Hints(n_filters, n_channels, n) if (n := learnt.n_step_outputs) else None
        self.labels = nn.Linear(dim, n) if (n := learnt.n_labels) else None

    def forward(self, log_mel: Tensor) -> Guess:
        """Map dB of shape (batch, 1, n_mels, n_frames) to all that is learnt."""
        heard = self.backbone.hear(log_mel)
        pooled = self.backbone.pool(heard)
        embedding = self.backbone.project(pooled)
        return Guess(
            embedding,
            outputs=None if self.teachers is None else self.teachers(pooled),
            steps=None if self.hints is None else self.hints(heard),
            logits=None if self.labels is None else self.labels(embedding),
        )
