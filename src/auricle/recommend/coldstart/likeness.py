"""How near names, and listeners, are to each other."""

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np

from ...types import FloatArray
from .interactions import Plays

MAX_NAMES_COMPARED = 50_000
"""To suggest names that are near an unknown one."""


def unknown_name(kind: str, name: str, names: Sequence[str]) -> str:
    """Return the message for a name that is not there, with names that are near."""
    near = get_close_matches(name, names[:MAX_NAMES_COMPARED], n=3)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    return f"there is no {kind} {name!r} among {len(names)}{hint}"


def cosines(tastes: FloatArray, row: int) -> FloatArray:
    """Return the cosine of one row with every row."""
    norms = np.linalg.norm(tastes, axis=1)
    scale = np.maximum(norms * norms[row], np.finfo(np.float32).tiny)
    return np.asarray(tastes @ tastes[row] / scale, dtype=np.float32)


def overlap(plays: Plays, row: int) -> FloatArray:
    """Return the cosine of what was played; tracks that few play count for more."""
    rarity = np.log1p(plays.n_listeners / np.maximum(plays.popularity, 1))
    values = rarity[plays.tracks]
    mine = np.zeros(plays.n_tracks)
    own, _ = plays.of(row)
    mine[own] = rarity[own]
    count = plays.n_listeners
    shared = np.bincount(plays.rows, values * mine[plays.tracks], minlength=count)
    norms = np.sqrt(np.bincount(plays.rows, values**2, minlength=count))
    return np.asarray(shared / np.maximum(norms * norms[row], 1e-12), dtype=np.float32)
