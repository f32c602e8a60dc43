"""What must not stand on both sides of an item-cold split."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InteractionsError
from .interactions import Index, Plays
from .items import Items

SHOWN = 3
"""Leaks that an error names."""


@dataclass(frozen=True, slots=True)
class ColdLeak:
    """A cold track of which the training part knows something.

    Attributes:
        reason: ``"played"``, ``"recording"`` or ``"artist"``.
        cold: name of the cold track.
        warm: name of the track that gives it away; the cold track itself when it was played.
    """

    reason: str
    cold: str
    warm: str

    def __str__(self) -> str:
        if self.reason == "played":
            return f"{self.cold} has plays in the training part"
        return f"{self.cold} is cold, but {self.warm}, of the same {self.reason}, is warm"


def cold_leaks(items: Items, cold: NDArray[np.bool_], train: Plays) -> list[ColdLeak]:
    """Return what gives a cold track away: its plays, another version of it, its artist.

    Args:
        items: all tracks.
        cold: which of them count as never played, shape (n_items,).
        train: what a model may learn from, columns as in ``items``.
    """
    played = [
        ColdLeak("played", items.names[place], items.names[place])
        for place in np.flatnonzero(cold & (train.popularity > 0))
    ]
    recordings = list(_shared("recording", items, items.recordings.tolist(), cold))
    return [*played, *recordings, *_shared("artist", items, items.artists, cold)]


def refuse_leaks(items: Items, cold: NDArray[np.bool_], train: Plays) -> None:
    """Refuse an item-cold split that leaks.

    Raises:
        InteractionsError: naming the first leaks.
    """
    leaks = cold_leaks(items, cold, train)
    if leaks:
        shown = "; ".join(map(str, leaks[:SHOWN]))
        raise InteractionsError(
            f"the split is not item-cold ({len(leaks)} leaks): {shown}. "
            "Hold out whole artists with all versions of a recording: draw_cold does"
        )


def kin(items: Items) -> Index:
    """Return a number per track: alike for tracks joined by artists or recordings.

    A track of unknown artist is joined only to the other versions of its recording.
    """
    by_artist = _numbers([artist or ("", place) for place, artist in enumerate(items.artists)])
    by_recording = _numbers(items.recordings.tolist())
    groups = np.arange(len(items))
    while True:
        least = np.full(len(items), len(items))
        np.minimum.at(least, by_artist, groups)
        joined = least[by_artist]
        least[:] = len(items)
        np.minimum.at(least, by_recording, joined)
        joined = least[by_recording]
        if np.array_equal(joined, groups):
            return np.asarray(np.unique(groups, return_inverse=True)[1], dtype=np.int64)
        groups = joined


def _shared(
    reason: str, items: Items, keys: Sequence[Hashable], cold: NDArray[np.bool_]
) -> Iterator[ColdLeak]:
    warm = {keys[place]: place for place in np.flatnonzero(~cold).tolist()}
    for place in np.flatnonzero(cold).tolist():
        other = warm.get(keys[place]) if keys[place] != "" else None
        if other is not None:
            yield ColdLeak(reason, items.names[place], items.names[other])


def _numbers(keys: Sequence[Hashable]) -> Index:
    places: dict[Hashable, int] = {}
    return np.array([places.setdefault(key, len(places)) for key in keys], dtype=np.int64)
