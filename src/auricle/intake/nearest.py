"""The known tracks that sound most like new ones, for many at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..library.index import NO_TRACK
from ..recommend.collection import Collection
from ..recommend.constraints import Chosen, Limits
from ..recommend.similar import Match
from ..recommend.versions import recordings
from .batch import Batch

AT_ONCE = 256
"""Tracks that are looked for with one matrix product."""

SPARE = 4
"""Candidates beyond those wanted: some may be versions of each other."""


def nearest_known(
    collection: Collection, batch: Batch, track_ids: Sequence[int], k: int
) -> dict[int, tuple[Match, ...]]:
    """Return for each track the k nearest ones of music that were there before it, best first.

    Hubs are kept down as in ``auricle similar``; one version of each recording. Tracks of the same
    intake, or of later ones, are not known.
    """
    found: dict[int, tuple[Match, ...]] = {}
    music = _music(collection)
    by_run: dict[int, list[int]] = defaultdict(list)
    for track_id in track_ids:
        by_run[batch.run_of(track_id)].append(track_id)
    for run, members in by_run.items():
        known = known_before(collection, batch, run) & music
        for start in range(0, len(members) if known.any() else 0, AT_ONCE):
            few = members[start : start + AT_ONCE]
            found.update(_nearest(collection, batch, few, known, k))
    return found


def known_before(collection: Collection, batch: Batch, run: int) -> NDArray[np.bool_]:
    """Return which rows of the index were there before an intake, shape (n,)."""
    later = [row.track_id for row in batch.taken_in.values() if row.run >= run]
    return ~np.isin(collection.index.rows.ids, np.array(later, dtype=np.int64))


def _music(collection: Collection) -> NDArray[np.bool_]:
    """Return which rows of the index are music, shape (n,)."""
    kinds = collection.catalog.columns("track_id", "kind")
    ids = [track_id for track_id, kind in kinds if kind == "music"]
    return np.isin(collection.index.rows.ids, np.array(ids, dtype=np.int64))


def _nearest(
    collection: Collection,
    batch: Batch,
    track_ids: Sequence[int],
    known: NDArray[np.bool_],
    k: int,
) -> Iterator[tuple[int, tuple[Match, ...]]]:
    rows = collection.index.rows
    places = rows.find(np.array(track_ids, dtype=np.int64))
    queries = np.asarray(rows.vectors[places[places >= 0]])
    asked = [each for each, place in zip(track_ids, places, strict=True) if place >= 0]
    n_most = min(k + SPARE, int(known.sum()))
    ids, scores = collection.index.search(queries, n_most, allowed=known)
    found = collection.tracks(np.unique(ids[ids != NO_TRACK]))
    tracks = {each.track_id: replace(each, path=batch.first_file(each)) for each in found}
    same = recordings(collection, list(tracks.values()))
    for track_id, query, near, values in zip(asked, queries, ids, scores, strict=True):
        chosen = Chosen(Limits(), same)
        pairs = zip(near.tolist(), values.tolist(), strict=True)
        kept = [(tracks[i], score) for i, score in pairs if i in tracks and chosen.take(tracks[i])]
        yield (
            track_id,
            tuple(
                Match(track, score, collection.cosine(track.track_id, query))
                for track, score in kept[:k]
            ),
        )
