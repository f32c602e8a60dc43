"""How far to trust what is heard beside what is known from plays: one number.

The factorisation holds the factors of a track near zero, the nearer the fewer its plays. So it says
by itself how much it knows: what is heard, added with one weight for all tracks, decides where
there are no plays and yields as they arrive. The weight is that of the least squares regression of
held-out plays on both kinds of evidence (R. A. Fisher's linear discriminant, 1936).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...types import FloatArray
from .evidence import Evidence
from .interactions import Index
from .rehearsal import Rehearsal

N_TRIALS = 6000
N_OTHERS = 64
TOGETHER = 64
"""Trials that share the tracks that are drawn."""

USUAL_TRUST = 0.01
"""Where there is nothing to learn from; in units of what the factorisation foretells."""

LEAST, MOST = USUAL_TRUST / 10, USUAL_TRUST * 10
"""Whatever few plays seem to say."""


@dataclass(frozen=True, eq=False)
class Trials:
    """Plays to be foretold, each among tracks drawn at random; the first of a row is the play.

    Attributes:
        evidence: shape (n, 1 + N_OTHERS, 2): played and heard.
        counted: which tracks are not ruled out, shape (n, 1 + N_OTHERS).
    """

    evidence: FloatArray
    counted: NDArray[np.bool_]


def draw_trials(rehearsal: Rehearsal, evidence: Evidence, seed: int) -> Trials | None:
    """Return trials among tracks that are not new, one per listener; None when there is none.

    Lists are judged listener by listener, so that those who play most must not decide for all.
    """
    rng = np.random.default_rng([seed, 5])
    truth, old = rehearsal.truth, rehearsal.known.popularity > 0
    listening = np.diff(rehearsal.known.starts) > 0
    pairs = np.flatnonzero(listening[truth.rows] & old[truth.tracks])
    if not pairs.size:
        return None
    pairs = rng.permutation(pairs)
    pairs = pairs[np.unique(truth.rows[pairs], return_index=True)[1]]
    pairs = rng.permutation(pairs)[:N_TRIALS]
    parts = [
        _among_others(rehearsal, evidence, pairs[first : first + TOGETHER], rng)
        for first in range(0, pairs.size, TOGETHER)
    ]
    tables, counted = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Trials(tables, counted)


def _among_others(
    rehearsal: Rehearsal, evidence: Evidence, pairs: Index, rng: np.random.Generator
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return evidence and what counts, of each play and then of other tracks."""
    known, truth = rehearsal.known, rehearsal.truth
    listeners, tracks = truth.rows[pairs], truth.tracks[pairs]
    others = rng.choice(np.flatnonzero(known.popularity), size=N_OTHERS)
    played = known.has(listeners, others) | truth.has(listeners, others)
    rows = np.arange(pairs.size)
    own = evidence.table(listeners, tracks)[rows, rows]
    table = np.concatenate([own[:, None], evidence.table(listeners, others)], axis=1)
    counted = np.concatenate([np.ones((pairs.size, 1), dtype=np.bool_), ~played], axis=1)
    return table, counted


def learn_trust(trials: Trials) -> float:
    """Return the weight of what is heard, for a weight of 1 of what is known from plays."""
    counted = trials.counted[:, 1:, None]
    others = trials.evidence[:, 1:] * counted
    usual = others.sum(axis=1) / np.maximum(counted.sum(axis=1), 1)
    apart = ((others - usual[:, None]) * counted).reshape(-1, others.shape[2])
    scatter = apart.T @ apart / max(int(counted.sum()), 1)
    pull = np.mean(trials.evidence[:, 0] - usual, axis=0)
    played, heard = np.linalg.pinv(scatter.astype(np.float64)) @ pull
    if played <= 0:
        return USUAL_TRUST
    return float(np.clip(heard / played, LEAST, MOST))
