"""Put the truth of a manifest beside what the heads say."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..analysis import judge, unit_rows
from ..models import Head
from .bootstrap import group_bootstrap
from .manifest import KINDS, Track
from .metrics import confusion_matrix
from .probing import Rows
from .report import KindScores, LeftOut
from .scores import HeadScores, Judged, score

UNKNOWN_LABEL = "labels that the head does not know"

N_EXAMPLES = 3
"""Tracks named for each reason to leave some out."""


def judge_genre(
    tracks: Sequence[Track], rows: Rows, head: Head | None
) -> tuple[HeadScores | None, tuple[LeftOut, ...]]:
    """Score a head on the tracks whose label it knows; say what was left out, and why.

    Args:
        tracks: to be judged.
        rows: unit embeddings by clip_id.
        head: of genres, or None when there is none to judge.
    """
    if head is None:
        return None, ()
    reasons: dict[str, list[Track]] = {}
    for track in tracks:
        reasons.setdefault(_why_not(track, rows, head), []).append(track)
    judged = reasons.pop("", [])
    left_out = tuple(_left_out(reason, missing) for reason, missing in reasons.items())
    return (score(_judged(judged, rows, head)) if judged else None), left_out


def judge_kind(
    tracks: Sequence[Track], rows: Rows, heads: Mapping[str, Head], kinds: Mapping[str, str]
) -> KindScores | None:
    """Score how music is told from speech, other sounds and silence; None without two kinds."""
    if "kind" not in heads or "genre" not in heads:
        return None
    known = [(t, kind_of(t, heads["genre"], kinds)) for t in tracks if t.clip_id in rows]
    pairs = [(track, kind) for track, kind in known if kind]
    if len({kind for _, kind in pairs}) < 2:
        return None
    true = np.array([KINDS.index(kind) for _, kind in pairs])
    unit = [np.asarray(rows[track.clip_id], dtype=np.float32) for track, _ in pairs]
    heard = np.array([KINDS.index(judge(row, heads).kind) for row in unit])
    correct = (true == heard).astype(float)
    groups = [track.group for track, _ in pairs]
    return KindScores(
        accuracy=group_bootstrap(lambda chosen: float(np.mean(correct[chosen])), groups),
        labels=KINDS,
        confusion=confusion_matrix(true, heard, len(KINDS)),
    )


def kind_of(track: Track, genre: Head, kinds: Mapping[str, str]) -> str:
    """Return the true kind: what the row or its source says, else what the label implies."""
    if track.kind or track.source in kinds:
        return track.kind or kinds[track.source]
    if track.label in KINDS:
        return track.label
    return "music" if track.label in genre.labels else ""


def _why_not(track: Track, rows: Rows, head: Head) -> str:
    if not track.label:
        return "no label"
    if track.clip_id not in rows:
        return "no embedding"
    if not np.any(rows[track.clip_id]):
        return "nothing but silence"
    if track.label not in head.labels:
        return UNKNOWN_LABEL
    return ""


def _left_out(reason: str, tracks: Sequence[Track]) -> LeftOut:
    if reason == UNKNOWN_LABEL:
        reason = f"{reason}: {', '.join(sorted({track.label for track in tracks}))}"
    examples = tuple(track.clip_id for track in tracks[:N_EXAMPLES])
    return LeftOut(reason, len(tracks), examples)


def _judged(tracks: Sequence[Track], rows: Rows, head: Head) -> Judged:
    matrix = unit_rows(np.stack([rows[track.clip_id] for track in tracks]).astype(np.float32))
    return Judged(
        labels=head.labels,
        true=np.array([head.labels.index(track.label) for track in tracks]),
        probabilities=head.probabilities(matrix),
        groups=tuple(track.group for track in tracks),
        sources=tuple(track.source for track in tracks),
        threshold=head.threshold,
    )
