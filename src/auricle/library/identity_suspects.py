"""Which tracks of a large catalog may hold the same sound as a few new ones.

Comparing all with all takes minutes in a large catalog, every day anew. A look at every track's
trace and embedding takes seconds, and what it leaves is compared in full.
"""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from ..features.trace import GAP, unpack
from .catalog import Catalog
from .identity import NEAR_COSINE, TRIM_S
from .identity_search import MAX_BUCKET

LARGE_SHARE = 0.25
"""From this share of a catalog on, all is compared with all."""

_AT_ONCE = 1024
_HIGH_BITS = np.uint32(8)


def suspects(catalog: Catalog, track_ids: Collection[int]) -> set[int] | None:
    """Return the tracks that may hold the same sound as some, those included; None for all.

    Args:
        catalog: the collection.
        track_ids: the tracks that are asked about.
    """
    rows = list(catalog.columns("track_id", "duration_s", "fingerprint"))
    if len(track_ids) >= LARGE_SHARE * len(rows):
        return None
    asked = set(track_ids)
    found = _same_words([(row[0], bytes(row[2])) for row in rows], asked)
    durations_s = {row[0]: row[1] for row in rows}
    return asked | found | _near_in_sound(catalog, asked, durations_s)


def _same_words(traces: list[tuple[int, bytes]], asked: set[int]) -> set[int]:
    """Return the tracks that share a word with one of those asked about, but no frequent one."""
    words = [_words(trace) for track_id, trace in traces if track_id in asked]
    wanted = np.unique(np.concatenate([np.zeros(0, dtype=np.uint32), *words]))
    maybe = np.zeros(1 << (32 - int(_HIGH_BITS)), dtype=np.bool_)
    maybe[wanted >> _HIGH_BITS] = True
    n_seen = np.zeros(wanted.size, dtype=np.int64)
    hits: dict[int, NDArray[np.int64]] = {}
    for track_id, trace in traces:
        here = _words(trace)
        here = here[maybe[here >> _HIGH_BITS]]
        places = np.minimum(np.searchsorted(wanted, here), max(wanted.size - 1, 0))
        places = places[wanted[places] == here] if wanted.size else places[:0]
        if places.size:
            np.add.at(n_seen, places, 1)
            hits[track_id] = places
    rare = n_seen <= MAX_BUCKET
    return {track_id for track_id, places in hits.items() if rare[places].any()}


def _words(trace: bytes) -> NDArray[np.uint32]:
    grid = unpack(trace)
    return np.asarray(grid[grid != GAP])


def _near_in_sound(catalog: Catalog, asked: set[int], durations_s: dict[int, float]) -> set[int]:
    """Return the tracks of about the same length and sound as one of those asked about."""
    found: set[int] = set()
    for model in catalog.models():
        track_ids, vectors = catalog.vectors(model)
        known = np.isin(track_ids, list(durations_s))  # another process may just have added some
        track_ids, vectors = track_ids[known], vectors[known]
        lengths_s = np.array([durations_s[track_id] for track_id in track_ids.tolist()])
        mine = np.flatnonzero(np.isin(track_ids, list(asked)))
        queries = vectors[mine].astype(np.float32)
        for first in range(0, len(track_ids), _AT_ONCE):
            few = slice(first, first + _AT_ONCE)
            near = vectors[few].astype(np.float32) @ queries.T >= NEAR_COSINE
            near &= np.abs(lengths_s[few, None] - lengths_s[mine]) <= TRIM_S
            found.update(track_ids[few][near.any(axis=1)].tolist())
    return found
