"""Fit heads: from embeddings and labels to a calibrated linear model."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..evaluate.arrays import AnyFloats, DoubleArray, IntArray
from ..evaluate.calibration import top_answers
from ..evaluate.crossfit import (
    HEAD_OPTIONS,
    CrossFit,
    Examples,
    FitOptions,
    choose_c,
    cross_fit,
    fit_linear,
    transfer_logits,
)
from ..evaluate.linear import LinearModel, softmax
from ..evaluate.splits import inner_folds
from ..evaluate.temperature import fit_temperature
from ..models import Head
from .calibrate import WRONG_COST, choose_threshold

CALIBRATION_FOLDS = 10


@dataclass(frozen=True)
class HeadSpec:
    """What a head is to be, apart from its numbers.

    Attributes:
        name: of the head: ``genre``, ``kind``, or any other.
        model_id: of the backbone whose embeddings these are.
        fit: how the linear model is fitted.
        wrong_cost: of a wrong name against "unknown", see ``choose_threshold``.
        meta: free JSON, kept in the head; ``domain`` is ``music`` (the head speaks of music only,
            so other sounds stay unknown) or ``any``.
    """

    name: str
    model_id: str
    fit: FitOptions = HEAD_OPTIONS
    wrong_cost: float = WRONG_COST
    meta: Mapping[str, Any] = field(default_factory=lambda: {"domain": "any"})


@dataclass(frozen=True)
class ExcerptExamples:
    """Excerpts of the example tracks, to calibrate what is said of one excerpt.

    Attributes:
        embeddings: unit rows, shape (n_excerpts, dim).
        track: row of the example each belongs to, shape (n_excerpts,).
    """

    embeddings: AnyFloats
    track: IntArray


def fit_head(
    examples: Examples,
    spec: HeadSpec,
    *,
    held_out: CrossFit | None = None,
    excerpts: ExcerptExamples | None = None,
) -> Head:
    """Fit a head that gives one label.

    Multinomial logistic regression on standardised unit embeddings. C is chosen by folds of whole
    artists; temperature and threshold come from predictions of tracks whose artist the model did
    not see. The weights are then fitted on all examples.

    Args:
        examples: unit embeddings, labels, artists; at least two labels.
        spec: what the head is to be.
        held_out: out-of-fold predictions of the same examples with ``with_chosen_c``, by folds of
            the caller; by folds of whole artists if absent.
        excerpts: excerpts of the same tracks; without them an excerpt is judged like a track.

    Raises:
        ValueError: fewer than two labels.
        MissingExtra: scikit-learn is not installed.
    """
    if len(examples.names) < 2:
        raise ValueError(f"a head needs at least two labels, not {list(examples.names)}")
    fit = with_chosen_c(examples, spec.fit)
    (c,) = fit.c_grid
    held_out = held_out or _held_out(examples, fit)
    model = fit_linear(examples, c, fit)
    true = examples.label_index
    temperature = fit_temperature(held_out.logits, true)
    confidence, correct = top_answers(true, softmax(held_out.logits / temperature))
    return Head(
        name=spec.name,
        task="single",
        **_arrays(model),
        model_id=spec.model_id,
        temperature=temperature,
        excerpt_temperature=_excerpt_temperature(examples, held_out, fit, excerpts) or temperature,
        threshold=choose_threshold(confidence, correct, wrong_cost=spec.wrong_cost),
        meta={**spec.meta, **_counts(examples), "c": c},
    )


def recalibrate(head: Head, unseen: Examples, excerpts: ExcerptExamples) -> Head:
    """Return the head with temperatures and threshold fitted on tracks that nothing learnt from.

    Folds of the examples know tracks that the head did not see, but not what the backbone makes of
    sound that *it* did not see: there it is less sure of itself than on what it was trained on.

    Args:
        head: that gives one label.
        unseen: unit embeddings and labels, by artists that neither head nor backbone heard.
        excerpts: of the same tracks.

    Raises:
        ValueError: a label that the head does not know.
    """
    known = dict(zip(head.labels, range(len(head.labels)), strict=True))
    if strange := set(unseen.names) - set(known):
        raise ValueError(f"head {head.name!r} does not know the labels {sorted(strange)}")
    true = np.array([known[label] for label in unseen.labels])
    logits = head.logits(unseen.embeddings)
    temperature = fit_temperature(logits, true)
    confidence, correct = top_answers(true, softmax(logits / temperature))
    return replace(
        head,
        temperature=temperature,
        excerpt_temperature=fit_temperature(head.logits(excerpts.embeddings), true[excerpts.track]),
        threshold=choose_threshold(confidence, correct),
        meta={**head.meta, "calibrated_on": len(unseen)},
    )


def with_chosen_c(examples: Examples, fit: FitOptions) -> FitOptions:
    """Return the options with the one C that they choose for these examples.

    Predictions are calibrated with the C of the model that will make them: another one speaks up
    more, or less.
    """
    return replace(fit, c_grid=(choose_c(examples, fit),))


def _held_out(examples: Examples, fit: FitOptions) -> CrossFit:
    """Predict every example by a model that did not hear its artist."""
    folds = inner_folds(examples.labels, examples.groups, CALIBRATION_FOLDS, seed=fit.seed)
    return cross_fit(examples, folds, fit)


def _excerpt_temperature(
    examples: Examples,
    held_out: CrossFit,
    fit: FitOptions,
    excerpts: ExcerptExamples | None,
) -> float | None:
    """Fit the temperature on excerpts, each judged by the model that did not see its fold."""
    if excerpts is None or len(excerpts.track) == 0:
        return None
    logits: DoubleArray = np.zeros((len(excerpts.track), len(examples.names)))
    for fold, c in zip(np.unique(held_out.folds), held_out.c, strict=True):
        rows = held_out.folds[excerpts.track] == fold
        training = examples.where(held_out.folds != fold)
        logits[rows] = transfer_logits(training, excerpts.embeddings[rows], examples.names, c, fit)
    return fit_temperature(logits, examples.label_index[excerpts.track])


def _arrays(model: LinearModel) -> dict[str, Any]:
    return {
        "labels": model.labels,
        "weights": model.weights.astype(np.float32),
        "bias": model.bias.astype(np.float32),
        "mean": model.mean.astype(np.float32),
        "scale": model.scale.astype(np.float32),
    }


def _counts(examples: Examples) -> dict[str, Any]:
    counts = np.bincount(examples.label_index)
    return {
        "examples": dict(zip(examples.names, map(int, counts), strict=True)),
        "n_groups": len(set(examples.groups)),
    }
