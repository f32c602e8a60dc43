"""The contract of every model that recommends, and all that does not depend on the model."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from ...errors import InteractionsError, RecommendError, SpaceMismatch
from ...library.index import best_of
from ...types import FloatArray
from .choosing import NO_FILTERS, Candidates, Filters, Recommendation, choose, played_by
from .interactions import Columns, Index, Interactions, Plays
from .items import Items
from .likeness import cosines, overlap, unknown_name
from .state import Arrays, Base, moved_rows, part, with_prefix
from .store import Stored, read, write


class Recommender(ABC):
    """A model: fitted once, asked often; a listener without plays gets what most people play.

    An own model has a ``name``, ``_fit`` and ``_score``, and names in ``learnt`` and ``per_item``
    the arrays that it keeps, so that it can be stored and take in new items.

    Attributes:
        listeners: names of the rows.
        items: what can be recommended: the columns.
        plays: what was learnt from, columns as in ``items``.
        seed: of everything random.
    """

    name: ClassVar[str]
    hears: ClassVar[bool] = False
    """Whether it can score a track by its vector alone."""

    learnt: ClassVar[tuple[str, ...]] = ()
    """The attributes, all arrays, that ``_fit`` sets."""

    per_item: ClassVar[dict[str, float]] = {}
    """Which of them have a row per item, and what stands there for a new one."""

    listeners: tuple[str, ...]
    items: Items
    plays: Plays
    seed: int

    # What a model must say

    @abstractmethod
    def _fit(self, rng: np.random.Generator) -> None:
        """Learn from ``self.plays`` and ``self.items``."""

    @abstractmethod
    def _score(self, listeners: Index, tracks: Columns) -> FloatArray:
        """Return scores of shape (n_listeners, n_tracks); without plays they count for nothing."""

    # What a model may say

    def _score_vector(self, vector: FloatArray) -> FloatArray:
        """Return every listener's score for a track that is not an item, shape (n_listeners,)."""
        hearing = "content, audio-to-factors or hybrid"
        raise RecommendError(f"the model {self.name} knows only played tracks: use {hearing}")

    def _because(self, listener: int, track: int) -> Sequence[int]:
        """Return the places of played tracks that speak most for an item, best first."""
        return ()

    def _reason(self, listener: int, track: int, because: Sequence[int]) -> str:
        """Return the reason for one recommendation; ``because`` is what ``_because`` returned."""
        return f"chosen by the model {self.name}; {played_by(int(self.plays.popularity[track]))}"

    def _tastes(self) -> FloatArray | None:
        """Return a vector per listener to compare them by; None: they compare by their plays."""
        return None

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

    # What every model does

    def fit(self, interactions: Interactions, items: Items, *, seed: int = 0) -> Self:
        """Learn who likes what.

        Raises:
            InteractionsError: no event is about any of the items.
            MissingExtra: the model needs the extra ``recommend``.
        """
        return self.fit_plays(interactions.listeners, interactions.on(items.names), items, seed)

    def fit_plays(self, listeners: tuple[str, ...], plays: Plays, items: Items, seed: int) -> Self:
        """Learn from plays whose columns are the items; see ``fit``."""
        if not len(plays):
            raise InteractionsError(
                "no event is about a track that can be recommended: are tracks named as there?"
            )
        self._know(Base(listeners, plays, items, seed))
        self._fit(np.random.default_rng(seed))
        return self

    def scores(self, listeners: Index, tracks: Index | None = None) -> FloatArray:
        """Return scores, higher is better; compare only within a listener, shape (n, n_tracks).

        Args:
            listeners: their places.
            tracks: places of the items to score; None is all, in their order.
        """
        listeners = np.asarray(listeners, dtype=np.int64)
        columns = slice(None) if tracks is None else tracks
        known = np.diff(self.plays.starts)[listeners] > 0
        if known.all():
            return self._score(listeners, columns)
        popularity = np.log1p(self.plays.popularity[columns])
        scores = np.tile(popularity.astype(np.float32), (listeners.size, 1))
        if known.any():
            scores[known] = self._score(listeners[known], columns)
        return scores

    def recommend(
        self, listener: str, k: int = 20, *, filters: Filters = NO_FILTERS
    ) -> list[Recommendation]:
        """Return up to k tracks for a listener, best first.

        Raises:
            InteractionsError: there is no such listener.
        """
        row = self.row(listener)
        played, _ = self.plays.of(row)
        scores = self.scores(np.array([row]))[0]
        candidates = Candidates(self.items, scores, played, self.plays.popularity)
        chosen = choose(candidates, k, filters)
        return [self._recommendation(row, place, float(scores[place])) for place in chosen]

    def audience(self, track: str | FloatArray, k: int = 20) -> list[tuple[str, float]]:
        """Return the listeners who would most want a track and have not played it, best first.

        Args:
            track: the name of an item, or the embedding of any track, shape (dim,).
            k: how many.

        Raises:
            InteractionsError: there is no such item.
            RecommendError: the model cannot judge a track by its sound.
            SpaceMismatch: the embedding is of another size than those of the items.
        """
        scores = self._audience(track)
        scores[np.diff(self.plays.starts) == 0] = -np.inf
        best = best_of(scores, k)
        return [(self.listeners[row], float(scores[row])) for row in best]

    def similar_listeners(self, listener: str, k: int = 10) -> list[tuple[str, float]]:
        """Return the listeners of the most similar taste, best first, with a cosine.

        Raises:
            InteractionsError: there is no such listener.
        """
        row = self.row(listener)
        tastes = self._tastes()
        scores = overlap(self.plays, row) if tastes is None else cosines(tastes, row)
        scores[np.diff(self.plays.starts) == 0] = -np.inf
        scores[row] = -np.inf
        return [(self.listeners[place], float(scores[place])) for place in best_of(scores, k)]

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

    def _know(self, base: Base) -> None:
        self.listeners, self.plays = base.listeners, base.plays
        self.items, self.seed = base.items, base.seed
        self._row_of = {name: row for row, name in enumerate(base.listeners)}

    def _audience(self, track: str | FloatArray) -> FloatArray:
        """Return every listener's score for a track, minus infinity for those who played it."""
        if not isinstance(track, str):
            vector = np.asarray(track, dtype=np.float32)
            if vector.shape != self.items.vectors.shape[1:]:
                wanted = self.items.vectors.shape[1]
                raise SpaceMismatch(f"an embedding of shape {vector.shape}, not ({wanted},)")
            return self._score_vector(vector)
        column = self.column(track)
        everybody = np.arange(len(self.listeners))
        scores = self._score(everybody, np.array([column]))[:, 0].astype(np.float32)
        scores[self.plays.rows[self.plays.tracks == column]] = -np.inf
        return scores

    def _recommendation(self, row: int, place: int, score: float) -> Recommendation:
        plays = int(self.plays.popularity[place])
        if self.plays.starts[row] == self.plays.starts[row + 1]:
            reason = f"nothing is known of this listener yet; {played_by(plays)}"
            return Recommendation(self.items.names[place], score, reason, (), plays)
        because = self._because(row, place)
        reason = self._reason(row, place, because)
        names = tuple(self.items.names[other] for other in because)
        return Recommendation(self.items.names[place], score, reason, names, plays)

    def _check_space(self, model: str) -> None:
        if self.items.model and model and self.items.model != model:
            raise SpaceMismatch(
                f"the recommender was fitted on embeddings of {self.items.model}, these are of "
                f"{model}: fit it again"
            )
