"""What a playlist is to be like: near liked tracks, on a way between tracks, along genres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...library import Track
from ...types import FloatArray
from ...vectors import unit_rows
from ..collection import Collection

ASKED = 3.0
"""Weight of what is liked and of genres: what is smoother elsewhere was not asked for.
A way needs none, as its ends stand fast."""

NOT_DISLIKED = 0.25
"""Share of the nearness to a disliked track that counts against a candidate in any case."""


class Goal(Protocol):
    """Proposes tracks, and says how badly they suit each position."""

    def propose(self, collection: Collection, count: int, k: int) -> NDArray[np.int64]:
        """Return track numbers of about the best k for each of ``count`` positions, any shape."""
        ...

    def costs(self, tracks: Sequence[Track], vectors: FloatArray, count: int) -> FloatArray:
        """Return what each track costs at each position, from about 0 on, shape (count, n)."""
        ...


@dataclass(frozen=True, slots=True)
class Liked:
    """Near liked tracks, far from disliked ones; the same at every position.

    Attributes:
        liked: unit vectors, at least one, shape (n_liked, dim).
        disliked: unit vectors, shape (n_disliked, dim).
        penalties: what to take from the cosine of a track, for being a hub.
    """

    liked: FloatArray
    disliked: FloatArray
    penalties: Mapping[int, float]

    def propose(self, collection: Collection, count: int, k: int) -> NDArray[np.int64]:
        """Return the tracks near each liked one, and near their mean."""
        centre = unit_rows(self.liked.sum(axis=0, keepdims=True))
        queries = np.concatenate([centre, self.liked])
        return collection.index.search(queries, k)[0]

    def costs(self, tracks: Sequence[Track], vectors: FloatArray, count: int) -> FloatArray:
        """Return 1 less nearness to what is liked, and more near what is disliked."""
        near = vectors @ self.liked.T
        nearest = near.max(axis=1)
        hub = np.array([self.penalties.get(track.track_id, 0.0) for track in tracks])
        cost = 1 - (nearest + near.mean(axis=1)) / 2 + hub
        if len(self.disliked):
            worst = (vectors @ self.disliked.T).max(axis=1)
            cost += np.maximum(worst - nearest, 0) + NOT_DISLIKED * np.maximum(worst, 0)
        cost -= cost.min() if cost.size else 0
        return np.broadcast_to(ASKED * cost, (count, len(tracks))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Way:
    """From track to track, evenly on the sphere.

    Attributes:
        stops: unit vectors, at least two, shape (n_stops, dim).
    """

    stops: FloatArray

    def propose(self, collection: Collection, count: int, k: int) -> NDArray[np.int64]:
        """Return the tracks near each place of the way."""
        return collection.index.search(way_targets(self.stops, count), k, corrected=False)[0]

    def costs(self, tracks: Sequence[Track], vectors: FloatArray, count: int) -> FloatArray:
        """Return the distance from the place of the way."""
        targets = way_targets(self.stops, count)
        return np.asarray(np.maximum(1 - targets @ vectors.T, 0), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Curve:
    """From genre to genre, evenly.

    Attributes:
        genres: names, at least one.
    """

    genres: tuple[str, ...]

    def propose(self, collection: Collection, count: int, k: int) -> NDArray[np.int64]:
        """Return the tracks whose probabilities fit each position best."""
        known = set(collection.index.rows.ids.tolist())
        rows = [row for row in collection.catalog.columns("track_id", "genres") if row[0] in known]
        ids = np.array([track_id for track_id, _ in rows], dtype=np.int64)
        found = [dict(genres) for _, genres in rows]
        costs = self._costs(found, min(count, 2 * len(self.genres) + 1))
        best = np.argsort(costs, axis=1, kind="stable")[:, :k]
        return np.asarray(ids[best]) if ids.size else ids

    def costs(self, tracks: Sequence[Track], vectors: FloatArray, count: int) -> FloatArray:
        """Return what is lacking of the probability of the genres wanted at each position.

        Where a genre of the curve has its place, it counts as much as all positions together: a
        list that stays where it is smooth would not go from genre to genre.
        """
        found = [{genre.label: genre.probability for genre in track.genres} for track in tracks]
        costs = ASKED * self._costs(found, count)
        costs[np.round(np.linspace(0, count - 1, len(self.genres))).astype(int)] *= count
        return np.asarray(costs, dtype=np.float32)

    def _costs(self, found: Sequence[Mapping[str, float]], count: int) -> FloatArray:
        labels = list(dict.fromkeys(self.genres))
        folded = [{name.casefold(): p for name, p in each.items()} for each in found]
        has = np.array(
            [[each.get(label.casefold(), 0.0) for label in labels] for each in folded],
            dtype=np.float32,
        ).reshape(len(found), len(labels))
        weights = np.zeros((count, len(labels)), dtype=np.float32)
        for position, (stop, share) in enumerate(stages(count, len(self.genres))):
            weights[position, labels.index(self.genres[stop])] += 1 - share
            after = min(stop + 1, len(self.genres) - 1)
            weights[position, labels.index(self.genres[after])] += share
        # Each wanted share is to be met, not only their sum: half jazz and half electronic.
        short = np.maximum(weights[:, None, :] - has[None], 0).sum(axis=2)
        return np.asarray(short, dtype=np.float32)


def stages(count: int, n_stops: int) -> list[tuple[int, float]]:
    """Return for each position the stop before it and the share of the way to the next."""
    places = np.linspace(0, n_stops - 1, count)
    before = np.minimum(np.floor(places), max(n_stops - 2, 0))
    return [(int(b), float(p - b)) for b, p in zip(before, places, strict=True)]


def stop_positions(stops: FloatArray, count: int) -> list[int]:
    """Return the positions of the stops of a way, spread by their distances.

    Raises:
        ValueError: there are more stops than positions.
    """
    if len(stops) > count:
        raise ValueError(f"{len(stops)} stops do not fit into {count} tracks")
    apart = angles(stops[:-1], stops[1:]) + 1e-6
    along = np.concatenate([[0.0], np.cumsum(apart)]) / apart.sum()
    places: list[int] = np.round(along * (count - 1)).astype(int).tolist()
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + 1)
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], count - len(places) + i)
    return places


def way_targets(stops: FloatArray, count: int) -> FloatArray:
    """Return a point of the way for every position, unit rows of shape (count, dim)."""
    places = stop_positions(stops, count)
    targets = np.empty((count, stops.shape[1]), dtype=np.float32)
    for i, (start, end) in enumerate(zip(places[:-1], places[1:], strict=True)):
        shares = np.linspace(0, 1, end - start + 1)
        targets[start : end + 1] = slerp(stops[i], stops[i + 1], shares)
    return targets


def slerp(start: FloatArray, end: FloatArray, shares: NDArray[np.float64]) -> FloatArray:
    """Return points on the great circle between two unit vectors (Shoemake 1985)."""
    angle = float(angles(start[None], end[None])[0])
    if angle < 1e-4 or angle > np.pi - 1e-4:  # no plane to turn in: go straight
        mixed = start[None] * (1 - shares[:, None]) + end[None] * shares[:, None]
        return unit_rows(mixed)
    first = np.sin((1 - shares) * angle)[:, None] * start[None]
    second = np.sin(shares * angle)[:, None] * end[None]
    return unit_rows(first + second)


def angles(here: FloatArray, there: FloatArray) -> NDArray[np.float64]:
    """Return the angle between rows, shape (n,)."""
    cosine = np.einsum("nd,nd->n", here, there, dtype=np.float64)
    return np.asarray(np.arccos(np.clip(cosine, -1, 1)), dtype=np.float64)
