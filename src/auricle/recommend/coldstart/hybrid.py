"""The hybrid: from what is heard to what is played, as plays arrive.

What the factorisation foretells is added to what is heard. It is a regression-based factor model in
its simplest form: what is heard is where a track begins, and plays move it from there.

Source: D. Agarwal and B.-C. Chen, "Regression-based latent factor models" (2009).
"""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from ...errors import InteractionsError
from ...types import FloatArray
from .als import Factors, directions, factorise
from .audio_factors import REHEARSAL_ITERATIONS, choose_settings
from .choosing import played_by
from .company import Company
from .content import because_reason, centred, nearest
from .evidence import Evidence
from .hearing import USUAL_SETTINGS, Ear, Lesson, Settings, learn
from .interactions import Columns, Index, Plays
from .linear import dot, rows_at
from .recommender import Recommender
from .rehearsal import rehearse
from .state import Arrays, moved_rows, part, with_prefix
from .trust import USUAL_TRUST, draw_trials, learn_trust

FINAL_ITERATIONS = 12
"""Of the factorisation of all plays, which begins where that of the rehearsal ended."""


class Hybrid(Recommender):
    """Adds what is heard to what is known from plays; its weight is learnt in a rehearsal."""

    name: ClassVar[str] = "hybrid"
    hears: ClassVar[bool] = True

    factors: Factors
    ear: Ear
    trust: float
    evidence: Evidence

    def _fit(self, rng: np.random.Generator) -> None:
        if not self.items.heard[self.plays.tracks].any():
            raise InteractionsError("no played track has been heard: use the model factors")
        settings, self.trust, start = self._rehearse()
        self.factors = factorise(self.plays, self.seed, iterations=FINAL_ITERATIONS, start=start)
        self.ear = self._learn_ear(self.plays, self.factors, settings)
        self._prepare(None)

    def _rehearse(self) -> tuple[Settings, float, Factors | None]:
        """Return how to hear, how far to trust it, and factors to begin with."""
        rehearsal = rehearse(self.plays, self.items, self.seed)
        if rehearsal is None:
            return USUAL_SETTINGS, USUAL_TRUST, None
        known = rehearsal.known
        factors = factorise(known, self.seed, iterations=REHEARSAL_ITERATIONS)
        settings = choose_settings(rehearsal, directions(factors), self.items, self.seed)
        ear = self._learn_ear(known, factors, settings)
        evidence = Evidence.of(known, factors, ear, self.items.vectors)
        trials = draw_trials(rehearsal, evidence, self.seed)
        trust = USUAL_TRUST if trials is None else learn_trust(trials)
        return settings, trust, factors

    def _learn_ear(self, plays: Plays, factors: Factors, settings: Settings) -> Ear:
        lesson = Lesson(self.items.vectors, directions(factors).items, plays.popularity)
        return learn(lesson, settings, self.seed)

    def _prepare(self, company: Company | None) -> None:
        """Put together what asking needs; scores are in deviations of what is heard."""
        vectors, heard = self.items.vectors, self.items.heard
        self.evidence = Evidence.of(self.plays, self.factors, self.ear, vectors, company)
        sound = self.evidence.heard
        trusted = [self.factors.listeners / np.float32(self.trust), sound.listeners]
        self._rows = np.concatenate(trusted, axis=1)
        self._columns = np.concatenate([self.factors.items, sound.items], axis=1)
        self._centre = vectors[heard].mean(axis=0)

    def _score(self, listeners: Index, tracks: Columns) -> FloatArray:
        return dot(rows_at(self._rows, listeners), self._columns[tracks])

    def _score_vector(self, vector: FloatArray) -> FloatArray:
        return self.evidence.of_vector(vector)

    def _state(self) -> Arrays:
        return {
            "listener_factors": self.factors.listeners,
            "item_factors": self.factors.items,
            "trust": np.array(self.trust),
            **with_prefix("ear", self.ear.dump()),
            **with_prefix("company", self.evidence.company.dump()),
        }

    def _restore(self, state: Arrays) -> None:
        self.factors = Factors(state["listener_factors"], state["item_factors"])
        self.ear = Ear.undump(part(state, "ear"))
        self.trust = float(state["trust"])
        self._prepare(Company.undump(part(state, "company")))

    def _move(self, old: Index) -> None:
        self.factors = Factors(self.factors.listeners, moved_rows(self.factors.items, old, 0))
        self._prepare(self.evidence.company)

    def _because(self, listener: int, track: int) -> Sequence[int]:
        played, _ = self.plays.of(listener)
        sounds = centred(self.items.vectors[np.append(played, track)], self._centre)
        near = nearest(sounds, np.arange(played.size), played.size)
        return [int(played[place]) for place in near]

    def _reason(self, listener: int, track: int, because: Sequence[int]) -> str:
        plays = int(self.plays.popularity[track])
        played, heard = self.evidence.table(np.array([listener]), np.array([track]))[0, 0]
        if plays and played > self.trust * heard:
            return f"found through listeners of similar taste; {played_by(plays)}"
        return because_reason(because, plays)

    def _tastes(self) -> FloatArray:
        """Return what each listener would like to hear."""
        return self.evidence.heard.listeners
