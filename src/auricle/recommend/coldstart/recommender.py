"""The contract of every model that recommends, and all that does not depend on the model."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np

from ...errors import InteractionsError, RecommendError, SpaceMismatch
from ...library.index import best_of
from ...types import FloatArray
from .choosing import NO_FILTERS, Candidates, Filters, Recommendation, choose, played_by
from .fitted import Fitted
from .interactions import Columns, Index, Interactions, Plays
from .items import Items
from .likeness import cosines, overlap
from .state import Base


class Recommender(Fitted):
    """A model: fitted once, asked often; a listener without plays gets what most people play.

    An own model has a ``name``, ``_fit`` and ``_score``, and says what it keeps; see ``Fitted``.
    """

    hears: ClassVar[bool] = False
    """Whether it can score a track by its vector alone."""

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
        ranked = self.rank(listener, k, filters=filters)
        return [self.reasoned(listener, track, score) for track, score in ranked]

    def rank(
        self, listener: str, k: int = 20, *, filters: Filters = NO_FILTERS
    ) -> list[tuple[str, float]]:
        """Return what ``recommend`` would, without reasons: names of tracks and their scores.

        Raises:
            InteractionsError: there is no such listener.
        """
        row = self.row(listener)
        played, _ = self.plays.of(row)
        scores = self.scores(np.array([row]))[0]
        candidates = Candidates(self.items, scores, played, self.plays.popularity)
        chosen = choose(candidates, k, filters)
        return [(self.items.names[place], float(scores[place])) for place in chosen]

    def reasoned(self, listener: str, track: str, score: float) -> Recommendation:
        """Return a track of ``rank`` with what speaks for it.

        Raises:
            InteractionsError: there is no such listener or item.
        """
        row, place = self.row(listener), self.column(track)
        plays = int(self.plays.popularity[place])
        if self.plays.starts[row] == self.plays.starts[row + 1]:
            reason = f"nothing is known of this listener yet; {played_by(plays)}"
            return Recommendation(track, score, reason, (), plays)
        because = self._because(row, place)
        reason = self._reason(row, place, because)
        names = tuple(self.items.names[other] for other in because)
        return Recommendation(track, score, reason, names, plays)

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
