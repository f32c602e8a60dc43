"""What speaks for a track: what is known from plays, and what is heard."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ...types import FloatArray
from .als import Factors, deviations, directions
from .hearing import Ear
from .interactions import Columns, Index, Plays

OWN_RIDGE = 0.2
"""How strongly a listener's own line through the heard directions is held near zero."""

TINY = 1e-9
KINDS = ("played", "heard")


@dataclass(frozen=True, eq=False)
class Evidence:
    """Both kinds of evidence, each a product of a listener's and a track's numbers.

    ``played`` is what the factorisation foretells, as large as it is: near 1 for a sure play, and
    near 0 for a track with few plays. ``heard`` has a deviation of 1 over each listener's tracks.

    Attributes:
        listeners: shape (n_listeners, len(KINDS), n_factors).
        items: shape (n_items, len(KINDS), n_factors).
        ear: hears the directions of a track.
        middle: what is heard on average, shape (n_factors,).
    """

    listeners: FloatArray
    items: FloatArray
    ear: Ear
    middle: FloatArray

    @classmethod
    def of(cls, plays: Plays, factors: Factors, ear: Ear, vectors: FloatArray) -> Self:
        """Return the evidence that lies in plays and sound."""
        known = plays.popularity > 0
        middle = ear.hear(vectors[known & np.any(vectors, axis=1)]).mean(axis=0)
        heard = heard_directions(ear, middle, vectors)
        lines = heard_lines(plays, factors, heard)
        listeners = np.stack([factors.listeners, lines], axis=1)
        return cls(listeners, np.stack([factors.items, heard], axis=1), ear, middle)

    def table(self, listeners: Index, tracks: Columns) -> FloatArray:
        """Return all evidence, shape (n_listeners, n_tracks, len(KINDS))."""
        rows, columns = self.listeners[listeners], self.items[tracks]
        return np.asarray(np.einsum("lkf,tkf->ltk", rows, columns, optimize=True))

    def of_vector(self, vector: FloatArray) -> FloatArray:
        """Return what is heard in a track, for every listener, shape (n_listeners,)."""
        heard = heard_directions(self.ear, self.middle, vector[None])[0]
        return np.asarray(self.listeners[:, KINDS.index("heard")] @ heard)


def heard_directions(ear: Ear, middle: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return what is heard in tracks beside the average; zeros for tracks that were not heard."""
    heard = ear.hear(vectors) - middle
    heard[~np.any(vectors, axis=1)] = 0
    return heard


def heard_lines(plays: Plays, factors: Factors, heard: FloatArray) -> FloatArray:
    """Return each listener's line through the heard directions of the tracks.

    It is midway between the listener's factors without popularity, which others' plays have helped
    to find, and the line that fits the listener's own plays best.
    """
    known = heard[plays.popularity > 0]
    shared = scaled(directions(factors).listeners, known)
    return scaled(shared + scaled(own_lines(plays, heard), known), known)


def own_lines(plays: Plays, heard: FloatArray) -> FloatArray:
    """Return the line through the heard directions that fits each listener's plays best.

    A ridge regression of what each listener played, less what listeners play on average; a track
    that many play says less of its listeners.
    """
    known = heard[plays.popularity > 0]
    moment = known.T @ known
    ridge = OWN_RIDGE * np.trace(moment) / len(moment) + TINY
    rarity = plays.matrix.copy()
    rarity.data = (1 / np.sqrt(plays.popularity[plays.tracks])).astype(np.float32)
    sums = rarity @ heard
    sums -= sums.mean(axis=0)
    return np.asarray(np.linalg.solve(moment + ridge * np.eye(len(moment)), sums.T).T, np.float32)


def scaled(listeners: FloatArray, items: FloatArray) -> FloatArray:
    """Return listeners' numbers so that their products with items have a deviation of 1."""
    spread = deviations(listeners, items)
    return np.asarray(listeners / np.where(spread > TINY, spread, np.inf)[:, None], np.float32)
