"""What a lesson learns from: tracks as they were heard, and what is wrong with some of them."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..audio import find_audio
from ..batch import BatchOptions
from ..errors import ManifestError, SpaceMismatch
from ..evaluate.crossfit import HEAD_OPTIONS, FitOptions
from ..evaluate.hearing import HeardFile, Progress, hear_files
from ..evaluate.manifest import Track
from ..evaluate.vectors import Vectors, read_vectors
from ..models import find_bundle
from ..types import UNKNOWN, Failure
from ..vectors import unit_rows
from .copies import first_copies
from .sources import labels_too_small, slips


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


@dataclass(frozen=True)
class Material:
    """The tracks, as far as they could be heard.

    Attributes:
        model_id: of what heard them.
        tracks: those with sound.
        files: what was heard, by clip_id.
        failures: files that could not be heard.
        silent: number of files with nothing but silence.
        missing: number of tracks that a file of stored embeddings lacks.
    """

    model_id: str
    tracks: tuple[Track, ...]
    files: dict[str, HeardFile]
    failures: tuple[Failure, ...]
    silent: int
    missing: int


def gather(tracks: Sequence[Track], options: LessonOptions, progress: Progress | None) -> Material:
    """Hear the tracks, or read their stored embeddings.

    Raises:
        ManifestError: stored embeddings cannot be read, or do not say what made them.
        ModelError: the model cannot be used, or is not the one of the stored embeddings.
    """
    failures: tuple[Failure, ...] = ()
    missing = 0
    if options.embeddings:
        vectors = read_vectors(options.embeddings)
        _check_model(vectors, options)
        rows = vectors.find(tracks)
        empty = np.zeros((0, vectors.embeddings.shape[1]), dtype=np.float32)
        unit = unit_rows(vectors.embeddings)
        files = {name: HeardFile(unit[row], empty, 0.0) for name, row in rows.items()}
        model_id, missing = vectors.model, len(tracks) - len(files)
    else:
        hearing = hear_files([t.path for t in tracks], options.batch, progress=progress)
        files = {t.clip_id: hearing.files[t.path] for t in tracks if t.path in hearing.files}
        model_id, failures = hearing.model_id, hearing.failures
    loud = tuple(t for t in tracks if t.clip_id in files and not files[t.clip_id].silent)
    silent = sum(file.silent for file in files.values())
    return Material(model_id, loud, files, failures, silent, missing)


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


def enough(material: Material) -> tuple[list[Track], tuple[str, ...]]:
    """Return the tracks of labels with at least two examples, and what should be known of them.

    Raises:
        ManifestError: fewer than two such labels are left, or one cannot be.
    """
    labels = [track.label for track in material.tracks]
    if UNKNOWN in labels:
        raise ManifestError(f"label '{UNKNOWN}': heads say that when they are not sure; rename it")
    small = labels_too_small(labels)
    kept = [track for track in material.tracks if track.label not in small]
    notes = [f"label '{label}' has {n} example and is left out" for label, n in small.items()]
    notes += [f"{' and '.join(map(repr, slip))} are learned apart" for slip in slips(labels)]
    notes += _copies(kept, material)
    if material.missing:
        notes.append(f"{material.missing} tracks are not in the file of embeddings and left out")
    if material.silent:
        notes.append(f"{material.silent} files hold nothing but silence and are left out")
    if len({track.label for track in kept}) < 2:
        raise ManifestError(
            f"at least two labels with two examples each are needed; heard "
            f"{len(material.tracks)} tracks of {len({t.label for t in material.tracks})} labels"
        )
    return kept, tuple(notes)


def _copies(kept: Sequence[Track], material: Material) -> Iterator[str]:
    """Yield what should be known of tracks with the same sound."""
    firsts = first_copies(np.array([material.files[t.clip_id].embedding for t in kept]))
    pairs = [(kept[first], track) for first, track in zip(firsts, kept, strict=True)]
    copies = [(one, two) for one, two in pairs if one is not two]
    if copies:
        one, two = copies[0]
        yield f"{len(copies)} tracks sound the same as another, as {two.path} and {one.path}"
    for one, two in copies:
        if one.label != two.label:
            yield f"{two.path} is {two.label!r}, its copy {one.path} {one.label!r}"
            return


def candidates_for(tracks: Sequence[Track], options: LessonOptions) -> tuple[str, ...]:
    """Return the files of which some are to be suggested: those that are not labelled yet.

    Raises:
        ManifestError: the folder holds none.
    """
    if not options.suggestions or options.unlabelled is None:
        return ()
    taught = {os.path.abspath(track.path) for track in tracks}
    found = sorted(find_audio(options.unlabelled))
    candidates = tuple(path for path in found if os.path.abspath(path) not in taught)
    if not candidates:
        raise ManifestError(f"{options.unlabelled}: holds no audio that is not labelled yet")
    return candidates
