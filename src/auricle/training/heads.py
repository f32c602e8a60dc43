"""The shipped heads: genre, kind and sub-genre, fitted on the finished embedding."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..analysis import excerpt_count, hear, pool
from ..audio import open_excerpts
from ..errors import AudioError, TrainingError
from ..evaluate.crossfit import HEAD_OPTIONS, Examples
from ..models import Head, Model, load_model, replace_heads
from ..teach.fit import ExcerptExamples, HeadSpec, fit_head, recalibrate
from ..teach.multilabel import MultiLabelSpec, fit_multilabel_head
from ..types import Failure, FloatArray
from ..vectors import unit_rows
from .card import draft_card
from .data import TrainingData
from .head_recipe import ExampleRecipe, HeadRecipe
from .recipe import Recipe
from .windows import audio_path, group_of, read_manifest

EVERY_OTHER = "*"
"""Stands for all labels that a head does not name."""


@dataclass(frozen=True, slots=True)
class Example:
    """A track that a head learns from."""

    path: Path
    label: str
    group: str
    source: str
    recipe: ExampleRecipe


def check_heads(recipe: Recipe, root: Path) -> tuple[str, ...]:
    """Find out before the network is trained what would keep its heads from being fitted.

    Returns:
        What is odd and may be meant so, in words.

    Raises:
        TrainingError: if a manifest, its audio, a head's examples or a teacher's class is missing.
    """
    notes = []
    for head in recipe.heads:
        if head.teacher_output:
            _teacher_columns(head, root)
        else:
            _check_labels(head, root)
        list(read_examples(replace(head, examples=head.calibration), root))
        if unnamed := _unnamed(head, root):
            told = ", ".join(f"{label} ({count})" for label, count in sorted(unnamed.items()))
            notes.append(f"head {head.name!r} names no label for, and leaves out: {told}")
    return tuple(notes)


def _check_labels(head: HeadRecipe, root: Path) -> None:
    """Refuse a head with nothing to tell apart."""
    found = {example.label for example in read_examples(head, root)}
    if not found:
        raise _no_example(head)
    if len(found) == 1:
        raise TrainingError(
            f"head {head.name!r} has examples of one label only, {found.pop()!r}: it needs two"
        )


def _unnamed(head: HeadRecipe, root: Path) -> Counter[str]:
    """Return the labels of the manifests' rows that the head does not name, with their numbers."""
    rows = (
        row.get(recipe.label_column, "")
        for recipe in head.examples
        for row in read_manifest(root / recipe.manifest)
        if _wanted(row, recipe.where)
    )
    return Counter(label for label in rows if label and not rename(label, head.labels))


def _no_example(head: HeadRecipe) -> TrainingError:
    return TrainingError(f"head {head.name!r} has no example: check its manifests")


def fit_heads(recipe: Recipe, data: TrainingData, root: Path, bundle: Path) -> tuple[Failure, ...]:
    """Fit every head of the recipe and put them into the bundle.

    Returns:
        The examples that could not be heard and are left out.

    Raises:
        TrainingError: if a head has no example.
    """
    model = load_model(bundle)
    heard: _HeardBefore = {}
    heads = [_fit(head, data, root, model, heard) for head in recipe.heads]
    replace_heads(bundle, heads, card=draft_card(recipe, data.train.windows, heads))
    return tuple(found for found in heard.values() if isinstance(found, Failure))


@dataclass(frozen=True, slots=True)
class _Heard:
    """A track's unit embedding, shape (dim,), and its excerpts', shape (n, dim)."""

    track: FloatArray
    excerpts: FloatArray


_HeardBefore = dict[tuple[Path, str], _Heard | Failure]
"""What came of a path, listened to with a profile."""


def _fit(
    head: HeadRecipe, data: TrainingData, root: Path, model: Model, heard: _HeardBefore
) -> Head:
    """Fit one head, from teachers' outputs or from labelled tracks."""
    if head.teacher_output:
        return _fit_from_teacher(head, data, root, model)
    examples, excerpts = _hear_examples(head, root, model, heard)
    fit = replace(HEAD_OPTIONS, bags=head.bags, balance=head.balance)
    spec = HeadSpec(head.name, model.id, fit=fit, meta={"domain": head.domain})
    fitted = fit_head(examples, spec, excerpts=excerpts)
    if not head.calibration:
        return fitted
    unseen = _hear_examples(replace(head, examples=head.calibration), root, model, heard)
    return recalibrate(fitted, *unseen)


def _hear_examples(
    head: HeadRecipe, root: Path, model: Model, heard: _HeardBefore
) -> tuple[Examples, ExcerptExamples]:
    """Embed the audible examples of a head; what was heard before is not heard again."""
    tracks: list[_Heard] = []
    kept: list[Example] = []
    for example in read_examples(head, root):
        key = (example.path, example.recipe.profile)
        if key not in heard:
            heard[key] = _listen(example, model)
        found = heard[key]
        if isinstance(found, _Heard) and found.track.any():
            tracks.append(found)
            kept.append(example)
    if not kept:
        raise _no_example(head)
    examples = Examples(
        np.stack([each.track for each in tracks]),
        tuple(example.label for example in kept),
        tuple(example.group for example in kept),
        tuple(example.source for example in kept) if head.by_source else (),
    )
    counts = [len(each.excerpts) for each in tracks]
    excerpts = ExcerptExamples(
        np.concatenate([each.excerpts for each in tracks]),
        np.repeat(np.arange(len(tracks)), counts),
    )
    return examples, excerpts


def read_examples(head: HeadRecipe, root: Path) -> Iterator[Example]:
    """Yield the labelled tracks of a head's manifests, under the head's own labels.

    Raises:
        TrainingError: if a manifest cannot be read, or names audio that is not there.
    """
    for recipe in head.examples:
        for row in read_manifest(root / recipe.manifest):
            label = rename(row.get(recipe.label_column, ""), head.labels)
            if label and _wanted(row, recipe.where):
                path = audio_path(row, root / recipe.audio_dir)
                source = row.get("source") or recipe.manifest
                yield Example(path, label, group_of(row), source, recipe)


def rename(label: str, names: Mapping[str, str]) -> str:
    """Return the head's name for a manifest's label, '' to leave the track out."""
    return names.get(label, names.get(EVERY_OTHER, ""))


def _wanted(row: Mapping[str, str], where: Mapping[str, list[str]]) -> bool:
    """Tell whether every named column has one of its allowed values."""
    return all(row.get(column, "") in allowed for column, allowed in where.items())


def _listen(example: Example, model: Model) -> _Heard | Failure:
    """Embed one track, or say why not."""
    try:
        with open_excerpts(
            example.path,
            sample_rate=model.spec.features.sample_rate,
            excerpt_s=model.spec.excerpt_s,
            count=excerpt_count(example.recipe.profile),
        ) as stream:
            heard = hear(stream, model)
    except AudioError as error:
        return Failure(str(example.path), type(error).__name__, str(error))
    return _Heard(pool(heard), unit_rows(heard.embeddings[heard.audible]))


def _fit_from_teacher(head: HeadRecipe, data: TrainingData, root: Path, model: Model) -> Head:
    """Fit a multi-label head to the probabilities that a teacher gave to the training windows.

    Raises:
        TrainingError: if no window has that output, or it has no class of a wanted name.
    """
    columns = _teacher_columns(head, root)
    logits = data.train.windows.teachers.get(head.teacher_output)
    if logits is None:
        raise TrainingError(f"head {head.name!r}: no teacher has an output {head.teacher_output!r}")
    ready = data.train.ready()
    ready = ready[~np.isnan(logits[ready, 0])]
    targets = 1 / (1 + np.exp(-logits[np.ix_(ready, columns)].astype(np.float64)))
    rows = [
        model.session.run(
            np.ascontiguousarray(data.train.cache.window(index).T[None], dtype=np.float32)
        )[0]
        for index in ready
    ]
    spec = MultiLabelSpec(
        head.name,
        model.id,
        tuple(head.labels.values()),
        threshold=head.threshold,
        meta={"domain": head.domain, "learnt_from": head.teacher_output},
    )
    return fit_multilabel_head(unit_rows(np.stack(rows)), targets, spec)


def _teacher_columns(head: HeadRecipe, root: Path) -> NDArray[np.int64]:
    """Return where the head's labels stand among the teacher's classes."""
    path = root / head.teacher_labels
    try:
        names = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise TrainingError(f"{path}: class names cannot be read ({error.strerror})") from error
    if unknown := set(head.labels) - set(names):
        raise TrainingError(f"{path}: has no class named {', '.join(sorted(unknown))}")
    return np.array([names.index(name) for name in head.labels])
