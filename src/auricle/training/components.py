"""What else the network hears, beside what it reads off that: discriminant components.

A readout keeps what the teachers' places depend on, and learns some of its examples by heart. What
else tells excerpts apart tells genres too. Only what stays when an excerpt is disturbed as in
training counts: what changes then tells how it was recorded, not what is played.

Source of the method: linear discriminant analysis (R. Fisher, 1936), every excerpt a class of its
own, regularised after J. Friedman (1989).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..errors import TrainingError
from . import augment
from .network import Backbone
from .recipe import Recipe
from .recipe_parts import NetworkRecipe

STEADY = 1e-4
"""Added to standard deviations: a channel that never moves says nothing."""

RIDGE = 5.0
"""Variance added to that of disturbed copies, where a channel has 1 in all: so components are also
loud, not only undisturbed. More of it hears more, less of it is blinder to cut-off tops."""

FAINT = 1e-6
"""Least ratio of variances of a component; below, too few excerpts tell of it."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How what is pooled is spread over excerpts.

    Attributes:
        mean: shape (n_pooled,).
        covariance: of excerpts as they are, shape (n_pooled, n_pooled).
        disturbance: mean product of the changes in a disturbed copy, of the same shape.
        size: root mean square length of the readout's embeddings.
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    disturbance: NDArray[np.float64]
    size: float


def add_components(backbone: Backbone, recipe: Recipe, log_mels: Iterable[Tensor]) -> None:
    """Let a finished backbone also tell the components that its recipe asks for.

    Args:
        backbone: in use, not in training.
        recipe: of the run.
        log_mels: excerpts to find them in, each (batch, n_mels, n_frames) in dB.
    """
    if recipe.network.components:
        found = spread(backbone, recipe, log_mels)
        backbone.components = components(found, recipe.network)


def spread(backbone: Backbone, recipe: Recipe, log_mels: Iterable[Tensor]) -> Spread:
    """Measure what a backbone pools of some excerpts, and of disturbed copies of them.

    Raises:
        TrainingError: if there are none, or it pools what is no number.
    """
    rng = np.random.default_rng(recipe.seed)
    count, size = 0, 0.0
    total = np.zeros(backbone.n_pooled)
    products, changes = np.zeros((2, backbone.n_pooled, backbone.n_pooled))
    with torch.inference_mode():
        for excerpts in log_mels:
            pooled, disturbed = (
                backbone.pool(backbone.hear(heard[:, None]))
                for heard in (excerpts, _disturb(excerpts, recipe, rng))
            )
            size += float(backbone.readout(pooled).square().sum())
            rows, moves = pooled.double().numpy(), (disturbed - pooled).double().numpy()
            count += len(rows)
            total += rows.sum(0)
            products += rows.T @ rows
            changes += moves.T @ moves
    if not (count and np.isfinite(products).all() and np.isfinite(changes).all()):
        raise TrainingError("no components: the network hears nothing, or what is no number")
    mean = total / count
    covariance = products / count - np.outer(mean, mean)
    return Spread(mean, covariance, changes / count, (size / count) ** 0.5)


def _disturb(excerpts: Tensor, recipe: Recipe, rng: np.random.Generator) -> Tensor:
    """Return copies as they come in training, but none mixed with another."""
    alone = replace(recipe.augment, mixup=0.0)
    n_batch, _, n_frames = excerpts.shape
    return augment.apply(excerpts, augment.draw(rng, alone, recipe.features, (n_batch, n_frames)))


def components(spread: Spread, recipe: NetworkRecipe) -> nn.Linear:
    """Return the layer from what is pooled to the components that tell excerpts apart best.

    They are uncorrelated over excerpts and count alike, and are together ``components_weight``
    times as long as the readout's embedding, on average. One that the excerpts are too few to tell
    of is always 0.
    """
    deviation = np.sqrt(np.maximum(spread.covariance.diagonal(), 0.0)) + STEADY
    between = spread.covariance / np.outer(deviation, deviation)
    disturbed = spread.disturbance / np.outer(deviation, deviation) + RIDGE * np.eye(len(deviation))
    unit = np.linalg.inv(np.linalg.cholesky(disturbed))  # makes disturbances alike everywhere
    ratios, axes = np.linalg.eigh(unit @ between @ unit.T)
    chosen = np.argsort(-ratios)[: recipe.components]
    told = ratios[chosen] > FAINT
    size = told * recipe.components_weight * spread.size / recipe.components**0.5
    weights = (axes[:, chosen] * (size / np.sqrt(np.maximum(ratios[chosen], FAINT)))).T @ unit
    weights[weights.sum(axis=1) < 0] *= -1  # else the sign is the library's
    weights /= deviation
    layer = nn.Linear(len(spread.mean), recipe.components)
    layer.weight.data = torch.from_numpy(weights).float()
    layer.bias.data = torch.from_numpy(-weights @ spread.mean).float()
    return layer.requires_grad_(False)
