"""Keep tracks of one artist or album apart in a ranked list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..library import Track
from .constraints import album_key, artist_key


@dataclass(frozen=True, slots=True)
class Windows:
    """Among how many tracks in a row no artist, and no album, comes twice; 1 is no rule."""

    artist: int = 3
    album: int = 1


def spaced(tracks: Sequence[Track], k: int, windows: Windows) -> list[int]:
    """Return the places of k tracks of a ranked list, each the best that may come next.

    The list ends early when nothing that is left may follow. Tracks whose tags do not say are
    never the same.
    """
    left = list(range(len(tracks)))
    chosen: list[int] = []
    while left and len(chosen) < k:
        row = [tracks[place] for place in chosen]
        near = (
            (artist_key, _keys(artist_key, row, windows.artist)),
            (album_key, _keys(album_key, row, windows.album)),
        )
        fitting = (
            place for place in left if not any(key(tracks[place]) in seen for key, seen in near)
        )
        best = next(fitting, None)
        if best is None:
            break
        chosen.append(best)
        left.remove(best)
    return chosen


def _keys(key: Callable[[Track], str], row: Sequence[Track], window: int) -> set[str]:
    """Return what the last tracks of a window have, without what is not known."""
    last = row[-(window - 1) :] if window > 1 else ()
    return {key(track) for track in last} - {""}
