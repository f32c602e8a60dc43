"""Put the labels of a manifest beside what the head says."""

from collections.abc import Sequence

import numpy as np

from ..models import Head
from ..vectors import unit_rows
from .manifest import Track
from .probing import Rows
from .report import LeftOut
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
