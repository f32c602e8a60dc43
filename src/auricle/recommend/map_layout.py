"""Where each track is on the map: t-SNE from the exact neighbours, by openTSNE.

van der Maaten and Hinton 2008; begun from the main axes, which keeps the large shape (Kobak and
Berens 2019). openTSNE was chosen over UMAP for its small wheels without a compiler at run time and
because the same input and seed give the same map.
"""

import numpy as np
from numpy.typing import NDArray

from ..errors import MissingExtra
from ..library.index import Index
from ..types import FloatArray
from .quality import neighbours

Points = NDArray[np.float64]

FEWEST = 12
"""Fewer tracks than this are put down by their two main axes."""

PERPLEXITY = 30
SEED = 0
FFT_FROM = 10_000
SETTLE_STEPS = 60
SETTLE_RATE = 5.0
"""How gently a map with new tracks settles; old tracks move little."""

NEAREST_OLD = 5
TRUST_NEIGHBOURS = 15


def lay_out(index: Index, known: dict[int, tuple[float, float]] | None = None) -> Points:
    """Return a place for every track of an index, shape (n, 2); rows as in the index.

    Args:
        index: with at least one track.
        known: places of tracks in an earlier map. When they are at least half of all, new tracks
            are put among their neighbours and the whole settles a little.

    Raises:
        MissingExtra: openTSNE is not installed.
    """
    rows = index.rows
    old = np.array([track_id in (known or {}) for track_id in rows.ids.tolist()], dtype=bool)
    if known and old.all():
        return np.array([known[track_id] for track_id in rows.ids.tolist()], dtype=np.float64)
    if len(rows) < FEWEST:
        return main_axes(np.asarray(rows.vectors))
    near = neighbours(index, min(3 * PERPLEXITY, len(rows) - 1), corrected=False)
    affinities = _affinities(np.asarray(rows.vectors), near)
    if not known or old.mean() < 0.5:
        return _fresh(main_axes(np.asarray(rows.vectors)), affinities)
    start = np.zeros((len(rows), 2))
    start[old] = [known[each] for each in rows.ids[old].tolist()]
    start[~old] = _among(near[~old], old, start)
    return _settled(start, affinities)


def main_axes(vectors: FloatArray) -> Points:
    """Return the two main axes of vectors as places, shape (n, 2)."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :2]
    strongest = np.argmax(np.abs(axes), axis=0)  # an axis has no sign of its own: choose one
    axes = axes * np.sign(axes[strongest, np.arange(axes.shape[1])])
    places = centred @ axes
    missing = 2 - places.shape[1]
    return np.pad(places, ((0, 0), (0, missing))) if missing else np.asarray(places)


def trust(index: Index, points: Points, k: int = TRUST_NEIGHBOURS) -> FloatArray:
    """Return which share of each track's neighbours is also near it on the map, shape (n,)."""
    from scipy.spatial import cKDTree  # comes with the extra

    k = min(k, len(points) - 1)
    if k < 1:
        return np.ones(len(points), dtype=np.float32)
    heard = neighbours(index, k, corrected=False)
    drawn = cKDTree(points).query(points, k=k + 1)[1]
    kept = [
        len(set(before.tolist()) & (set(after.tolist()) - {row})) / k
        for row, (before, after) in enumerate(zip(heard, drawn, strict=True))
    ]
    return np.array(kept, dtype=np.float32)


def need_open_tsne() -> None:
    """Refuse to lay out without openTSNE.

    Raises:
        MissingExtra: naming the extra to install.
    """
    from importlib.util import find_spec

    if find_spec("openTSNE") is None:
        raise MissingExtra("the map", "map")


def _affinities(vectors: FloatArray, near: NDArray[np.int64]) -> object:
    """Return openTSNE's affinities from exact neighbours."""
    need_open_tsne()
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    rows = np.arange(len(vectors))[:, None]
    cosine = np.einsum("nkd,nd->nk", vectors[near], vectors[rows[:, 0]])
    index = PrecomputedNeighbors(near, np.maximum(1 - cosine, 0).astype(np.float64))
    perplexity = min(PERPLEXITY, near.shape[1] / 3)
    return PerplexityBasedNN(knn_index=index, perplexity=perplexity, n_jobs=1)


def _fresh(start: Points, affinities: object) -> Points:
    from openTSNE import TSNEEmbedding  # an extra, and slow to import

    scaled = start / max(float(start[:, 0].std()), 1e-12) * 1e-4
    embedding = TSNEEmbedding(scaled, affinities, **_options(len(start)))
    embedding.optimize(250, exaggeration=12, momentum=0.5, inplace=True)
    embedding.optimize(500, momentum=0.8, inplace=True)
    return np.array(embedding, dtype=np.float64)


def _settled(start: Points, affinities: object) -> Points:
    from openTSNE import TSNEEmbedding  # an extra, and slow to import

    options = _options(len(start)) | {"learning_rate": SETTLE_RATE}
    embedding = TSNEEmbedding(start, affinities, **options)
    embedding.optimize(SETTLE_STEPS, momentum=0.5, inplace=True)
    return np.array(embedding, dtype=np.float64)


def _options(n_points: int) -> dict[str, object]:
    method = "fft" if n_points >= FFT_FROM else "bh"
    return {"negative_gradient_method": method, "random_state": SEED, "n_jobs": 1}


def _among(near: NDArray[np.int64], old: NDArray[np.bool_], places: Points) -> Points:
    """Return the middle of each new track's nearest old tracks, or of the map."""
    middle = np.median(places[old], axis=0)
    found = []
    for row in near:
        known = row[old[row]][:NEAREST_OLD]
        found.append(np.median(places[known], axis=0) if known.size else middle)
    jitter = np.random.default_rng(SEED).normal(scale=0.01, size=(len(near), 2))
    return np.array(found).reshape(-1, 2) + jitter
