"""One evaluation, from manifest to report."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ..batch import BatchOptions
from ..errors import BundleNotFound, ManifestError
from ..models import Head, find_bundle, load_model
from ..types import Failure
from .hearing import Progress, hear_files
from .judging import judge_genre
from .kinds import EVERY_OTHER, judge_kind, probe_kinds
from .leaks import (
    LEARNT_FILES,
    LeakReport,
    audit_names,
    audit_recordings,
    count_learnt,
    fingerprints_of,
    refuse_leaks,
)
from .manifest import Track, read_manifest, select
from .probing import Rows, neighbours_of, probe_sources
from .quiet import judge_quiet
from .report import KindScores, QuietScore, Report
from .robustness import Robustness, measure
from .units import uses_folds
from .vectors import read_vectors

Tick = Callable[[int], None]

CACHE_NAME = "embeddings.npz"
"""Where embeddings are remembered, in the folder of the report."""


@dataclass(frozen=True)
class EvaluateOptions:
    """What to evaluate, and how deeply.

    Attributes:
        split: what is judged; None for all tracks.
        sources: data sets to stay within; none for all.
        kinds: what each source is (music, speech, other, silence), where rows do not say; under
            ``*`` what all other tracks are.
        probe: also fit linear probes and look at neighbours.
        audit: also look for leaks by listening.
        robustness: also run the robustness battery.
        robustness_tracks: on at most so many tracks, drawn by chance.
        allow_leaks: go on although the parts overlap.
        embeddings: an .npz to judge instead of hearing the files.
        arrays: of that .npz, joined side by side.
        batch: how files are heard, with which model and head.
        folder: of the report, where embeddings are remembered; None to forget them.
    """

    split: str | None = "validation"
    sources: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    probe: bool = False
    audit: bool = False
    robustness: bool = False
    robustness_tracks: int = 200
    allow_leaks: bool = False
    embeddings: Path | None = None
    arrays: tuple[str, ...] = ("embedding",)
    batch: BatchOptions = field(default_factory=BatchOptions)
    folder: Path | None = None


@dataclass(frozen=True)
class _Space:
    """Embeddings of the tracks, and the heads that can read them."""

    model_id: str
    rows: Rows
    heads: Mapping[str, Head]
    failures: tuple[Failure, ...] = ()


def evaluate(
    manifest: str | os.PathLike[str],
    options: EvaluateOptions,
    progress: Progress | None = None,
    tick: Tick | None = None,
) -> Report:
    """Judge a model, or stored embeddings, on the tracks of a manifest.

    Args:
        manifest: CSV, see ``read_manifest``.
        options: what to judge.
        progress: is told each file that was heard.
        tick: is called after each track of the robustness battery with their number.

    Raises:
        ManifestError: the manifest is wrong, nothing is left to judge, or its parts overlap.
        ModelError: the model or head cannot be used.
        MissingExtra: a probe needs scikit-learn.
    """
    everything = select(read_manifest(manifest), sources=options.sources)
    judged = select(everything, split=options.split)
    if not judged:
        raise ManifestError(_nothing_left(manifest, everything, options))
    _check_kinds(everything, options)
    leaks = _audit(everything, options)
    heard = everything if options.probe else judged
    space = _space(heard, options, progress)
    genre = space.heads.get("genre")
    scores, left_out = judge_genre(judged, space.rows, genre)
    kind_probe = _probe_kinds(everything, space, options)
    return Report(
        model=space.model_id,
        head=genre.name if genre else "",
        manifest=Path(manifest).name,
        split=options.split or "",
        sources=tuple(sorted({track.source for track in judged})),
        n_tracks=len(judged),
        n_learnt=_count_learnt(judged, space, options),
        without_embedding=_missing(heard, space, options),
        scores=scores,
        kinds=judge_kind(judged, space.rows, space.heads, options.kinds),
        kind_probe=kind_probe,
        quiet=_quiet(options) if kind_probe else (),
        left_out=left_out,
        failures=space.failures,
        probes=probe_sources(everything, space.rows, options.split) if options.probe else (),
        neighbours=neighbours_of(everything, space.rows) if options.probe else (),
        leaks=leaks,
        robustness=_robustness(judged, options, tick),
    )


def _nothing_left(
    manifest: str | os.PathLike[str], tracks: Sequence[Track], options: EvaluateOptions
) -> str:
    if not tracks:
        return f"{manifest}: no row has source {' or '.join(options.sources)}"
    known = ", ".join(sorted({track.split or "(empty)" for track in tracks}))
    return (
        f"{manifest}: no row has split '{options.split}'; column 'split' says {known}; "
        "--split '' takes all"
    )


def _audit(tracks: Sequence[Track], options: EvaluateOptions) -> tuple[LeakReport, ...]:
    """Audit the splits, and the folds of every source that is probed by folds.

    Raises:
        ManifestError: there are leaks, and they were not allowed.
    """
    parts = [("split", "", tuple(tracks))] if options.split else []
    if options.probe:
        for name in sorted({track.source for track in tracks}):
            part = select(tracks, sources=[name])
            parts += [("fold", name, part)] if uses_folds(part) else []
    prints = fingerprints_of(tracks, jobs=options.batch.jobs) if options.audit else None
    reports = tuple(
        replace(
            audit_names(part, column) if prints is None else audit_recordings(part, prints, column),
            scope=scope,
        )
        for column, scope, part in parts
    )
    if not options.allow_leaks:
        for report in reports:
            refuse_leaks(report)
    return reports


def _check_kinds(tracks: Sequence[Track], options: EvaluateOptions) -> None:
    """Refuse a kind that is said of no track.

    Raises:
        ManifestError: no row has such a source.
    """
    for source in set(options.kinds) - {EVERY_OTHER} - {track.source for track in tracks}:
        raise ManifestError(f"no row has source '{source}', whose kind is said to be known")


def _missing(tracks: Sequence[Track], space: _Space, options: EvaluateOptions) -> tuple[str, ...]:
    """Return the tracks that a file of stored embeddings lacks."""
    if not options.embeddings:
        return ()
    return tuple(track.clip_id for track in tracks if track.clip_id not in space.rows)


def _count_learnt(tracks: Sequence[Track], space: _Space, options: EvaluateOptions) -> int:
    """Count what model and head learnt from; of an unknown model nobody can tell."""
    learnt = _learnt_by_model(space.model_id, options)
    if options.batch.head:
        learnt |= frozenset(Head.load(options.batch.head).meta.get(LEARNT_FILES, ()))
    return count_learnt(tracks, learnt)


def _learnt_by_model(model_id: str, options: EvaluateOptions) -> frozenset[str]:
    """Return what the model learnt from; of stored embeddings, if their model is at hand."""
    named = find_bundle(options.batch.model)
    if not options.embeddings or named.id == model_id:
        return named.learnt_from()
    try:
        return find_bundle(model_id).learnt_from() if "@" in model_id else frozenset()
    except BundleNotFound:
        return frozenset()


def _space(tracks: Sequence[Track], options: EvaluateOptions, progress: Progress | None) -> _Space:
    """Read the embeddings, or hear the files."""
    if options.embeddings:
        return _stored(tracks, options, options.embeddings)
    model = load_model(options.batch.model, head=options.batch.head)
    cache = options.folder / CACHE_NAME if options.folder else None
    hearing = hear_files(
        [track.path for track in tracks], options.batch, cache=cache, progress=progress
    )
    rows = {
        track.clip_id: hearing.files[track.path].embedding
        for track in tracks
        if track.path in hearing.files
    }
    return _Space(model.id, rows, model.heads, hearing.failures)


def _stored(tracks: Sequence[Track], options: EvaluateOptions, path: Path) -> _Space:
    vectors = read_vectors(path, options.arrays)
    found = vectors.find(tracks)
    if not found:
        raise ManifestError(f"{path}: no '{vectors.key}' in it belongs to a track of the manifest")
    rows = {clip_id: vectors.embeddings[row] for clip_id, row in found.items()}
    heads: dict[str, Head] = {}
    if options.batch.head:
        heads["genre"] = Head.load(options.batch.head)
        heads["genre"].check_model(vectors.model)
    return _Space(vectors.model or path.name, rows, heads)


def _probe_kinds(
    tracks: Sequence[Track], space: _Space, options: EvaluateOptions
) -> KindScores | None:
    if not options.probe:
        return None
    genres = space.heads["genre"].labels if "genre" in space.heads else ()
    return probe_kinds(tracks, space.rows, genres, options.kinds)


def _quiet(options: EvaluateOptions) -> tuple[QuietScore, ...]:
    """Judge made silence, unless stored embeddings are judged: they hear nothing new."""
    if options.embeddings:
        return ()
    return judge_quiet(load_model(options.batch.model, head=options.batch.head))


def _robustness(
    tracks: Sequence[Track], options: EvaluateOptions, tick: Tick | None
) -> tuple[Robustness, ...]:
    if not options.robustness:
        return ()
    model = load_model(options.batch.model, head=options.batch.head, threads=options.batch.jobs)
    order = np.random.default_rng(0).permutation(len(tracks))[: options.robustness_tracks]
    return measure(
        [tracks[i] for i in sorted(order)],
        model,
        step=lambda: tick(len(order)) if tick else None,
    )
