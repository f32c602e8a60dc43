"""Predictions for tracks by models that saw neither them nor their artist."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from .arrays import AnyFloats, BoolArray, DoubleArray, IntArray
from .bagging import draws, mean_model
from .linear import LinearModel, balanced_weights, fit_logistic, softmax
from .metrics import accuracy, negative_log_likelihood
from .splits import inner_folds
from .temperature import fit_temperature

C_GRID = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Inverse strengths of regularisation to choose from."""

MISSING_LOGIT = 10.0
"""How far below all others the logit of a label lies that the training part lacked."""


@dataclass(frozen=True)
class Examples:
    """Labelled embeddings.

    Attributes:
        embeddings: shape (n, dim).
        labels: of each row, shape (n,).
        groups: the artist of each row, shape (n,).
        sources: the data set of each row, shape (n,), or none where that is nothing to balance.
    """

    embeddings: AnyFloats
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    sources: tuple[str, ...] = ()
    names: tuple[str, ...] = field(init=False)
    label_index: IntArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the labels.

        Raises:
            ValueError: if the lengths differ or the embeddings are not a matrix.
        """
        n = len(self.labels)
        lengths = {len(self.embeddings), len(self.groups), len(self.sources) or n}
        if self.embeddings.ndim != 2 or lengths != {n}:
            raise ValueError(
                f"embeddings {self.embeddings.shape}, {n} labels, {len(self.groups)} groups and "
                f"{len(self.sources)} sources do not belong together"
            )
        names, index = np.unique(np.asarray(self.labels, dtype=str), return_inverse=True)
        object.__setattr__(self, "names", tuple(map(str, names)))
        object.__setattr__(self, "label_index", index.astype(np.int64))

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def cells(self) -> tuple[Hashable, ...]:
        """What is balanced: the labels, or every label's sources, shape (n,)."""
        return tuple(zip(self.labels, self.sources, strict=True)) if self.sources else self.labels

    def where(self, mask: BoolArray) -> "Examples":
        """Return the rows of a mask, shape (n,)."""
        return self.take(np.flatnonzero(mask))

    def take(self, rows: IntArray) -> "Examples":
        """Return some rows, in that order, perhaps one several times."""
        columns = (self.labels, self.groups, self.sources)
        chosen = [tuple(column[row] for row in rows) if column else () for column in columns]
        return Examples(self.embeddings[rows], *chosen)


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How a linear model is fitted and its C chosen.

    Attributes:
        c_grid: values of C to choose from, inside the training part only.
        inner_folds: number of grouped folds of that choice.
        criterion: what the choice maximises: ``accuracy``, or the ``likelihood`` under the
            temperature that suits it best, as heads have one; ties go to the smallest C.
        balance: from 0, every example weighs alike, to 1, every label does, or every label's
            sources where the examples tell them.
        bags: fit so many models on artists drawn anew and take their mean; 1 is a plain fit.
            C is always chosen by plain fits.
        seed: of the folds.
    """

    c_grid: tuple[float, ...] = C_GRID
    inner_folds: int = 5
    criterion: Literal["accuracy", "likelihood"] = "accuracy"
    balance: float = 0.0
    bags: int = 1
    seed: int = 0


HEAD_OPTIONS = FitOptions(inner_folds=3, criterion="likelihood", balance=1.0)
"""How heads are fitted unless told otherwise: labels weigh alike, C by likelihood."""


@dataclass(frozen=True)
class CrossFit:
    """Out-of-fold results.

    Attributes:
        labels: the classes, sorted.
        logits: shape (n, n_labels), each row from a model that did not see its fold.
        folds: shape (n,).
        c: the C of each fold's model, in order of the fold numbers.
    """

    labels: tuple[str, ...]
    logits: DoubleArray
    folds: IntArray
    c: tuple[float, ...]

    @property
    def predicted(self) -> IntArray:
        """Label indices, shape (n,)."""
        return np.asarray(self.logits.argmax(axis=1), dtype=np.int64)


def cross_fit(examples: Examples, folds: IntArray, options: FitOptions) -> CrossFit:
    """Hold out every fold once; C is chosen anew inside each training part.

    Args:
        examples: at least two labels in every training part.
        folds: shape (n,).
        options: how to fit.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    logits = np.zeros((len(examples), len(examples.names)))
    chosen = []
    for fold in np.unique(folds):
        held_out = folds == fold
        training = examples.where(~held_out)
        c = choose_c(training, options)
        chosen.append(c)
        logits[held_out] = transfer_logits(
            training, examples.embeddings[held_out], examples.names, c, options
        )
    return CrossFit(examples.names, logits, folds, tuple(chosen))


def choose_c(examples: Examples, options: FitOptions) -> float:
    """Return the C that does best on grouped folds of these examples."""
    if len(options.c_grid) == 1 or len(examples.names) == 1:
        return options.c_grid[0]
    options = replace(options, bags=1)
    folds = inner_folds(examples.labels, examples.groups, options.inner_folds, seed=options.seed)
    scores = [
        _score(examples, _one_c(examples, folds, c, options), options) for c in options.c_grid
    ]
    return options.c_grid[int(np.argmax(scores))]


def transfer_logits(
    training: Examples,
    embeddings: AnyFloats,
    labels: Sequence[str],
    c: float,
    options: FitOptions,
) -> DoubleArray:
    """Fit on some examples and return logits of others, with a column per asked label.

    A label that the training examples lack gets a logit ``MISSING_LOGIT`` below all others.
    """
    if len(training.names) == 1:  # nothing to choose between: always that label
        return np.where(np.asarray(labels) == training.names[0], MISSING_LOGIT, 0.0) + np.zeros(
            (len(embeddings), 1)
        )
    model = fit_linear(training, c, options)
    known = model.logits(embeddings)
    column = {label: i for i, label in enumerate(model.labels)}
    missing = known.min(axis=1) - MISSING_LOGIT
    return np.column_stack(
        [known[:, column[label]] if label in column else missing for label in labels]
    )


def fit_linear(examples: Examples, c: float, options: FitOptions) -> LinearModel:
    """Fit the linear model that the options ask for."""
    if options.bags == 1:
        return _fit_once(examples, c, options)
    models = [
        _fit_once(examples.take(rows), c, options)
        for rows in draws(examples.labels, examples.groups, options.bags)
    ]
    return mean_model(models, examples.embeddings)


def _fit_once(examples: Examples, c: float, options: FitOptions) -> LinearModel:
    weights = balanced_weights(examples.cells, options.balance)
    return fit_logistic(examples.embeddings, examples.labels, c, weights=weights)


def _one_c(examples: Examples, folds: IntArray, c: float, options: FitOptions) -> DoubleArray:
    logits = np.zeros((len(examples), len(examples.names)))
    for fold in np.unique(folds):
        held_out = folds == fold
        logits[held_out] = transfer_logits(
            examples.where(~held_out),
            examples.embeddings[held_out],
            examples.names,
            c,
            options,
        )
    return logits


def _score(examples: Examples, logits: DoubleArray, options: FitOptions) -> float:
    if options.criterion == "accuracy":
        return accuracy(examples.label_index, logits.argmax(axis=1))
    temperature = fit_temperature(logits, examples.label_index)
    return -negative_log_likelihood(examples.label_index, softmax(logits / temperature))
