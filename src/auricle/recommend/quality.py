"""How good the lists of neighbours are on a collection of one's own, raw against corrected."""

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..evaluate.bootstrap import group_bootstrap
from ..library import Track
from ..library.index import NO_TRACK, FlatIndex, Index
from ..library.index_rows import make_rows
from .collection import Collection
from .constraints import album_key, artist_key

MAX_TRACKS = 20_000
"""A larger collection is judged by a random sample of this many."""

SEED = 0
BLOCK = 512
DRAWS = 300
"""Resamples for an interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of neighbours; None when no track could ask.

    Attributes:
        value: the share.
        chance: what random neighbours would give.
        asked: tracks that asked.
        low: lower end of the 95 % interval that resamples whole groups.
        high: its upper end.
    """

    value: float | None
    chance: float | None
    asked: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ListQuality:
    """How good the lists of k neighbours are.

    Attributes:
        artist: share of neighbours by the artist of the track that asks.
        album: the same for albums.
        genre: share of neighbours with the same label (which is the model's own opinion).
        skewness: of how often tracks are in a list; 0 is even, hubs make it large.
        unreachable: share of tracks that are in no list at all.
        most_often: in how many lists the greatest hub is.
    """

    artist: Share
    album: Share
    genre: Share
    skewness: float
    unreachable: float
    most_often: int


@dataclass(frozen=True, slots=True)
class Quality:
    """Both ways to rank, over the same tracks."""

    tracks: int
    k: int
    raw: ListQuality
    corrected: ListQuality

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def measure_quality(collection: Collection, *, k: int = 10) -> Quality:
    """Judge the lists of neighbours of a collection.

    Versions of a recording count like any other track.

    Args:
        collection: what is judged; a sample of it when it is larger than ``MAX_TRACKS``.
        k: length of the lists.
    """
    rows = collection.index.rows
    index: Index = collection.index
    if len(rows) > MAX_TRACKS:
        chosen = np.random.default_rng(SEED).choice(len(rows), MAX_TRACKS, replace=False)
        chosen.sort()
        index = FlatIndex(make_rows(rows.ids[chosen], np.asarray(rows.vectors[chosen])))
    found = {track.track_id: track for track in collection.tracks(index.rows.ids.tolist())}
    tracks = [found.get(track_id) for track_id in index.rows.ids.tolist()]
    raw, corrected = (
        judge(neighbours(index, k, corrected=corrected), tracks) for corrected in (False, True)
    )
    return Quality(len(index.rows), k, raw, corrected)


def neighbours(index: Index, k: int, *, corrected: bool) -> NDArray[np.int64]:
    """Return the rows of each track's k nearest others, -1 where there are fewer; (n, k)."""
    rows = index.rows
    found = np.full((len(rows), k), NO_TRACK, dtype=np.int64)
    for start in range(0, len(rows), BLOCK):
        queries = np.asarray(rows.vectors[start : start + BLOCK])
        ids, _ = index.search(queries, k + 1, corrected=corrected)
        places = np.where(ids == NO_TRACK, NO_TRACK, rows.find(ids))
        for row, own in enumerate(range(start, start + len(queries))):
            others = places[row][places[row] != own][:k]
            found[own, : others.size] = others
    return found


def judge(found: NDArray[np.int64], tracks: Sequence[Track | None]) -> ListQuality:
    """Judge lists of neighbours.

    Args:
        found: rows of neighbours, -1 where there is none, shape (n, k).
        tracks: one per row.
    """
    often = np.bincount(found[found >= 0], minlength=len(found))
    return ListQuality(
        artist=same_share(found, [artist_key(track) if track else "" for track in tracks]),
        album=same_share(found, [album_key(track) if track else "" for track in tracks]),
        genre=same_share(found, [track.label if track else "" for track in tracks]),
        skewness=skewness(often),
        unreachable=float(np.mean(often == 0)) if often.size else 0.0,
        most_often=int(often.max()) if often.size else 0,
    )


def same_share(found: NDArray[np.int64], keys: Sequence[Hashable]) -> Share:
    """Return how many neighbours share the key of the track that asks.

    Tracks with an empty key, and those whose key no other track has, do not ask.
    """
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    mine = np.array([numbers[key] for key in keys], dtype=np.int64)
    sizes = np.bincount(mine, minlength=len(numbers)) if mine.size else mine
    named = np.array([key != "" for key in keys], dtype=bool)
    asks = named & (sizes[mine] > 1) if mine.size else named
    if not asks.any():
        return Share(None, None, 0)
    rows = found[asks]
    same = (mine[rows] == mine[asks][:, None]) & (rows >= 0)
    hits, lengths = same.sum(axis=1), (rows >= 0).sum(axis=1)
    interval = group_bootstrap(
        lambda some: float(hits[some].sum() / max(lengths[some].sum(), 1)),
        [str(number) for number in mine[asks]],
        draws=DRAWS,
    )
    chance = float(np.mean((sizes[mine[asks]] - 1) / (len(keys) - 1)))
    return Share(interval.value, chance, int(asks.sum()), interval.low, interval.high)


def skewness(values: NDArray[np.int64]) -> float:
    """Return the third standardised moment; 0 when all values are alike."""
    if not values.size:
        return 0.0
    centred = values - values.mean()
    deviation = float(centred.std())
    return float(np.mean(centred**3) / deviation**3) if deviation > 0 else 0.0
