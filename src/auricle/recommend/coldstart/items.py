"""What can be recommended, and what is known of each without a single play."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ...errors import InteractionsError
from ...types import FloatArray

UNIT_TOLERANCE = 1e-2
"""A vector stored as float16 is not quite of length 1."""


@dataclass(frozen=True, eq=False)
class Items:
    """The tracks that can be recommended; the same place means the same track everywhere.

    Attributes:
        names: as in ``Interactions.tracks``; each once.
        vectors: embeddings, unit rows, shape (n, dim); a row of zeros is a track not heard.
        artists: one per track; "" is not known.
        genres: one per track; "" is not known.
        recordings: the same number is the same recording, shape (n,).
        model: ``"name@hash12"`` of the embeddings; "" when there are none.
    """

    names: tuple[str, ...]
    vectors: FloatArray
    artists: tuple[str, ...]
    genres: tuple[str, ...]
    recordings: NDArray[np.int64]
    model: str = ""

    def __post_init__(self) -> None:
        n_items = len(self.names)
        sizes = {len(self.vectors), len(self.artists), len(self.genres), self.recordings.size}
        if sizes != {n_items}:
            raise InteractionsError(f"{n_items} names, but other columns of {sorted(sizes)} rows")
        if len(self.place) < n_items:
            raise InteractionsError("a track stands twice among what can be recommended")
        norms = np.linalg.norm(self.vectors, axis=1)
        if not np.all((norms == 0) | (np.abs(norms - 1) < UNIT_TOLERANCE)):
            raise InteractionsError("the vectors of tracks must have length 1, or 0 for unheard")

    @classmethod
    def named(cls, names: Sequence[str]) -> Self:
        """Return tracks of which nothing but the name is known."""
        blank = ("",) * len(names)
        nothing = np.zeros((len(names), 0), dtype=np.float32)
        return cls(tuple(names), nothing, blank, blank, np.arange(len(names)))

    def __len__(self) -> int:
        """The number of tracks."""
        return len(self.names)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each name stands."""
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def heard(self) -> NDArray[np.bool_]:
        """Which tracks have a vector, shape (n,)."""
        return np.asarray(self.vectors.any(axis=1), dtype=np.bool_)

    @cached_property
    def genre_codes(self) -> NDArray[np.int64]:
        """A number from 0 per genre, -1 where it is not known, shape (n,)."""
        codes = {genre: code for code, genre in enumerate(sorted(set(self.genres) - {""}))}
        return np.array([codes.get(genre, -1) for genre in self.genres], dtype=np.int64)

    def take(self, places: NDArray[np.int64]) -> Self:
        """Return some of the tracks, in that order."""
        return replace(
            self,
            names=tuple(self.names[place] for place in places),
            vectors=self.vectors[places],
            artists=tuple(self.artists[place] for place in places),
            genres=tuple(self.genres[place] for place in places),
            recordings=self.recordings[places],
        )
