"""Who played what, how much and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ...errors import InteractionsError, MissingExtra
from ...types import FloatArray

Index = NDArray[np.int64]
Columns = Index | slice
"""Places of items; a slice copies nothing."""


@dataclass(frozen=True, eq=False)
class Plays:
    """What each listener played: a sparse matrix (listeners, tracks) by rows, each pair once.

    Attributes:
        starts: where a listener's part begins, shape (n_listeners + 1,).
        tracks: column of each pair, ascending within a listener, shape (n,).
        weights: how much, summed over the events, shape (n,).
        n_tracks: number of columns.
    """

    starts: Index
    tracks: Index
    weights: FloatArray
    n_tracks: int

    @classmethod
    def of_events(
        cls, listeners: Index, tracks: Index, weights: FloatArray, shape: tuple[int, int]
    ) -> Self:
        """Group events; those with a negative listener or track are left out."""
        n_listeners, n_tracks = shape
        known = (listeners >= 0) & (tracks >= 0)
        keys = listeners[known].astype(np.int64) * n_tracks + tracks[known]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        sums = np.add.reduceat(weights[known][order], first) if first.size else np.zeros(0)
        rows, columns = np.divmod(keys[first], max(n_tracks, 1))
        starts = np.searchsorted(rows, np.arange(n_listeners + 1))
        return cls(starts.astype(np.int64), columns, sums.astype(np.float32), n_tracks)

    def __len__(self) -> int:
        """The number of pairs."""
        return self.tracks.size

    @property
    def n_listeners(self) -> int:
        """The number of rows."""
        return self.starts.size - 1

    @cached_property
    def rows(self) -> Index:
        """Row of each pair, shape (n,)."""
        return np.repeat(np.arange(self.n_listeners), np.diff(self.starts))

    @cached_property
    def keys(self) -> Index:
        """A number per pair, ascending: row times ``n_tracks`` plus column, shape (n,)."""
        return np.asarray(self.rows * self.n_tracks + self.tracks)

    @cached_property
    def popularity(self) -> Index:
        """How many listeners played each track, shape (n_tracks,)."""
        return np.bincount(self.tracks, minlength=self.n_tracks).astype(np.int64)

    def has(self, listeners: Index, tracks: Index) -> NDArray[np.bool_]:
        """Return whether each listener played each track, shape (n_listeners, n_tracks)."""
        wanted = np.asarray(listeners)[:, None] * self.n_tracks + tracks
        places = np.searchsorted(self.keys, wanted)
        return np.asarray(np.append(self.keys, -1)[places] == wanted)

    def of(self, listener: int) -> tuple[Index, FloatArray]:
        """Return the tracks that a listener played, and how much."""
        mine = slice(self.starts[listener], self.starts[listener + 1])
        return self.tracks[mine], self.weights[mine]

    def where(self, kept: NDArray[np.bool_]) -> Self:
        """Return the pairs that are kept; listeners and tracks stay, even without any."""
        starts = np.concatenate([[0], np.cumsum(kept)])[self.starts]
        return replace(self, starts=starts, tracks=self.tracks[kept], weights=self.weights[kept])

    @cached_property
    def matrix(self) -> Any:  # noqa: ANN401  scipy is untyped
        """The same as ``scipy.sparse.csr_matrix``, float32.

        Raises:
            MissingExtra: scipy is not installed.
        """
        try:
            from scipy import sparse
        except ImportError as error:
            raise MissingExtra("this model", "recommend") from error
        arrays = (self.weights, self.tracks.astype(np.int32), self.starts.astype(np.int32))
        return sparse.csr_matrix(arrays, shape=(self.n_listeners, self.n_tracks))


@dataclass(frozen=True, eq=False)
class Interactions:
    """Events, as they were: several of one listener with one track are several.

    Attributes:
        listeners: their names; one may have no event.
        tracks: their names: a catalog's ``track_id`` as text, or any names without a catalog.
        listener_index: place in ``listeners`` of each event, shape (n,).
        track_index: place in ``tracks``, shape (n,).
        weight: how much the event says; above 0, shape (n,).
        time_s: seconds since 1970, NaN where it is not known, shape (n,); None: not known at all.
    """

    listeners: tuple[str, ...]
    tracks: tuple[str, ...]
    listener_index: Index
    track_index: Index
    weight: FloatArray
    time_s: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        sizes = {self.listener_index.size, self.track_index.size, self.weight.size}
        sizes |= set() if self.time_s is None else {self.time_s.size}
        if len(sizes) > 1:
            raise InteractionsError(f"the columns of the events have different lengths: {sizes}")

    @classmethod
    def of(
        cls,
        listeners: Sequence[str],
        tracks: Sequence[str],
        weight: Sequence[float] | FloatArray | None = None,
        time_s: Sequence[float] | NDArray[np.float64] | None = None,
    ) -> Self:
        """Return the events of columns: one entry per event in each; names in order of coming."""
        who, listener_index = _numbered(listeners)
        what, track_index = _numbered(tracks)
        ones = np.ones(listener_index.size) if weight is None else weight
        times = None if time_s is None else np.asarray(time_s, dtype=np.float64)
        amount = np.asarray(ones, dtype=np.float32)
        return cls(who, what, listener_index, track_index, amount, times)

    def __len__(self) -> int:
        """The number of events."""
        return self.weight.size

    @cached_property
    def grouped(self) -> Plays:
        """Each listener and track once, weights summed; columns as in ``tracks``."""
        shape = (len(self.listeners), len(self.tracks))
        return Plays.of_events(self.listener_index, self.track_index, self.weight, shape)

    @property
    def plays(self) -> Any:  # noqa: ANN401  scipy is untyped
        """Summed weights as ``scipy.sparse.csr_matrix`` (n_listeners, n_tracks), float32.

        Raises:
            MissingExtra: scipy is not installed.
        """
        return self.grouped.matrix

    def where(self, kept: NDArray[np.bool_]) -> Self:
        """Return the events that are kept; the names stay, so that places still mean the same."""
        times = None if self.time_s is None else self.time_s[kept]
        return replace(
            self,
            listener_index=self.listener_index[kept],
            track_index=self.track_index[kept],
            weight=self.weight[kept],
            time_s=times,
        )

    def on(self, names: Sequence[str]) -> Plays:
        """Return the plays with one column per name; events of other tracks are left out."""
        column = {name: place for place, name in enumerate(names)}
        columns = np.array([column.get(name, -1) for name in self.tracks], dtype=np.int64)
        tracks = columns[self.track_index] if self.tracks else self.track_index
        shape = (len(self.listeners), len(names))
        return Plays.of_events(self.listener_index, tracks, self.weight, shape)


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], Index]:
    """Return the different names in order of coming, and the place of each in them."""
    places: dict[str, int] = {}
    index = [places.setdefault(name, len(places)) for name in names]
    return tuple(places), np.array(index, dtype=np.int64)
