"""Losses of distillation: values, angles, and the similarities between the clips of a batch."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, mse_loss, normalize


def embedding_loss(embedding: Tensor, target: Tensor) -> Tensor:
    """Return squared error plus cosine distance, both (batch, dim)."""
    return mse_loss(embedding, target) + (1 - cosine_similarity(embedding, target)).mean()


def similarity_loss(embedding: Tensor, target: Tensor) -> Tensor:
    """Return the error of all pairwise cosines in the batch (Park et al. 2019, relational)."""
    found, wanted = (normalize(x, dim=1) @ normalize(x, dim=1).T for x in (embedding, target))
    pairs = ~torch.eye(len(found), dtype=torch.bool)
    return 10 * mse_loss(found[pairs], wanted[pairs])


def steps_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """Return the squared error at the steps that a teacher heard: those without NaN.

    Source: A. Romero and others, "FitNets: hints for thin deep nets" (2015).
    """
    heard = torch.isfinite(wanted)
    error = torch.where(heard, found - wanted, 0).square().sum()
    return error / heard.sum().clamp(min=1)
