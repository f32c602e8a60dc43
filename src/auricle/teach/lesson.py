"""One lesson: from labelled tracks to a head, with an honest word about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..audio import find_audio
from ..batch import BatchOptions
from ..errors import ManifestError, SpaceMismatch
from ..evaluate.crossfit import HEAD_OPTIONS, Examples, FitOptions
from ..evaluate.hearing import HeardFile, Progress, hear_files
from ..evaluate.leaks import LEARNT_FILES, file_digest
from ..evaluate.linear import softmax
from ..evaluate.manifest import Track
from ..evaluate.probing import examples_of
from ..evaluate.report import plain
from ..evaluate.vectors import Vectors, read_vectors
from ..models import Head, find_bundle
from ..types import Failure, FloatArray
from ..vectors import unit_rows
from .estimate import Estimate, estimate, hold_out
from .fit import ExcerptExamples, HeadSpec, fit_head
from .noise import probably_wrong
from .sources import labels_too_small, slips
from .suggest import suggest

HEAD_NAME = "genre"
"""A taught head takes the place of the bundle's genre head."""


@dataclass(frozen=True)
class LessonOptions:
    """How to teach.

    Attributes:
        batch: how files are heard, with which model.
        embeddings: an .npz written by ``auricle embed``, used instead of hearing the files.
        fit: of the linear model.
        domain: ``any`` sound, or ``music`` only (others then stay unknown).
        suggestions: how many unlabelled tracks to name.
        unlabelled: folder of those.
    """

    batch: BatchOptions = field(default_factory=BatchOptions)
    embeddings: Path | None = None
    fit: FitOptions = HEAD_OPTIONS
    domain: str = "any"
    suggestions: int = 0
    unlabelled: Path | None = None


@dataclass(frozen=True, slots=True)
class DoubtfulTrack:
    """A track whose label is probably wrong."""

    path: str
    given: str
    heard: str
    given_probability: float
    heard_probability: float


@dataclass(frozen=True, slots=True)
class SuggestedTrack:
    """An unlabelled track worth labelling."""

    path: str
    guess: str
    uncertainty: float
    novelty: float


@dataclass(frozen=True)
class Lesson:
    """What came of it.

    Attributes:
        head: ready to be saved.
        n_tracks: that it learned from.
        estimate: of its accuracy on new artists.
        doubts: probably wrong labels, most doubtful first.
        suggestions: tracks to label next, most useful first.
        failures: files that could not be heard.
        notes: what else should be known, in words.
    """

    head: Head
    n_tracks: int
    estimate: Estimate
    doubts: tuple[DoubtfulTrack, ...]
    suggestions: tuple[SuggestedTrack, ...]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "labels": list(self.head.labels),
            "model": self.head.model_id,
            "n_tracks": self.n_tracks,
            "threshold": round(self.head.threshold, 4),
            "estimate": self.estimate.to_dict(),
            "doubts": plain(self.doubts),
            "suggestions": plain(self.suggestions),
            "failures": plain(self.failures),
            "notes": list(self.notes),
        }


def teach(
    tracks: Sequence[Track], options: LessonOptions, progress: Progress | None = None
) -> Lesson:
    """Fit a head to labelled tracks and say how good it is.

    Args:
        tracks: from ``read_examples``.
        options: how to teach.
        progress: is told each file that was heard.

    Raises:
        ManifestError: fewer than two labels with two examples each are left.
        ModelError: the model cannot be used, or is not the one of the stored embeddings.
        MissingExtra: scikit-learn is not installed.
    """
    material = _gather(tracks, options, progress)
    kept, notes = _enough(material)
    examples = examples_of(kept, {t.clip_id: material.files[t.clip_id].embedding for t in kept})
    expected = estimate(examples, hold_out(examples, [t.fold for t in kept]), options.fit)
    files = sorted(digest for track in kept if (digest := file_digest(track)))
    meta = {"domain": options.domain, "estimate": expected.to_dict(), LEARNT_FILES: files}
    head = fit_head(
        examples,
        HeadSpec(HEAD_NAME, material.model_id, fit=options.fit, meta=meta),
        held_out=expected.held_out,
        excerpts=_excerpts(kept, material),
    )
    return Lesson(
        head=head,
        n_tracks=len(kept),
        estimate=expected,
        doubts=_doubts(kept, examples, expected, head.temperature),
        suggestions=_suggestions(head, examples, options, progress),
        failures=material.failures,
        notes=notes,
    )


@dataclass(frozen=True)
class _Material:
    """The tracks, as far as they could be heard."""

    model_id: str
    tracks: tuple[Track, ...]
    files: dict[str, HeardFile]
    failures: tuple[Failure, ...]
    silent: int


def _gather(
    tracks: Sequence[Track], options: LessonOptions, progress: Progress | None
) -> _Material:
    failures: tuple[Failure, ...] = ()
    if options.embeddings:
        vectors = read_vectors(options.embeddings)
        _check_model(vectors, options)
        rows = vectors.find(tracks)
        empty = np.zeros((0, vectors.embeddings.shape[1]), dtype=np.float32)
        unit = unit_rows(vectors.embeddings)
        files = {name: HeardFile(unit[row], empty, 0.0) for name, row in rows.items()}
        model_id = vectors.model
    else:
        hearing = hear_files([t.path for t in tracks], options.batch, progress=progress)
        files = {t.clip_id: hearing.files[t.path] for t in tracks if t.path in hearing.files}
        model_id, failures = hearing.model_id, hearing.failures
    loud = tuple(t for t in tracks if t.clip_id in files and not files[t.clip_id].silent)
    silent = sum(file.silent for file in files.values())
    return _Material(model_id, loud, files, failures, silent)


def _check_model(vectors: Vectors, options: LessonOptions) -> None:
    """Check that the head will be of a model, and hears suggestions with that one.

    Raises:
        ManifestError: the file does not say which model made it.
        SpaceMismatch: suggestions would be heard with another model.
    """
    if not vectors.model:
        raise ManifestError(
            f"{options.embeddings}: has no array 'model', so nothing could be heard with the head; "
            "make it with auricle embed"
        )
    if options.unlabelled is None:
        return
    hears = find_bundle(options.batch.model).id
    if hears != vectors.model:
        raise SpaceMismatch(
            f"{options.embeddings}: was made with {vectors.model}, but suggestions would be heard "
            f"with {hears}: choose that model, or make the embeddings again"
        )


def _enough(material: _Material) -> tuple[list[Track], tuple[str, ...]]:
    """Return the tracks of labels with at least two examples, and what was left out."""
    labels = [track.label for track in material.tracks]
    small = labels_too_small(labels)
    kept = [track for track in material.tracks if track.label not in small]
    notes = [f"label '{label}' has {n} example and is left out" for label, n in small.items()]
    notes += [f"{' and '.join(map(repr, slip))} are learned apart" for slip in slips(labels)]
    if material.silent:
        notes.append(f"{material.silent} files hold nothing but silence and are left out")
    if len({track.label for track in kept}) < 2:
        raise ManifestError(
            f"at least two labels with two examples each are needed; heard "
            f"{len(material.tracks)} tracks of {len({t.label for t in material.tracks})} labels"
        )
    return kept, tuple(notes)


def _excerpts(kept: Sequence[Track], material: _Material) -> ExcerptExamples:
    parts = [material.files[track.clip_id].excerpts for track in kept]
    audible = [part[np.any(part, axis=1)] for part in parts]
    track = np.repeat(np.arange(len(parts)), [len(part) for part in audible])
    return ExcerptExamples(np.concatenate(audible), track)


def _doubts(
    kept: Sequence[Track], examples: Examples, expected: Estimate, temperature: float
) -> tuple[DoubtfulTrack, ...]:
    probabilities = softmax(expected.held_out.logits / temperature)
    names = examples.names
    return tuple(
        DoubtfulTrack(
            kept[doubt.row].path,
            names[doubt.given],
            names[doubt.heard],
            doubt.given_probability,
            doubt.heard_probability,
        )
        for doubt in probably_wrong(probabilities, examples.label_index)
    )


def _suggestions(
    head: Head, examples: Examples, options: LessonOptions, progress: Progress | None
) -> tuple[SuggestedTrack, ...]:
    if not options.suggestions or options.unlabelled is None:
        return ()
    paths = sorted(find_audio(options.unlabelled))
    heard = hear_files(paths, options.batch, progress=progress).files
    known = [path for path, file in heard.items() if not file.silent]
    if not known:
        return ()
    rows: FloatArray = np.stack([heard[path].embedding for path in known])
    labelled = np.asarray(examples.embeddings, dtype=np.float32)
    return tuple(
        SuggestedTrack(known[s.row], s.guess, s.uncertainty, s.novelty)
        for s in suggest(head, labelled, rows, options.suggestions)
    )
