"""What a fitted model knows, as plain arrays."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from .interactions import Plays
from .items import Items

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Base:
    """What every model knows: listeners, plays and items."""

    listeners: tuple[str, ...]
    plays: Plays
    items: Items
    seed: int

    def dump(self) -> Arrays:
        """Return it as arrays."""
        items = self.items
        return {
            "seed": np.array(self.seed),
            "listeners": pack_names(self.listeners),
            "play_starts": self.plays.starts,
            "play_tracks": self.plays.tracks.astype(np.int32),
            "play_weights": self.plays.weights,
            "names": pack_names(items.names),
            "artists": pack_names(items.artists),
            "genres": pack_names(items.genres),
            "embedding_model": pack_names([items.model]),
            "vectors": items.vectors,
            "recordings": items.recordings,
        }

    @classmethod
    def undump(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return what ``dump`` gave."""
        names = {key: unpack_names(arrays[key]) for key in ("names", "artists", "genres")}
        items = Items(
            vectors=arrays["vectors"],
            recordings=arrays["recordings"],
            model=unpack_names(arrays["embedding_model"])[0],
            **names,
        )
        plays = Plays(
            arrays["play_starts"],
            arrays["play_tracks"].astype(np.int64),
            arrays["play_weights"],
            len(items),
        )
        return cls(unpack_names(arrays["listeners"]), plays, items, int(arrays["seed"]))


def pack_names(names: Sequence[str]) -> NDArray[np.uint8]:
    """Return text as an array, which needs no pickle; any text fits, also odd file names."""
    return np.frombuffer(json.dumps(list(names)).encode("ascii"), dtype=np.uint8)


def unpack_names(packed: NDArray[Any]) -> tuple[str, ...]:
    """Return what ``pack_names`` was given."""
    return tuple(json.loads(packed.tobytes().decode("ascii")))


def with_prefix(name: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Return arrays as part of a whole."""
    return {f"{name}.{key}": array for key, array in arrays.items()}


def part(arrays: Mapping[str, NDArray[Any]], name: str) -> Arrays:
    """Return what ``with_prefix`` was given."""
    start = f"{name}."
    return {key.removeprefix(start): arrays[key] for key in arrays if key.startswith(start)}


def moved_rows(rows: NDArray[Any], old: NDArray[np.int64], blank: float) -> NDArray[Any]:
    """Return rows in a new order: ``old`` is the place each had, -1 for one that is new."""
    moved = np.full((old.size, *rows.shape[1:]), blank, dtype=rows.dtype)
    moved[old >= 0] = rows[old[old >= 0]]
    return moved
