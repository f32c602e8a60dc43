"""One lesson: from labelled tracks to a head, with an honest word about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..evaluate.arrays import DoubleArray
from ..evaluate.crossfit import Examples, cross_fit
from ..evaluate.hearing import Progress, hear_files
from ..evaluate.leaks import LEARNT_FILES, file_digest
from ..evaluate.linear import softmax
from ..evaluate.manifest import Track
from ..evaluate.probing import examples_of
from ..evaluate.report import plain
from ..models import Head
from ..types import Failure, FloatArray
from .estimate import Estimate, estimate, hold_out
from .fit import ExcerptExamples, HeadSpec, fit_head, with_chosen_c
from .material import LessonOptions, Material, candidates_for, enough, gather
from .noise import probably_wrong
from .suggest import suggest

HEAD_NAME = "genre"
"""A taught head takes the place of the bundle's genre head."""


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
    candidates = candidates_for(tracks, options)
    material = gather(tracks, options, progress)
    kept, notes = enough(material)
    examples = examples_of(kept, {t.clip_id: material.files[t.clip_id].embedding for t in kept})
    held = hold_out(examples, [t.fold for t in kept])
    expected = estimate(examples, held, options.fit)
    fit = with_chosen_c(examples, options.fit)
    unseen = cross_fit(examples, held.folds, fit)
    files = sorted(digest for track in kept if (digest := file_digest(track)))
    meta = {"domain": options.domain, "estimate": expected.to_dict(), LEARNT_FILES: files}
    head = fit_head(
        examples,
        HeadSpec(HEAD_NAME, material.model_id, fit=fit, meta=meta),
        held_out=unseen,
        excerpts=_excerpts(kept, material),
    )
    return Lesson(
        head=head,
        n_tracks=len(kept),
        estimate=expected,
        doubts=_doubts(kept, examples, softmax(unseen.logits / head.temperature)),
        suggestions=_suggestions((head, examples), candidates, options, progress),
        failures=material.failures,
        notes=notes,
    )


def _excerpts(kept: Sequence[Track], material: Material) -> ExcerptExamples:
    parts = [material.files[track.clip_id].excerpts for track in kept]
    audible = [part[np.any(part, axis=1)] for part in parts]
    track = np.repeat(np.arange(len(parts)), [len(part) for part in audible])
    return ExcerptExamples(np.concatenate(audible), track)


def _doubts(
    kept: Sequence[Track], examples: Examples, probabilities: DoubleArray
) -> tuple[DoubtfulTrack, ...]:
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
    lesson: tuple[Head, Examples],
    paths: Sequence[str],
    options: LessonOptions,
    progress: Progress | None,
) -> tuple[SuggestedTrack, ...]:
    head, examples = lesson
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
