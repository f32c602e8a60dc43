"""What a fitted model knows: kept on disk, and moved to other items."""

import copy
from abc import ABC
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from ...errors import InteractionsError, SpaceMismatch
from .interactions import Index, Plays
from .items import Items
from .likeness import unknown_name
from .state import Arrays, Base, moved_rows, part, with_prefix
from .store import Stored, read, write


class Fitted(ABC):
    """Listeners, items, plays, and the arrays that a model has learnt from them.

    An own model names in ``learnt`` and ``per_item`` the arrays that it keeps, so that it can be
    stored and take in new items.

    Attributes:
        listeners: names of the rows.
        items: what can be recommended: the columns.
        plays: what was learnt from, columns as in ``items``.
        seed: of everything random.
    """

    name: ClassVar[str]

    learnt: ClassVar[tuple[str, ...]] = ()
    """The attributes, all arrays, that ``_fit`` sets."""

    per_item: ClassVar[dict[str, float]] = {}
    """Which of them have a row per item, and what stands there for a new one."""

    listeners: tuple[str, ...]
    items: Items
    plays: Plays
    seed: int

    def row(self, listener: str) -> int:
        """Return the place of a listener.

        Raises:
            InteractionsError: there is no such listener.
        """
        if listener not in self._row_of:
            raise InteractionsError(unknown_name("listener", listener, self.listeners))
        return self._row_of[listener]

    def column(self, track: str) -> int:
        """Return the place of an item.

        Raises:
            InteractionsError: there is no such item.
        """
        if track not in self.items.place:
            raise InteractionsError(unknown_name("track", track, self.items.names))
        return self.items.place[track]

    def with_items(self, items: Items) -> Self:
        """Return the model with other items: new ones are new tracks, the rest is as learnt.

        Plays of items that are gone are forgotten.

        Raises:
            SpaceMismatch: the items were heard by another model.
        """
        self._check_space(items.model)
        old = np.array([self.items.place.get(name, -1) for name in items.names], dtype=np.int64)
        new = np.full(len(self.items), -1)
        new[old[old >= 0]] = np.flatnonzero(old >= 0)
        moved = copy.copy(self)
        shape = (len(self.listeners), len(items))
        moved.plays = Plays.of_events(
            self.plays.rows, new[self.plays.tracks], self.plays.weights, shape
        )
        moved.items = items
        moved._move(old)
        return moved

    def save(self, folder: str | Path) -> None:
        """Write the model to a folder: arrays and a description with checksums, no pickle.

        Raises:
            OSError: it cannot be written.
        """
        write(Path(folder), Stored(self.name, self.items.model, self.dump()))

    @classmethod
    def load(cls, folder: str | Path, *, model: str | None = None) -> Self:
        """Read a model; ``load_recommender`` reads one of any name.

        Args:
            folder: that ``save`` wrote.
            model: the embedding model in use, ``"name@hash12"``; None does not ask.

        Raises:
            InteractionsError: there is no model, another one, or it cannot be read.
            SpaceMismatch: it was fitted on embeddings of another model.
        """
        stored = read(Path(folder))
        if stored.name != cls.name:
            raise InteractionsError(f"{folder}: holds the model {stored.name}, not {cls.name}")
        try:
            loaded = cls.undump(stored.arrays)
        except (KeyError, ValueError, TypeError) as error:
            raise InteractionsError(
                f"{folder}: of another auricle ({error}): fit it again"
            ) from error
        if model is not None:
            loaded._check_space(model)
        return loaded

    def dump(self) -> Arrays:
        """Return the whole model as arrays."""
        base = Base(self.listeners, self.plays, self.items, self.seed)
        return base.dump() | with_prefix("model", self._state())

    @classmethod
    def undump(cls, arrays: Arrays) -> Self:
        """Return the model that ``dump`` gave."""
        loaded = cls()
        loaded._know(Base.undump(arrays))
        loaded._restore(part(arrays, "model"))
        return loaded

    # What a model may keep otherwise

    def _state(self) -> Arrays:
        """Return what was learnt, beyond ``plays``, as arrays."""
        return {name: getattr(self, name) for name in self.learnt}

    def _restore(self, state: Arrays) -> None:
        """Take back what ``_state`` returned."""
        for name in self.learnt:
            setattr(self, name, state[name])

    def _move(self, old: Index) -> None:
        """Rearrange what is kept per item: ``old`` is each item's old place, -1 for a new one."""
        for name, blank in self.per_item.items():
            setattr(self, name, moved_rows(getattr(self, name), old, blank))

    def _know(self, base: Base) -> None:
        self.listeners, self.plays = base.listeners, base.plays
        self.items, self.seed = base.items, base.seed
        self._row_of = {name: row for row, name in enumerate(base.listeners)}

    def _check_space(self, model: str) -> None:
        if self.items.model and model and self.items.model != model:
            raise SpaceMismatch(
                f"the recommender was fitted on embeddings of {self.items.model}, these are of "
                f"{model}: fit it again"
            )
