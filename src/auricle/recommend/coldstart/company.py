"""In whose company a track would be: does a listener's music lie closer about it than all music?

A listener has several tastes, and a line has but one direction. So the plays of a listener are
taken as a density over what is heard (E. Parzen 1962), with a kernel of the cosine, and so are all
plays together. Their ratio tells what the listener plays more of than others do; no sound wins by
lying where all play. A kernel is a product of a few numbers per track (C. K. I. Williams and M.
Seeger, "Using the Nyström method to speed up kernel machines", 2001).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ...types import FloatArray
from ...vectors import unit_rows
from .interactions import Plays
from .state import Arrays

SHARPNESS = 3.0
"""How fast the kernel falls with the angle."""

N_LANDMARKS = 256
N_AXES = 64
TINY = 1e-6
LONELY = float(np.exp(-2 * SHARPNESS))
"""The kernel of opposites: no track has less company."""


@dataclass(frozen=True, eq=False)
class Company:
    """Densities of plays over what is heard.

    Attributes:
        landmarks: what is heard in some played tracks, unit rows.
        axes: from kernels with landmarks to places, shape (n_landmarks, n_axes); products of places
            are kernels.
        crowd: the mean place of all plays, shape (n_axes,).
    """

    landmarks: FloatArray
    axes: FloatArray
    crowd: FloatArray

    @classmethod
    def learn(cls, plays: Plays, heard: FloatArray) -> Self:
        """Return the company that plays make; ``heard`` is zeros for a track not heard."""
        known = np.flatnonzero((plays.popularity > 0) & np.any(heard, axis=1))
        drawn = np.random.default_rng(6).permutation(known)[:N_LANDMARKS]
        landmarks = unit_rows(heard[drawn]) if drawn.size else np.zeros_like(heard[:1])
        values, axes = np.linalg.eigh(kernel(landmarks, landmarks).astype(np.float64))
        most = slice(-N_AXES, None)
        scale = np.sqrt(np.maximum(values[most], TINY * values[-1]))
        found = (axes[:, most] / scale).astype(np.float32)
        share = plays.popularity[known] / max(plays.popularity[known].sum(), 1)
        crowd = share @ (kernel(unit_rows(heard[known]), landmarks) @ found)
        return cls(landmarks, found, crowd.astype(np.float32))

    def places(self, heard: FloatArray) -> FloatArray:
        """Return numbers whose products are kernels, shape (n, n_axes); zeros if not heard."""
        places = kernel(unit_rows(heard), self.landmarks) @ self.axes
        return np.asarray(places * np.any(heard, axis=1, keepdims=True), dtype=np.float32)

    def of_listeners(self, plays: Plays, places: FloatArray) -> FloatArray:
        """Return where each listener plays, less where all do, shape (n_listeners, n_axes)."""
        once = plays.matrix.copy()
        once.data = np.any(places, axis=1)[plays.tracks].astype(np.float32)
        counts = np.asarray(once.sum(axis=1))
        means = once @ places / np.maximum(counts, 1)
        return np.asarray(np.where(counts > 0, means - self.crowd, 0), dtype=np.float32)

    def of_tracks(self, places: FloatArray) -> FloatArray:
        """Return places so that products are densities as multiples of that of all plays."""
        return np.asarray(places / np.maximum(places @ self.crowd, LONELY)[:, None])

    def dump(self) -> Arrays:
        """Return it as arrays."""
        return {"landmarks": self.landmarks, "axes": self.axes, "crowd": self.crowd}

    @classmethod
    def undump(cls, state: Arrays) -> Self:
        """Return what ``dump`` gave."""
        return cls(state["landmarks"], state["axes"], state["crowd"])


def kernel(rows: FloatArray, others: FloatArray) -> FloatArray:
    """Return how near unit rows are: 1 for the same, less the larger the angle."""
    return np.asarray(np.exp(SHARPNESS * (rows @ others.T - 1)))
