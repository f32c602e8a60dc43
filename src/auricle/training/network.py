"""The backbone: filters over bands and over time, a small residual CNN on them, an embedding.

Source of the filters' shapes: J. Pons and others, "End-to-end learning for music audio tagging
at scale" (2018).
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm, conv2d, max_pool2d

from .recipe_parts import NetworkRecipe

NEPERS = math.log(10) / 10
"""A decibel as natural logarithm of power."""

KERNEL = 3
"""Steps that a layer after the filters sees at once: its own, the one before, the one after."""

WEIGHT = 0.01
"""Standard deviation of a filter's first weights: small, so that they turn quickly."""

FLOOR = 1e-4
"""Least variance over time: the root of none has no slope."""

MOMENTUM = 0.01
"""Weight of the newest batch in slow averages."""

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
        return best_fit(fits) if self.training else fits.amax(2)


def best_fit(fits: Tensor) -> Tensor:
    """Return the maximum over the bands, learnt from in half of the time that ``amax`` takes."""
    return max_pool2d(fits, (fits.shape[2], 1))[:, :, 0]


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
        x = self.loudness(log_mel).to(memory_format=torch.channels_last)  # the faster maximum
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


class Standardise(nn.BatchNorm1d):
    """Standardisation by slow averages, in training as later.

    All excerpts of a batch are equally long, so a batch's own mean and variance would hide how
    long they are; the variance here is that around the slow mean.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(self, n_pooled: int) -> None:
        super().__init__(n_pooled, affine=False)

    def forward(self, pooled: Tensor) -> Tensor:
        """Map (batch, n_pooled) to the same shape."""
        if self.training:
            self._follow(pooled.detach())
        return batch_norm(pooled, self.running_mean, self.running_var)

    def _follow(self, pooled: Tensor) -> None:
        """Average over all batches as long as they are few, then over the last."""
        self.num_batches_tracked += 1
        weight = max(1 / int(self.num_batches_tracked), MOMENTUM)
        self.running_mean.lerp_(pooled.mean(0), weight)
        self.running_var.lerp_((pooled - self.running_mean).square().mean(0), weight)


class Readout(nn.Module):
    """What is heard of an excerpt as a whole to its embedding, by way of a hidden layer.

    The teachers have one as well: their embeddings are no sums of what they hear.
    """

    def __init__(self, n_pooled: int, recipe: NetworkRecipe) -> None:
        super().__init__()
        self.standardise = Standardise(n_pooled)
        self.hidden = nn.Linear(n_pooled, recipe.hidden)
        self.embed = nn.Linear(recipe.hidden, recipe.dim)
        self.dropout = nn.Dropout(recipe.dropout)
        self.fixed = False

    def forget(self) -> None:
        """Begin anew."""
        for layer in (self.standardise, self.hidden, self.embed):
            layer.reset_parameters()

    def fix(self) -> None:
        """Let the first layer do the standardisation, which learns no more."""
        scale = (self.standardise.running_var + self.standardise.eps).rsqrt()
        with torch.no_grad():
            self.hidden.weight *= scale
            self.hidden.bias.sub_(self.hidden.weight @ self.standardise.running_mean)
        self.fixed = True

    def forward(self, pooled: Tensor) -> Tensor:
        """Map (batch, n_pooled) to embeddings, shape (batch, dim)."""
        standard = pooled if self.fixed else self.standardise(pooled)
        hidden = self.hidden(self.dropout(standard)).relu()
        embedding: Tensor = self.embed(self.dropout(hidden))
        return embedding


def deviation(heard: Tensor) -> Tensor:
    """Return the standard deviation over time, (batch, n, time) to (batch, n)."""
    exact = heard.float()  # in bfloat16 a large mean would hide it
    return (exact.var(2, correction=0) + FLOOR).sqrt()


class Backbone(nn.Module):
    """Log-mel of any length from one step on in, embedding out.

    Residual layers follow the front end, in longer steps. Mean and deviation over time of all that
    is heard, from the filters to the last layer, make the result independent of the excerpt's
    length. (No maximum: half of them would lie at the excerpt's edges.)
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
        self.n_pooled = recipe.n_pooled
        self.readout = Readout(self.n_pooled, recipe)
        self.components: nn.Module | None = None  # found when all else is learnt

    def fix(self) -> None:
        """Merge what only learning needs to be apart; the result is the same."""
        self.front.fix()
        self.readout.fix()

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
        """Return mean and deviation over time, shape (batch, n_pooled)."""
        pooled = [part for x in heard for part in (x.mean(2), deviation(x))]
        return torch.cat(pooled, dim=1).float()

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map dB of shape (batch, 1, n_mels, n_frames) to embeddings, shape (batch, n)."""
        pooled = self.pool(self.hear(log_mel))
        embedding: Tensor = self.readout(pooled)
        if self.components is not None:
            embedding = torch.cat([embedding, self.components(pooled)], dim=1)
        return embedding
