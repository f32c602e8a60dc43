"""Vectors to measure on: synthetic ones with hubs, and real ones from an .npz file."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

N_GENRES = 16

DIM = 320
"""Numbers of the shipped model's embedding."""


def synthetic(n_tracks: int, dim: int = DIM, seed: int = 0) -> NDArray[np.float32]:
    """Return unit vectors in 16 overlapping clouds whose axes fall off as embeddings' do.

    Made so that plain cosine has hubs as bad as on real music, or worse.
    """
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(N_GENRES, dim)).astype(np.float32)
    axes = (np.arange(1, dim + 1) ** -0.5).astype(np.float32)
    vectors = centres[rng.integers(N_GENRES, size=n_tracks)]
    vectors += 2 * rng.standard_normal((n_tracks, dim), dtype=np.float32)
    return unit(vectors * axes)


def real(path: Path, name: str) -> tuple[list[str], NDArray[np.float32]]:
    """Return keys and unit vectors of an .npz with ``sha256`` or ``path`` and an array of rows.

    Rows of one key, such as windows of a track, are averaged as unit vectors.
    """
    with np.load(path, allow_pickle=False) as stored:
        keys = stored["sha256" if "sha256" in stored else "path"]
        rows = unit(stored[name].astype(np.float32))
    unique, member = np.unique(keys, return_inverse=True)
    total = np.zeros((unique.size, rows.shape[1]))
    np.add.at(total, member, rows)
    return unique.tolist(), unit(total.astype(np.float32))


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows of length 1."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(norms > 0, norms, 1), dtype=np.float32)
