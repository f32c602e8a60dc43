"""A rehearsal of the cold start inside training: what would be known if some artists were new.

Whole artists are made new: of each of their tracks only 0, 1, 2, 5 ... plays may be learnt from.
Of all other tracks some plays are held out. What was held out tells how far to trust which
evidence, and it is the same question that will be asked once the model is in use.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InteractionsError
from .interactions import Plays
from .items import Items
from .splits import draw_cold, rank_within

NEW_SHARE = 0.25
"""Of the tracks, by whole artists."""

HELD_SHARE = 0.2
"""Of the plays of each other track."""

STEPS = (0, 0, 0, 0, 1, 1, 2, 5, 10, 20, 50)
"""Plays that a new track keeps; drawn evenly, at most half of what it has."""


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """What is known, and what is to be foretold.

    Attributes:
        known: plays to learn from.
        truth: plays to be foretold.
        fair: which of the truth make a new track no likelier to come up than any other.
        drawn: tracks of new artists, shape (n_items,).
        new: those of them without a play in ``known``, shape (n_items,).
    """

    known: Plays
    truth: Plays
    fair: NDArray[np.bool_]
    drawn: NDArray[np.bool_]
    new: NDArray[np.bool_]


def rehearse(plays: Plays, items: Items, seed: int, *, thinned: bool = True) -> Rehearsal | None:
    """Return a rehearsal; None when there are too few artists for one.

    Args:
        plays: all there are; columns as in ``items``.
        items: what can be recommended.
        seed: of the draws.
        thinned: let some of the new tracks keep a few plays.
    """
    rng = np.random.default_rng([seed, 3])
    try:
        drawn = draw_cold(items, NEW_SHARE, seed=int(rng.integers(2**31)))
    except InteractionsError:
        return None
    steps = rng.choice(STEPS, size=len(items)) if thinned else np.zeros(len(items), np.int64)
    kept = np.minimum(steps, plays.popularity // 2)
    of_drawn = drawn[plays.tracks]
    held = rng.random(len(plays)) < HELD_SHARE
    early = rank_within(plays.tracks, rng) < kept[plays.tracks]
    known = np.where(of_drawn, early, ~held)
    if not known.any() or known.all():
        return None
    truth = plays.where(~known)
    return Rehearsal(plays.where(known), truth, held[~known], drawn, drawn & (kept == 0))
