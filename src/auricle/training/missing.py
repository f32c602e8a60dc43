"""What a teacher would have said of windows that it never heard.

One teacher may be at hand for more sound than another. Its missing outputs are estimated from
the other's by ridge regression, fitted on the windows that both heard; what the regression gets
wrong on a track is assumed to be alike on all windows of that track.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import TrainingError
from ..types import FloatArray
from .targets import embedding_names

RIDGE = 0.01
"""Weight of the penalty, relative to the variance of the standardised inputs."""


def complete(teachers: dict[str, FloatArray], tracks: Sequence[str]) -> dict[str, FloatArray]:
    """Return the outputs without gaps; what was heard stays as it is.

    Args:
        teachers: output name -> shape (n, d); a row of NaN stands for "not heard".
        tracks: which track each of the n windows is of.

    Raises:
        TrainingError: if no embedding is complete.
    """
    gaps = {name: np.isnan(values[:, 0]) for name, values in teachers.items()}
    if not any(gap.any() for gap in gaps.values()):
        return teachers
    known = _inputs(teachers, gaps)
    _, track = np.unique(np.array(tracks), return_inverse=True)
    return {
        name: _fill(values, gaps[name], known, track) if gaps[name].any() else values
        for name, values in teachers.items()
    }


def _inputs(
    teachers: dict[str, FloatArray], gaps: dict[str, NDArray[np.bool_]]
) -> NDArray[np.float64]:
    """Join the embeddings that have no gap, standardised, with a column of ones."""
    whole = [teachers[name] for name in embedding_names(teachers) if not gaps[name].any()]
    if not whole:
        raise TrainingError(
            "no teacher heard every window: at least one embedding must be complete"
        )
    joined = np.concatenate(whole, axis=1).astype(np.float64)
    standard = (joined - joined.mean(0)) / (joined.std(0) + 1e-3)
    return np.concatenate([standard, np.ones((len(joined), 1))], axis=1)


def _fill(
    values: FloatArray,
    gap: NDArray[np.bool_],
    known: NDArray[np.float64],
    track: NDArray[np.int64],
) -> FloatArray:
    """Estimate the rows of a gap."""
    heard = ~gap
    inputs, outputs = known[heard], values[heard].astype(np.float64)
    penalty = RIDGE * len(inputs) * np.eye(known.shape[1])
    penalty[-1, -1] = 0.0  # the constant is free
    weights = np.linalg.solve(inputs.T @ inputs + penalty, inputs.T @ outputs)
    counts = np.bincount(track[heard], minlength=track.max() + 1)
    errors = np.zeros((len(counts), values.shape[1]))
    np.add.at(errors, track[heard], outputs - inputs @ weights)
    errors /= np.maximum(counts, 1)[:, None]
    filled = values.copy()
    filled[gap] = known[gap] @ weights + errors[track[gap]]
    return filled
