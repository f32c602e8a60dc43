"""A rehearsal of the cold start inside training: what would be known if some artists were new.

Whole artists are made new: nothing may be learnt from the plays of their tracks. Of all other
tracks some plays are held out. How well the former are foretold tells how to hear, the latter how
much what is heard is worth beside plays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InteractionsError
from .interactions import Plays
from .items import Items
from .splits import draw_cold

NEW_SHARE = 0.25
"""Of the tracks, by whole artists."""

HELD_SHARE = 0.2
"""Of the plays of the other tracks."""


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """What is known, and what is to be foretold.

    Attributes:
        known: plays to learn from.
        truth: plays to be foretold.
        new: tracks of new artists, shape (n_items,).
    """

    known: Plays
    truth: Plays
    new: NDArray[np.bool_]


def rehearse(plays: Plays, items: Items, seed: int) -> Rehearsal | None:
    """Return a rehearsal; None when too few artists were played and heard for one.

    Args:
        plays: all there are; columns as in ``items``.
        items: what can be recommended.
        seed: of the draws.
    """
    rng = np.random.default_rng([seed, 3])
    try:
        new = draw_cold(items, NEW_SHARE, seed=int(rng.integers(2**31)))
    except InteractionsError:
        return None
    known = ~new[plays.tracks] & (rng.random(len(plays)) >= HELD_SHARE)
    if not items.heard[plays.tracks[known]].any() or known.all():
        return None
    return Rehearsal(plays.where(known), plays.where(~known), new)
