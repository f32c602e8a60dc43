"""The tastes of listeners: few directions in the space of sounds, since one mean blurs them.

Spherical k-means of what each listener played (Dhillon and Modha 2001), for all listeners at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...types import FloatArray
from .interactions import Index, Plays
from .linear import dot, rows_at

SHARPNESS = 8.0
"""How much the nearest taste outweighs the others; at 0 they are averaged."""

TINY = np.exp(-np.float32(SHARPNESS))
MAX_TASTES = 4
PLAYS_PER_TASTE = 5
ROUNDS = 4
PAIRS_AT_ONCE = 1 << 13
"""What is in the processor's cache together."""

MAX_COSINES = 1 << 24
"""In memory at once."""

MAX_AXES = 48
"""Tastes are told apart along the main axes of all sounds."""


@dataclass(frozen=True, eq=False)
class Tastes:
    """What each listener likes.

    Attributes:
        centres: unit vectors, shape (n_listeners, MAX_TASTES, dim); zeros where there are fewer.
        shares: of each taste in what was played, shape (n_listeners, MAX_TASTES).
    """

    centres: FloatArray
    shares: FloatArray

    def nearness(self, listeners: Index, sounds: FloatArray) -> FloatArray:
        """Return how near sounds are to the tastes of some listeners, shape (n_listeners, n).

        It is the soft maximum over the tastes of the cosine, each weighed by its share.
        """
        total = np.empty((listeners.size, len(sounds)), dtype=np.float32)
        at_once = max(1, MAX_COSINES // (MAX_TASTES * max(len(sounds), 1)))
        for first in range(0, listeners.size, at_once):
            some = listeners[first : first + at_once]
            centres, shares = rows_at(self.centres, some), rows_at(self.shares, some)
            near = dot(centres.reshape(-1, centres.shape[2]), sounds)
            near *= SHARPNESS
            np.exp(near, out=near)
            near = near.reshape(len(centres), MAX_TASTES, -1)
            np.einsum("lt,ltn->ln", shares, near, out=total[first : first + at_once])
        np.log(np.maximum(total, TINY, out=total), out=total)
        total /= np.float32(SHARPNESS)
        return total


def find_tastes(plays: Plays, vectors: FloatArray, rng: np.random.Generator) -> Tastes:
    """Return the tastes of all listeners; tracks without a vector count for nothing.

    Args:
        plays: columns as the rows of ``vectors``.
        vectors: unit rows, or zeros.
        rng: draws where the search begins.
    """
    heard = plays.where(np.any(vectors, axis=1)[plays.tracks])
    outline = main_axes(vectors)
    shape = (plays.n_listeners, MAX_TASTES)
    centres = np.zeros((*shape, vectors.shape[1]), dtype=np.float32)
    shares = np.zeros(shape, dtype=np.float32)
    for first, last in _blocks(heard.starts):
        mine = slice(heard.starts[first], heard.starts[last])
        if mine.start == mine.stop:
            continue
        rows = heard.rows[mine] - first
        weights = np.log1p(heard.weights[mine])
        near = _Block(outline[heard.tracks[mine]], weights, rows, last - first).tastes(rng)
        whole = _Block(vectors[heard.tracks[mine]], weights, rows, last - first)
        found, totals = whole.centres(near)
        centres[first:last] = found
        shares[first:last] = totals / np.maximum(totals.sum(axis=1, keepdims=True), 1e-12)
    return Tastes(centres, shares)


def main_axes(vectors: FloatArray) -> FloatArray:
    """Return unit rows of few numbers that stand as nearly as possible as the vectors do."""
    if vectors.shape[1] <= MAX_AXES:
        return vectors
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    few = vectors @ axes[:, -MAX_AXES:]
    return np.asarray(few / np.maximum(np.linalg.norm(few, axis=1, keepdims=True), 1e-12))


def _blocks(starts: Index) -> list[tuple[int, int]]:
    """Cut the listeners into runs of about so many pairs."""
    edges = np.searchsorted(starts, np.arange(0, starts[-1] + 1, PAIRS_AT_ONCE))
    cuts = np.unique([0, *edges.tolist(), starts.size - 1])
    return [(int(a), int(b)) for a, b in zip(cuts, cuts[1:], strict=False)]


@dataclass(frozen=True, eq=False)
class _Block:
    """The pairs of some listeners."""

    vectors: FloatArray
    weights: FloatArray
    rows: Index
    n_rows: int

    def tastes(self, rng: np.random.Generator) -> Index:
        """Return the taste of its listener that each pair belongs to, shape (n,)."""
        counts = np.bincount(self.rows, minlength=self.n_rows)
        wanted = np.clip(counts // PLAYS_PER_TASTE, 1, MAX_TASTES)
        near = np.zeros(self.rows.size, dtype=np.int64)
        centres, _ = self.centres(near)
        for taste in range(1, MAX_TASTES):
            far = self._draw_far(self._similarity(centres[:, :taste]).max(axis=1), rng)
            more = wanted > taste
            centres[more, taste] = self.vectors[far[more]]
        for _ in range(ROUNDS):
            near = np.argmax(np.where(self._there(centres), self._similarity(centres), -2), axis=1)
            centres, _ = self.centres(near)
        return near

    def _similarity(self, centres: FloatArray) -> FloatArray:
        """Return the cosine of every pair with its listener's tastes, shape (n, n_tastes)."""
        each = [
            np.einsum("nd,nd->n", self.vectors, centres[self.rows, taste])
            for taste in range(centres.shape[1])
        ]
        return np.stack(each, axis=1)

    def _there(self, centres: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(np.any(centres, axis=2)[self.rows])

    def _draw_far(self, nearness: FloatArray, rng: np.random.Generator) -> Index:
        """Draw one pair per listener, likelier the further it is from the tastes so far."""
        far = self.weights * np.maximum(1 - nearness, 1e-6)
        keys = np.log(far) + rng.gumbel(size=far.size)
        order = np.lexsort((keys, self.rows))
        last = np.searchsorted(self.rows, np.arange(self.n_rows), side="right") - 1
        return np.asarray(order[np.maximum(last, 0)], dtype=np.int64)

    def centres(self, near: Index) -> tuple[FloatArray, FloatArray]:
        """Return the mean directions of the pairs of each taste, and their weights."""
        shape = (self.n_rows, MAX_TASTES)
        cells = self.rows * MAX_TASTES + near
        order = np.argsort(cells, kind="stable")
        first = np.flatnonzero(np.diff(cells[order], prepend=-1))
        sums = np.zeros((self.n_rows * MAX_TASTES, self.vectors.shape[1]), dtype=np.float32)
        if first.size:
            weighted = self.vectors[order] * self.weights[order, None]
            sums[cells[order[first]]] = np.add.reduceat(weighted, first)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        totals = np.bincount(cells, self.weights, minlength=shape[0] * shape[1])
        centres = (sums / np.maximum(norms, 1e-12)).reshape(*shape, -1)
        return centres, totals.astype(np.float32).reshape(shape)
