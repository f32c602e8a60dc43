"""How far to trust which evidence, by how often a track has been played.

The score of a track is a sum of evidence, each weighed by a smooth function of the track's plays:
what is known from plays may only gain weight as plays arrive, what is heard may only lose it, and
plays alone give a prior that may only grow. The weights are those that best foretell held-out
plays among tracks drawn at random (a softmax over each play and what was not played), which puts
all evidence on the one scale of log odds.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import MissingExtra
from ...types import FloatArray
from .interactions import Index
from .state import Arrays

KNOTS = (0, 1, 3, 10, 30, 100, 1000)
"""Plays between which weights change; linear in the logarithm."""

N_RAMPS = len(KNOTS) - 1
N_PRIORS = 3
"""Steps over which plays alone count; from there on, the factorisation knows what is popular."""

HOLD = 1e-2
"""How strongly weights are held near zero."""

MAX_ROUNDS = 80

PLAYED = ("factors",)
"""Evidence from plays: its weight rises from 0."""

HEARD = ("audio", "own", "content")
"""Evidence from sound: its weight falls."""

KINDS = (*PLAYED, *HEARD)


@dataclass(frozen=True, eq=False)
class Trust:
    """Weights, by ramps over the plays of a track.

    Attributes:
        played: of evidence from plays, shape (1, N_RAMPS), none below 0.
        heard: of evidence from sound, shape (3, 1 + N_RAMPS), none below 0.
        prior: of plays themselves, shape (N_PRIORS,), none below 0.
    """

    played: FloatArray
    heard: FloatArray
    prior: FloatArray

    def dump(self) -> Arrays:
        """Return it as arrays."""
        return {"played": self.played, "heard": self.heard, "prior": self.prior}

    def weights(self, n_plays: Index) -> FloatArray:
        """Return the weight of each kind of evidence per track, shape (n, len(KINDS))."""
        rising = ramps(n_plays)
        return np.concatenate([rising @ self.played.T, falling(rising) @ self.heard.T], axis=1)

    def score(self, evidence: FloatArray, n_plays: Index) -> FloatArray:
        """Return the scores of evidence of shape (..., n_tracks, len(KINDS))."""
        weighed = np.einsum("...tk,tk->...t", evidence, self.weights(n_plays))
        return np.asarray(weighed + self.priors(n_plays), dtype=np.float32)

    def priors(self, n_plays: Index) -> FloatArray:
        """Return what plays alone say, shape (n,)."""
        return np.asarray(ramps(n_plays)[..., :N_PRIORS] @ self.prior)


USUAL_TRUST = Trust(
    np.array([[0.1, 0.1, 0.2, 0.2, 0.2, 0.2]], dtype=np.float32),
    np.array([[0, 0.1, 0.1, 0.1, 0.1, 0.0, 0.0]] * 3, dtype=np.float32),
    np.array([0.5, 0.5, 0.5], dtype=np.float32),
)
"""Where there are too few artists to learn from."""


@dataclass(frozen=True, eq=False)
class Trials:
    """Plays to be foretold, each among tracks drawn at random; the first of a row is the play.

    Attributes:
        evidence: shape (n, n_tracks, len(KINDS)).
        n_plays: of the tracks, as known then, shape (n, n_tracks).
        counted: which tracks are not ruled out, shape (n, n_tracks).
        importance: of each play, shape (n,).
    """

    evidence: FloatArray
    n_plays: Index
    counted: NDArray[np.bool_]
    importance: FloatArray


def ramps(n_plays: Index) -> FloatArray:
    """Return how far each step from knot to knot is done, 0 to 1, shape (..., N_RAMPS)."""
    low, high = np.log1p(KNOTS[:-1]), np.log1p(KNOTS[1:])
    done = (np.log1p(n_plays)[..., None] - low) / (high - low)
    return np.asarray(np.clip(done, 0, 1), dtype=np.float32)


def falling(rising: FloatArray) -> FloatArray:
    """Return a constant and how far each step is still to do, shape (..., 1 + N_RAMPS)."""
    constant = np.ones((*rising.shape[:-1], 1), dtype=np.float32)
    return np.concatenate([constant, 1 - rising], axis=-1)


def learn_trust(trials: Trials) -> Trust:
    """Return the trust that foretells best.

    Raises:
        MissingExtra: scipy is not installed.
    """
    try:
        from scipy.optimize import minimize
    except ImportError as error:
        raise MissingExtra("the hybrid", "recommend") from error
    design = _design(trials)
    bounds = [(0, None)] * design.shape[2]
    start = np.full(len(bounds), 0.05)
    found = minimize(
        _loss, start, (design, trials), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": MAX_ROUNDS},
    )  # fmt: skip
    return _trust(found.x)


def _design(trials: Trials) -> FloatArray:
    """Return what the parameters are multiplied with, shape (n, n_tracks, n_parameters)."""
    rising = ramps(trials.n_plays)
    bases = [rising] * len(PLAYED) + [falling(rising)] * len(HEARD)
    parts = [trials.evidence[..., kind, None] * basis for kind, basis in enumerate(bases)]
    return np.concatenate([*parts, rising[..., :N_PRIORS]], axis=2)


def _loss(
    parameters: NDArray[np.float64], design: FloatArray, trials: Trials
) -> tuple[float, NDArray[np.float64]]:
    """Return the mean surprise at the plays, and its gradient."""
    logits = design @ parameters.astype(np.float32)
    logits[~trials.counted] = -np.inf
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    chances /= chances.sum(axis=1, keepdims=True)
    share = trials.importance / trials.importance.sum()
    surprise = -np.log(np.maximum(chances[:, 0], 1e-30))
    chances[:, 0] -= 1
    pull = np.tensordot(chances * share[:, None], design, axes=((0, 1), (0, 1)))
    loss = float(surprise @ share) + HOLD * float(parameters @ parameters)
    return loss, pull.astype(np.float64) + 2 * HOLD * parameters


def _trust(parameters: NDArray[Any]) -> Trust:
    cut = len(PLAYED) * N_RAMPS
    played, heard, prior = np.split(parameters.astype(np.float32), [cut, -N_PRIORS])
    return Trust(played.reshape(len(PLAYED), -1), heard.reshape(len(HEARD), -1), prior)
