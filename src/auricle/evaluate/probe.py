"""The probe: how much a plain linear model can read out of an embedding.

Any embedding is judged alike: standardise every dimension, multinomial logistic regression, C
chosen from a fixed grid inside the training part by folds of whole artists.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .arrays import DoubleArray, IntArray
from .bootstrap import Interval, group_bootstrap
from .crossfit import Examples, FitOptions, choose_c, cross_fit, transfer_logits
from .metrics import accuracy
from .splits import random_folds

ACROSS = "across sources"
"""Name of the probe whose training part never heard the judged source."""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What the probe found.

    Attributes:
        name: what was probed: a source, or ``all``.
        protocol: how training and evaluation were kept apart, in words.
        labels: the classes.
        accuracy: with C chosen inside the training part; the honest figure.
        accuracy_by_c: (C, accuracy) with that one C throughout.
        c: the chosen values, one per fold.
        leaky_accuracy: the same with random folds that mix artists, or None when every track
            is its own artist and there is nothing to leak.
    """

    name: str
    protocol: str
    labels: tuple[str, ...]
    accuracy: Interval
    accuracy_by_c: tuple[tuple[float, float], ...]
    c: tuple[float, ...]
    leaky_accuracy: float | None = None

    @property
    def best_c_accuracy(self) -> float:
        """The accuracy of the C that turned out best: optimistic, as often published."""
        return max(value for _, value in self.accuracy_by_c)


def probe_folds(
    name: str,
    examples: Examples,
    folds: IntArray,
    options: FitOptions | None = None,
    *,
    protocol: str = "",
) -> ProbeResult:
    """Hold out every fold once.

    Args:
        name: what is probed.
        examples: embeddings, labels and artists.
        folds: shape (n,); no artist in two of them, or the figure is not honest.
        options: of the fit.
        protocol: what the folds are, in words, if not folds of artists.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    options = options or FitOptions()
    true = examples.label_index
    honest = cross_fit(examples, folds, options)
    return ProbeResult(
        name=name,
        protocol=protocol or f"{len(np.unique(folds))} folds of whole artists",
        labels=examples.names,
        accuracy=_interval(true, honest.predicted, examples.groups),
        accuracy_by_c=tuple(
            (c, accuracy(true, cross_fit(examples, folds, replace(options, c_grid=(c,))).predicted))
            for c in options.c_grid
        ),
        c=honest.c,
        leaky_accuracy=_leaky(examples, len(np.unique(folds)), options),
    )


def probe_split(
    name: str, training: Examples, evaluation: Examples, options: FitOptions | None = None
) -> ProbeResult:
    """Fit on a given training part, judge on a given evaluation part.

    Every evaluation track counts, also one whose label the training part lacks.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    options = options or FitOptions()
    names = tuple(sorted({*training.names, *evaluation.names}))
    true = np.asarray([names.index(label) for label in evaluation.labels], dtype=np.int64)

    def predict(c: float) -> IntArray:
        logits = transfer_logits(training, evaluation.embeddings, names, c, options)
        return np.asarray(logits.argmax(axis=1), dtype=np.int64)

    chosen = choose_c(training, options)
    return ProbeResult(
        name=name,
        protocol=f"given split: {len(training)} training, {len(evaluation)} evaluation tracks",
        labels=names,
        accuracy=_interval(true, predict(chosen), evaluation.groups),
        accuracy_by_c=tuple((c, accuracy(true, predict(c))) for c in options.c_grid),
        c=(chosen,),
        leaky_accuracy=_leaky_split(training, evaluation, chosen),
    )


def _interval(true: IntArray, predicted: IntArray, groups: Sequence[str]) -> Interval:
    correct = (true == predicted).astype(float)
    return group_bootstrap(lambda rows: float(np.mean(correct[rows])), groups)


def _leaky(examples: Examples, n_folds: int, options: FitOptions) -> float | None:
    """Return the accuracy over folds that mix artists."""
    if len(set(examples.groups)) == len(examples):
        return None
    folds = random_folds(examples.labels, n_folds, seed=options.seed)
    return accuracy(examples.label_index, cross_fit(examples, folds, options).predicted)


def _leaky_split(training: Examples, evaluation: Examples, c: float) -> float | None:
    """Return the mean accuracy over five random splits of the same sizes that mix artists."""
    both = Examples(
        np.concatenate([training.embeddings, evaluation.embeddings]),
        training.labels + evaluation.labels,
        training.groups + evaluation.groups,
    )
    if len(set(both.groups)) == len(both):
        return None
    scores: list[float] = []
    for seed in range(5):
        held_out = np.random.default_rng(seed).permutation(len(both)) < len(evaluation)
        logits = transfer_logits(
            both.where(~held_out), both.embeddings[held_out], both.names, c, FitOptions()
        )
        scores.append(accuracy(both.label_index[held_out], _argmax(logits)))
    return float(np.mean(scores))


def _argmax(logits: DoubleArray) -> IntArray:
    return np.asarray(logits.argmax(axis=1), dtype=np.int64)
