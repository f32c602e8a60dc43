"""What speaks for a track, from plays and from sound, each on a common scale per listener."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ...types import FloatArray
from .als import Factors, deviations, directions
from .content import Content
from .hearing import Ear
from .interactions import Columns, Index, Plays

OWN_RIDGE = 1.0
"""How strongly a listener's own line through the heard directions is held near zero."""

FEW_PLAYS = 5.0
"""A listener with so many plays is half known."""

SHRUNK_PLAYS = 100.0
"""The factors of a track with so many plays are held at about half their size."""

TINY = 1e-9
N_LINEAR = 3
"""Kinds of evidence that are products of a listener's and a track's numbers."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """All evidence; its kinds are named in ``trust.KINDS``, the last is ``content``.

    ``factors`` is what the factorisation foretells; ``audio`` the same as heard in the track and
    without popularity, ``own`` the line through what is heard that fits a listener's own plays
    best, and ``content`` how near the track is to their tastes.

    Attributes:
        listeners: of the linear kinds, shape (n_listeners, N_LINEAR, n_factors).
        items: of the linear kinds, shape (n_items, N_LINEAR, n_factors).
        ear: hears the directions of a track.
        middle: what is heard on average, shape (n_factors,).
        content: tastes.
    """

    listeners: FloatArray
    items: FloatArray
    ear: Ear
    middle: FloatArray
    content: Content

    @classmethod
    def of(cls, plays: Plays, factors: Factors, ear: Ear, content: Content) -> Self:
        """Return the evidence that lies in plays and sound."""
        vectors = content.items.vectors
        known = plays.popularity > 0
        middle = ear.hear(vectors[known & content.items.heard]).mean(axis=0)
        heard = heard_directions(ear, middle, vectors)
        apart = directions(factors)
        own = own_lines(plays, heard)
        counts = np.diff(plays.starts)
        trusted = (counts / (counts + FEW_PLAYS)).astype(np.float32)[:, None]
        listeners = (
            trusted * scaled(factors.listeners, factors.items),
            scaled(apart.listeners, heard[known]),
            scaled(own, heard[known]),
        )
        items = (unshrunk(factors.items, plays.popularity), heard, heard)
        return cls(np.stack(listeners, axis=1), np.stack(items, axis=1), ear, middle, content)

    def table(self, listeners: Index, tracks: Columns) -> FloatArray:
        """Return all evidence, shape (n_listeners, n_tracks, n_kinds)."""
        linear = np.einsum(
            "lkf,tkf->ltk", self.listeners[listeners], self.items[tracks], optimize=True
        )
        content = self.content._score(listeners, tracks)[..., None]
        return np.concatenate([linear, content], axis=2)

    def of_vector(self, vector: FloatArray) -> FloatArray:
        """Return all evidence for a track that nobody has played, shape (n_listeners, n_kinds)."""
        heard = heard_directions(self.ear, self.middle, vector[None])[0]
        item = np.stack([0 * heard, heard, heard])
        linear = np.einsum("lkf,kf->lk", self.listeners, item)
        return np.concatenate([linear, self.content._score_vector(vector)[:, None]], axis=1)


def heard_directions(ear: Ear, middle: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return what is heard in tracks beside the average; zeros for tracks that were not heard."""
    heard = ear.hear(vectors) - middle
    heard[~np.any(vectors, axis=1)] = 0
    return heard


def unshrunk(items: FloatArray, n_plays: Index) -> FloatArray:
    """Return item factors as large as they would be with many plays.

    The factorisation holds the factors of tracks with few plays near zero; how far to trust them
    is for ``Trust`` to say.
    """
    grown = 1 + SHRUNK_PLAYS / np.maximum(n_plays, 1)
    return np.asarray(items * grown[:, None], dtype=np.float32)


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
