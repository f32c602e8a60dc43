"""The backbone: filters over bands and over time, a small residual CNN on them, an embedding.

Source of the filters' shapes: J. Pons and others, "End-to-end learning for music audio tagging
at scale" (2018).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d

from .recipe import NetworkRecipe

NEPERS = math.log(10) / 10
"""A decibel as natural logarithm of power."""

KERNEL = 3
"""Steps that a layer after the filters sees at once: its own, the one before, the one after."""

WEIGHT = 0.01
"""Standard deviation of a filter's first weights: small, so that they turn quickly."""

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


class Cosines(nn.Module):
    """A filter as a sum of cosines, its discrete cosine transform.

    Neighbouring bands and frames are alike, cosines of them hardly: each weight of a cosine is
    learnt at its own pace, many times as fast as the filter's own values would be.
    """

    bands: Tensor
    frames: Tensor

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        for name, n in zip(("bands", "frames"), size, strict=True):
            self.register_buffer(name, cosines(n), persistent=False)

    def forward(self, weights: Tensor) -> Tensor:
        """Map weights (n_filters, 1, n_bands, n_frames) to filters of the same shape."""
        filters: Tensor = self.bands.T @ weights @ self.frames
        return filters


def cosines(n: int) -> Tensor:
    """Return the orthonormal cosines of the DCT-II, shape (n waves, n places)."""
    places = (torch.arange(n) + 0.5) / n
    waves = torch.cos(math.pi * torch.arange(n)[:, None] * places) * math.sqrt(2 / n)
    waves[0] /= math.sqrt(2)
    return waves


class Filters(nn.Module):
    """Filters of one size, sliding over the bands; what counts is where each of them fits best."""

    def __init__(self, n_filters: int, size: tuple[int, int], stride: int = 1) -> None:
        super().__init__()
        self.stride = stride, 1
        self.weights = nn.Parameter(torch.randn(n_filters, 1, *size) * WEIGHT)
        self.waves: nn.Module = Cosines(size)

    def fix(self) -> None:
        """Keep the filters themselves instead of their cosines; they learn no more."""
        self.weights = nn.Parameter(self.waves(self.weights))
        self.waves = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, 1, n_mels, n_frames) to (batch, n_filters, n_frames)."""
        centred = (0, self.weights.shape[3] // 2)
        fits: Tensor = conv2d(x, self.waves(self.weights), None, self.stride, centred)
        return fits.amax(2)


class FrontEnd(nn.Module):
    """What sounds (filters tall in bands) and how it moves (filters long in time), per frame."""

    def __init__(self, recipe: NetworkRecipe) -> None:
        super().__init__()
        self.loudness, self.stride = Loudness(), recipe.stride
        tall = zip(recipe.timbre_filters, recipe.timbre_bands, strict=True)
        long = zip(recipe.rhythm_filters, recipe.rhythm_frames, strict=True)
        self.timbre = nn.ModuleList(
            Filters(n, (size, recipe.timbre_frames), recipe.stride) for n, size in tall
        )
        self.rhythm = nn.ModuleList(Filters(n, (1, size)) for n, size in long)
        self.normalise = nn.BatchNorm1d(recipe.n_filters)

    def fix(self) -> None:
        """Make plain convolutions of the filters, which learn no more."""
        for bank in [*self.timbre, *self.rhythm]:
            bank.fix()

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map dB of shape (batch, 1, n_mels, n_frames) to (batch, n_filters, n_frames)."""
        x = self.loudness(log_mel)
        # bands are left out before, as oneDNN's strided convolution in bfloat16 is wrong here
        chosen = x[:, :, :: self.stride]
        found = [bank(x) for bank in self.timbre] + [bank(chosen) for bank in self.rhythm]
        heard: Tensor = self.normalise(torch.cat(found, dim=1)).relu()
        return heard


class Layer(nn.Sequential):
    """A convolution over time, batch normalisation, ReLU.

    Where a step is several frames long, the frames go in and the steps come out.
    """

    def __init__(self, n_in: int, n_out: int, step: int = 1) -> None:
        super().__init__(
            nn.Conv1d(n_in, n_out, KERNEL * step, step, KERNEL // 2 * step, bias=False),
            nn.BatchNorm1d(n_out),
            nn.ReLU(),
        )


class Backbone(nn.Module):
    """Log-mel of any length from one step on in, embedding out.

    Residual layers follow the front end, in longer steps. Mean and maximum over time of all that
    is heard, from the filters to the last layer, make the result independent of the excerpt's
    length.
    """

    def __init__(self, recipe: NetworkRecipe) -> None:
        super().__init__()
        self.n_filters, self.step = recipe.n_filters, recipe.step
        self.front = FrontEnd(recipe)
        self.first = Layer(recipe.n_filters, recipe.width, recipe.step)
        self.layers = nn.ModuleList(
            Layer(recipe.width, recipe.width) for _ in range(recipe.depth - 1)
        )
        self.n_layered = recipe.depth * recipe.width
        self.n_pooled = 2 * (recipe.n_filters + self.n_layered)
        self.dropout = nn.Dropout(recipe.dropout)
        self.project = nn.Linear(self.n_pooled, recipe.dim)

    def hear(self, log_mel: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the filters hear at every frame and the layers at every step.

        Returns:
            Shapes (batch, n_filters, n_frames) and (batch, n_layered, n_steps).
        """
        filtered = self.front(log_mel)
        found = [self.first(filtered)]
        for layer in self.layers:
            found.append(found[-1] + layer(found[-1]))
        return filtered, torch.cat(found, dim=1)

    def pool(self, heard: tuple[Tensor, Tensor]) -> Tensor:
        """Return mean and maximum over time, shape (batch, n_pooled)."""
        pooled = [part for x in heard for part in (x.mean(2), x.amax(2))]
        result: Tensor = self.dropout(torch.cat(pooled, dim=1))
        return result

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map dB of shape (batch, 1, n_mels, n_frames) to embeddings, shape (batch, dim)."""
        embedding: Tensor = self.project(self.pool(self.hear(log_mel)))
        return embedding


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
        self.scale = nn.Parameter(torch.ones(self.n_direct, 1))
        self.shift = nn.Parameter(torch.zeros(self.n_direct, 1))
        self.deep = nn.Conv1d(backbone.n_layered, n_outputs - self.n_direct, 1)

    def forward(self, heard: tuple[Tensor, Tensor]) -> Tensor:
        """Map what a backbone heard in whole steps to (batch, n_frames, n_outputs)."""
        filtered, layered = heard
        direct = filtered[:, : self.n_direct] * self.scale + self.shift
        deep = self.deep(layered).repeat_interleave(self.step, dim=2)
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
        dim = backbone.project.out_features
        self.teachers = nn.Linear(backbone.n_pooled, n) if (n := learnt.n_outputs) else None
        self.hints = Hints(backbone, n) if (n := learnt.n_step_outputs) else None
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
