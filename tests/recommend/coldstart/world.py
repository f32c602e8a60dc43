"""A world of two tastes whose right answers are known."""

import numpy as np

from auricle.recommend.coldstart import Interactions, Items

N_LISTENERS = 120
N_TRACKS = 160
PER_ARTIST = 4
PLAYED = 20
DIM = 16
MODEL = "tiny@000000000000"

COLD_EVEN, COLD_ODD, UNHEARD = N_TRACKS, N_TRACKS + 1, N_TRACKS + 2
"""Tracks that nobody plays: the first sounds as track 0 does, the second as track 1."""


def two_tastes(seed: int = 0) -> tuple[Interactions, Items]:
    """Return plays and items: even listeners play even tracks, odd ones odd tracks.

    Tracks of a kind sound alike. The last listener plays only what is no item.
    """
    random = np.random.default_rng(seed)
    listeners, tracks = [], []
    for listener in range(N_LISTENERS):
        own = np.arange(listener % 2, N_TRACKS, 2)
        for track in random.choice(own, PLAYED, replace=False):
            listeners.append(f"listener {listener}")
            tracks.append(f"track {track}")
    events = Interactions.of([*listeners, "newcomer"], [*tracks, "no item"])
    return events, items_of_two_tastes(random)


def items_of_two_tastes(random: np.random.Generator) -> Items:
    kinds = np.arange(N_TRACKS) % 2
    vectors = 0.3 * random.standard_normal((N_TRACKS + 3, DIM))
    vectors[:N_TRACKS, 0] += 2 * kinds - 1
    vectors[COLD_EVEN], vectors[COLD_ODD] = vectors[0], vectors[1]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[UNHEARD] = 0
    count = N_TRACKS + 3
    return Items(
        tuple(f"track {place}" for place in range(count)),
        vectors.astype(np.float32),
        tuple(f"artist {place // (2 * PER_ARTIST)} {place % 2}" for place in range(count)),
        tuple(("even", "odd")[place % 2] for place in range(count)),
        np.arange(count),
        MODEL,
    )


def number(name: str) -> int:
    """Return the number at the end of a name."""
    return int(name.split()[-1])
