"""How well speech, other sounds and silence are told from music.

Two questions. Does the shipped head say it rightly (``judge_kind``)? And what would a head say of
voices and noises it never heard (``probe_kinds``): the same head, fitted anew with every group and
every given fold held out once.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from ..analysis import MUSIC, SILENCE, judge
from ..models import Head
from .arrays import IntArray
from .bootstrap import group_bootstrap
from .crossfit import HEAD_OPTIONS, Examples, FitOptions, cross_fit
from .manifest import KINDS, Track
from .metrics import confusion_matrix
from .probing import OWN_FOLDS, Rows
from .report import KindScores, KindShare
from .splits import group_folds
from .units import held_together

EVERY_OTHER = "*"
"""Stands for all sources that are not named."""


def kind_of(track: Track, genres: Collection[str], kinds: Mapping[str, str]) -> str:
    """Return the true kind: what the row or its source says, else what the label implies.

    Args:
        track: to be judged.
        genres: labels that only music has.
        kinds: by source; under ``*`` that of all other tracks, whatever their label.
    """
    if track.kind or track.source in kinds:
        return track.kind or kinds[track.source]
    if track.label in KINDS:
        return track.label
    return kinds.get(EVERY_OTHER, MUSIC if track.label in genres else "")


def judge_kind(
    tracks: Sequence[Track], rows: Rows, heads: Mapping[str, Head], kinds: Mapping[str, str]
) -> KindScores | None:
    """Score the shipped head; None without one, or when no track's kind is known."""
    if "kind" not in heads or "genre" not in heads:
        return None
    known = [(t, kind_of(t, heads["genre"].labels, kinds)) for t in tracks if t.clip_id in rows]
    pairs = [(track, kind) for track, kind in known if kind]
    if not pairs:
        return None
    unit = [np.asarray(rows[track.clip_id], dtype=np.float32) for track, _ in pairs]
    heard = [KINDS.index(judge(row, heads).kind) for row in unit]
    return _scores(pairs, np.array(heard), "the head as it is")


def probe_kinds(
    tracks: Sequence[Track],
    rows: Rows,
    genres: Collection[str],
    kinds: Mapping[str, str],
    options: FitOptions = HEAD_OPTIONS,
) -> KindScores | None:
    """Fit a head of kinds by folds of whole groups and given folds; None without two kinds.

    Silence is not learnt: a sound below the level of silence has a zero embedding. Music or speech
    so quiet counts as heard wrongly here; tracks that are meant to be silent do not take part.

    Args:
        tracks: of all splits.
        rows: embeddings by clip_id.
        genres: see ``kind_of``.
        kinds: see ``kind_of``.
        options: of the fit; as heads are fitted when left out.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    known = [(track, kind_of(track, genres, kinds)) for track in tracks if track.clip_id in rows]
    pairs = [(track, kind) for track, kind in known if kind and kind != SILENCE]
    audible = np.array([bool(np.any(rows[track.clip_id])) for track, _ in pairs], dtype=bool)
    heard = np.full(len(pairs), KINDS.index(SILENCE))
    sounding = [pair for pair, loud in zip(pairs, audible, strict=True) if loud]
    units = held_together([track for track, _ in sounding])
    if len({kind for _, kind in sounding}) < 2 or len(set(units)) < 2:
        return None
    examples = Examples(
        np.stack([rows[track.clip_id] for track, _ in sounding]),
        tuple(kind for _, kind in sounding),
        units,
    )
    folds = group_folds(examples.labels, units, OWN_FOLDS)
    fitted = cross_fit(examples, folds, options)
    heard[audible] = [KINDS.index(fitted.labels[i]) for i in fitted.predicted]
    n_folds = len(np.unique(folds))
    return _scores(pairs, heard, f"fitted anew, {n_folds} folds of whole artists and given folds")


def _scores(pairs: Sequence[tuple[Track, str]], heard: IntArray, protocol: str) -> KindScores:
    true = np.array([KINDS.index(kind) for _, kind in pairs])
    correct = (true == heard).astype(float)
    groups = np.array([track.group for track, _ in pairs])

    def share(rows: IntArray) -> KindShare:
        own = correct[rows]
        right = group_bootstrap(lambda chosen: float(np.mean(own[chosen])), groups[rows].tolist())
        return KindShare(KINDS[true[rows[0]]], right)

    return KindScores(
        accuracy=share(np.arange(len(true))).right,
        labels=KINDS,
        confusion=confusion_matrix(true, heard, len(KINDS)),
        protocol=protocol,
        by_kind=tuple(share(np.flatnonzero(true == kind)) for kind in np.unique(true)),
    )
