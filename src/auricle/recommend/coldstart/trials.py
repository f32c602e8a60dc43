"""Plays of the rehearsal to be foretold among tracks drawn at random."""

import numpy as np
from numpy.typing import NDArray

from ...types import FloatArray
from .evidence import Evidence
from .interactions import Index
from .rehearsal import Rehearsal
from .trust import Trials

N_TRIALS = 3000
N_OTHERS = 64
TOGETHER = 64
"""Trials that share the tracks that are drawn."""


def draw_trials(rehearsal: Rehearsal, evidence: Evidence, seed: int) -> Trials | None:
    """Return trials of listeners who are known by a play; None when there is none.

    Half of them are drawn from the tracks of new artists, so that there are enough of few plays;
    their importance makes up for it.
    """
    rng = np.random.default_rng([seed, 5])
    pairs, importance = _draw_pairs(rehearsal, rng)
    if not pairs.size:
        return None
    parts = [
        _among_others(rehearsal, evidence, pairs[first : first + TOGETHER], rng)
        for first in range(0, pairs.size, TOGETHER)
    ]
    tables, places, counted = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Trials(tables, rehearsal.known.popularity[places], counted, importance)


def _draw_pairs(rehearsal: Rehearsal, rng: np.random.Generator) -> tuple[Index, FloatArray]:
    """Return places of pairs of the truth, in any order, and their importance."""
    truth = rehearsal.truth
    known = np.diff(rehearsal.known.starts)[truth.rows] > 0
    of_new = rehearsal.drawn[truth.tracks]
    share = float(np.mean(of_new[known & rehearsal.fair])) if known.any() else 0.0
    picked, importance = [], []
    for pool, weight in ((known & of_new, share), (known & ~of_new, 1 - share)):
        places = np.flatnonzero(pool)
        size = min(places.size, N_TRIALS // 2)
        picked.append(rng.choice(places, size, replace=False))
        importance.append(np.full(size, weight / max(size, 1)))
    order = rng.permutation(sum(map(len, picked)))
    weights = np.concatenate(importance).astype(np.float32)
    return np.concatenate(picked)[order], weights[order]


def _among_others(
    rehearsal: Rehearsal, evidence: Evidence, pairs: Index, rng: np.random.Generator
) -> tuple[FloatArray, Index, NDArray[np.bool_]]:
    """Return evidence, places and what counts, of each play and then of other tracks."""
    known, truth = rehearsal.known, rehearsal.truth
    listeners, tracks = truth.rows[pairs], truth.tracks[pairs]
    others = rng.integers(known.n_tracks, size=N_OTHERS)
    played = known.has(listeners, others) | truth.has(listeners, others)
    rows = np.arange(pairs.size)
    own = evidence.table(listeners, tracks)[rows, rows]
    table = np.concatenate([own[:, None], evidence.table(listeners, others)], axis=1)
    places = np.concatenate([tracks[:, None], np.tile(others, (pairs.size, 1))], axis=1)
    counted = np.concatenate([np.ones((pairs.size, 1), dtype=np.bool_), ~played], axis=1)
    return table, places, counted
