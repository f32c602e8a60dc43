"""What speaks for a track: what is known from plays, and what is heard."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ...types import FloatArray
from .als import Factors, deviations, directions
from .company import Company
from .hearing import Ear
from .interactions import Columns, Index, Plays
from .linear import dot

OWN_RIDGE = 0.2
"""How strongly a listener's own line through the heard directions is held near zero."""

TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Evidence:
    """Both kinds of evidence, each a product of a listener's and a track's numbers.

    ``played`` is what the factorisation foretells, as large as it is: near 1 for a sure play, and
    near 0 for a track with few plays. ``heard`` has a deviation of 1 over each listener's tracks;
    half of it is the listener's line through the heard directions, half the company.

    Attributes:
        played: the factors.
        heard: numbers for what is heard.
        ear: hears the directions of a track.
        middle: what is heard on average, shape (n_factors,).
        company: of the listeners' plays.
    """

    played: Factors
    heard: Factors
    ear: Ear
    middle: FloatArray
    company: Company

    @classmethod
    def of(
        cls,
        plays: Plays,
        factors: Factors,
        ear: Ear,
        vectors: FloatArray,
        company: Company | None = None,
    ) -> Self:
        """Return the evidence that lies in plays and sound; without company, it is learnt."""
        known = plays.popularity > 0
        found = ear.hear(vectors)
        middle = found[known & np.any(vectors, axis=1)].mean(axis=0)
        heard = beside(middle, found, vectors)
        company = company or Company.learn(plays, heard)
        places = company.places(heard)
        near = company.of_tracks(places)
        nearness = scaled(company.of_listeners(plays, places), near[known])
        listeners = np.concatenate([heard_lines(plays, factors, heard), nearness], axis=1)
        items = np.concatenate([heard, near], axis=1)
        return cls(factors, Factors(scaled(listeners, items[known]), items), ear, middle, company)

    def table(self, listeners: Index, tracks: Columns) -> FloatArray:
        """Return all evidence, shape (n_listeners, n_tracks, 2)."""
        kinds = (self.played, self.heard)
        return np.stack([dot(kind.listeners[listeners], kind.items[tracks]) for kind in kinds], 2)

    def of_vector(self, vector: FloatArray) -> FloatArray:
        """Return what is heard in a track, for every listener, shape (n_listeners,)."""
        heard = beside(self.middle, self.ear.hear(vector[None]), vector[None])
        near = self.company.of_tracks(self.company.places(heard))
        return np.asarray(self.heard.listeners @ np.concatenate([heard[0], near[0]]))


def beside(middle: FloatArray, found: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return what an ear found in tracks beside the average; zeros for tracks not heard."""
    return np.asarray((found - middle) * np.any(vectors, axis=1, keepdims=True), dtype=np.float32)


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
    listening = np.diff(plays.starts) > 0
    sums[listening] -= sums[listening].mean(axis=0)
    return np.asarray(np.linalg.solve(moment + ridge * np.eye(len(moment)), sums.T).T, np.float32)


def scaled(listeners: FloatArray, items: FloatArray) -> FloatArray:
    """Return listeners' numbers so that their products with items have a deviation of 1."""
    spread = deviations(listeners, items)
    return np.asarray(listeners / np.where(spread > TINY, spread, np.inf)[:, None], np.float32)
