"""The hybrid: from what is heard to what is played, as plays arrive."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from ...errors import InteractionsError
from ...types import FloatArray
from .als import Factors, directions, factorise
from .audio_factors import REHEARSAL_ITERATIONS, choose_settings
from .content import Content, because_reason
from .evidence import N_LINEAR, Evidence
from .hearing import USUAL_SETTINGS, Ear, Lesson, Settings, learn
from .interactions import Columns, Index, Plays
from .linear import dot, rows_at
from .recommender import Recommender
from .rehearsal import rehearse
from .state import Arrays, Base, moved_rows, part, with_prefix
from .trials import draw_trials
from .trust import USUAL_TRUST, Trust, learn_trust

FINAL_ITERATIONS = 12
"""Of the factorisation of all plays, which begins where that of the rehearsal ended."""


class Hybrid(Recommender):
    """Weighs what plays and sound say by how often a track was played; learnt in a rehearsal."""

    name: ClassVar[str] = "hybrid"
    hears: ClassVar[bool] = True

    factors: Factors
    ear: Ear
    content: Content
    trust: Trust
    evidence: Evidence

    def _fit(self, rng: np.random.Generator) -> None:
        if not self.items.heard.any():
            raise InteractionsError("no track has been heard: use the model factors")
        settings, self.trust, start = self._rehearse()
        iterations = FINAL_ITERATIONS
        self.factors = factorise(self.plays, self.seed, iterations=iterations, start=start)
        self.ear = self._learn_ear(self.plays, self.factors, settings)
        self.content = self._learn_content(self.plays)
        self._prepare()

    def _rehearse(self) -> tuple[Settings, Trust, Factors | None]:
        """Return how to hear, what to trust, and factors to begin with."""
        rehearsal = rehearse(self.plays, self.items, self.seed)
        if rehearsal is None:
            return USUAL_SETTINGS, USUAL_TRUST, None
        known = rehearsal.known
        factors = factorise(known, self.seed, iterations=REHEARSAL_ITERATIONS)
        settings = choose_settings(rehearsal, directions(factors), self.items, self.seed)
        ear = self._learn_ear(known, factors, settings)
        evidence = Evidence.of(known, factors, ear, self._learn_content(known))
        trials = draw_trials(rehearsal, evidence, self.seed)
        trust = USUAL_TRUST if trials is None else learn_trust(trials)
        return settings, trust, factors

    def _learn_ear(self, plays: Plays, factors: Factors, settings: Settings) -> Ear:
        lesson = Lesson(self.items.vectors, directions(factors).items, plays.popularity)
        return learn(lesson, settings, self.seed)

    def _learn_content(self, plays: Plays) -> Content:
        return Content().fit_plays(self.listeners, plays, self.items, self.seed)

    def _prepare(self) -> None:
        """Put together what asking needs."""
        self.evidence = Evidence.of(self.plays, self.factors, self.ear, self.content)
        n_plays = self.plays.popularity
        weights = self.trust.weights(n_plays)
        self._prior = self.trust.priors(n_plays)
        self._content_weights = weights[:, N_LINEAR]
        weighted = self.evidence.items * weights[:, :N_LINEAR, None]
        self._items = np.ascontiguousarray(weighted.reshape(len(self.items), -1))

    def _score(self, listeners: Index, tracks: Columns) -> FloatArray:
        rows = rows_at(self.evidence.listeners, listeners)
        scores = dot(rows.reshape(listeners.size, -1), self._items[tracks])
        scores += self._prior[tracks]
        if self._content_weights.any():
            scores += self.content._score(listeners, tracks) * self._content_weights[tracks]
        return scores

    def _score_vector(self, vector: FloatArray) -> FloatArray:
        nobody = np.zeros(1, dtype=np.int64)
        return np.asarray(self.evidence.of_vector(vector) @ self.trust.weights(nobody)[0])

    def _state(self) -> Arrays:
        return {
            "listener_factors": self.factors.listeners,
            "item_factors": self.factors.items,
            **with_prefix("ear", self.ear.dump()),
            **with_prefix("trust", self.trust.dump()),
            **with_prefix("content", self.content._state()),
        }

    def _restore(self, state: Arrays) -> None:
        self.factors = Factors(state["listener_factors"], state["item_factors"])
        self.ear = Ear.undump(part(state, "ear"))
        self.trust = Trust(**part(state, "trust"))
        self.content = Content()
        self.content._know(Base(self.listeners, self.plays, self.items, self.seed))
        self.content._restore(part(state, "content"))
        self._prepare()

    def _move(self, old: Index) -> None:
        self.factors = Factors(self.factors.listeners, moved_rows(self.factors.items, old, 0))
        self.content = self.content.with_items(self.items)
        self._prepare()

    def _because(self, listener: int, track: int) -> Sequence[int]:
        return self.content._because(listener, track)

    def _reason(self, because: Sequence[str], plays: int) -> str:
        return because_reason(because, plays)

    def _tastes(self) -> FloatArray:
        return self.evidence.listeners.reshape(len(self.listeners), -1)
