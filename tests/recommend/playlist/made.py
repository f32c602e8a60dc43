"""Problems whose best answer is known: points on a line, or on a circle."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from auricle.recommend.playlist.goals import Way
from auricle.recommend.playlist.problem import UNKNOWN, Problem


def arc(n_points: int, span: float = np.pi / 2) -> np.ndarray:
    """Return unit vectors evenly along an arc, shape (n, 2)."""
    angle = np.linspace(0, span, n_points)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)


def problem(
    vectors: np.ndarray,
    count: int,
    fixed: Mapping[int, int] | None = None,
    artists: Sequence[int] | None = None,
    **fields: Any,  # noqa: ANN401  fields of any type
) -> Problem:
    """Return a problem; with fixed ends it is a way between them."""
    n_tracks = len(vectors)
    costs = np.zeros((count, n_tracks), dtype=np.float32)
    if fixed and len(fixed) > 1:
        ends = vectors[[fixed[at] for at in sorted(fixed)]]
        costs = Way(ends).costs([], vectors, count)
    values: dict[str, Any] = {
        "vectors": vectors,
        "costs": costs,
        "recordings": np.arange(n_tracks),
        "artists": np.array(artists if artists is not None else [UNKNOWN] * n_tracks),
        "albums": np.full(n_tracks, UNKNOWN),
        "durations_s": np.full(n_tracks, 200.0, dtype=np.float32),
        "fixed": fixed or {},
    }
    return Problem(**{**values, **fields})


def cloud(n_points: int, seed: int = 0, dim: int = 8) -> np.ndarray:
    """Return random unit vectors."""
    vectors = np.random.default_rng(seed).normal(size=(n_points, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
