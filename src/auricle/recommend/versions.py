"""Which of a few tracks are versions of one recording, by the traces that the library keeps."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..errors import AudioError
from ..features.trace import is_comparable
from ..library import Track
from ..library.identity import NEAR_COSINE, TRIM_S, join
from ..library.identity_search import find_links
from ..library.traces import hear_trace, take_traces
from ..types import Analysis
from .collection import Collection

MAX_ASKED = 1_000
"""Of so many tracks, the first that are given, traces that are missing are taken."""


MOST_ALIKE = 5
"""Tracks that a file from elsewhere is compared with."""


def recordings(collection: Collection, tracks: Sequence[Track]) -> Mapping[int, int]:
    """Return the recording of each track, by track number; a recording is called by a track.

    A trace that is missing is taken now, if the track is about as long as another one and sounds
    like it. Tracks without a trace are recordings of their own.
    """
    traces = {track.track_id: track.fingerprint for track in tracks}
    traces |= take_traces(collection.catalog, _maybe_copies(collection, tracks[:MAX_ASKED]))
    heard = [track_id for track_id, trace in traces.items() if is_comparable(trace)]
    firsts = join(find_links([traces[track_id] for track_id in heard]), len(heard))
    recording_of = {track_id: track_id for track_id in traces}
    recording_of |= {heard[at]: heard[first] for at, first in enumerate(firsts)}
    return recording_of


def known_as(collection: Collection, analysis: Analysis) -> Track | None:
    """Return the track that is the same recording as a file from elsewhere, or None.

    As in ``recordings``, only tracks that are about as long and sound like it are looked at.
    """
    k = min(MOST_ALIKE, len(collection.index.rows))
    if not k:
        return None
    ids, scores = collection.index.search(analysis.embedding[None], k, corrected=False)
    alike = collection.tracks(ids[0][scores[0] >= NEAR_COSINE].tolist())
    near = [t for t in alike if abs(t.duration_s - analysis.duration_s) <= TRIM_S]
    traces = take_traces(collection.catalog, [track.track_id for track in near])
    if not traces:
        return None
    try:
        mine = hear_trace(analysis.path)
    except AudioError:
        return None
    same = (t for t in near if t.track_id in traces and find_links([mine, traces[t.track_id]]))
    return next(same, None)


def _maybe_copies(collection: Collection, tracks: Sequence[Track]) -> list[int]:
    """Return the tracks without a trace that another one may be a copy of."""
    if all(is_comparable(track.fingerprint) for track in tracks):
        return []
    rows = collection.index.rows
    ids = np.unique([track.track_id for track in tracks])
    ids = ids[rows.find(ids) >= 0]
    vectors = np.asarray(rows.vectors[rows.find(ids)], dtype=np.float32)
    length_s = {track.track_id: track.duration_s for track in tracks}
    lengths_s = np.array([length_s[track_id] for track_id in ids.tolist()])
    near = vectors @ vectors.T >= NEAR_COSINE
    near &= np.abs(lengths_s[:, None] - lengths_s) <= TRIM_S
    np.fill_diagonal(near, val=False)
    alike = set(ids[near.any(axis=1)].tolist())
    without = (track for track in tracks if not is_comparable(track.fingerprint))
    return [track.track_id for track in without if track.track_id in alike]
