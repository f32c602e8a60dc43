"""Labelled embeddings whose right answers are known."""

import numpy as np

from auricle.evaluate.crossfit import Examples


def blobs(
    n_per_artist: int = 4,
    *,
    n_artists: int = 5,
    labels: tuple[str, ...] = ("blues", "jazz", "rock"),
    spread: float = 0.3,
    artist_spread: float = 0.0,
    seed: int = 0,
) -> Examples:
    """Return clouds around one axis per label; each artist has a place of its own in the cloud.

    ``artist_spread`` makes artists differ more than tracks do: then knowing the artist helps,
    and a split that mixes artists flatters.
    """
    random = np.random.default_rng(seed)
    dim = len(labels) + 8
    rows, names, groups = [], [], []
    for index, label in enumerate(labels):
        for artist in range(n_artists):
            home = np.zeros(dim)
            home[index] = 1.0
            home += artist_spread * random.standard_normal(dim)
            for _ in range(n_per_artist):
                rows.append(home + spread * random.standard_normal(dim))
                names.append(label)
                groups.append(f"{label} {artist}")
    return Examples(np.array(rows), tuple(names), tuple(groups))
