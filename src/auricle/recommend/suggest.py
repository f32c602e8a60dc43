"""Tracks of a catalog for a listener, with what speaks for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..library import Track
from .coldstart import NO_FILTERS, Filters, Recommendation, Recommender
from .collection import MORE_CANDIDATES, Collection
from .explain import Explanation, explain
from .filters import Filter
from .windows import Windows, spaced

N_REASONS = 2
"""Played tracks that an explanation names."""

SPARE = 20


@dataclass(frozen=True, slots=True)
class SuggestOptions:
    """What is wanted.

    Attributes:
        k: how many tracks.
        filters: of the recommender.
        where: only tracks that pass.
        kinds: of sound that may be in the list.
        windows: how far apart an artist's or an album's tracks are.
        explain: say which seconds sound like what the listener plays.
    """

    k: int = 20
    filters: Filters = NO_FILTERS
    where: Filter | None = None
    kinds: tuple[str, ...] = ("music",)
    windows: Windows = field(default_factory=Windows)
    explain: bool = False

    def passes(self, track: Track) -> bool:
        """Tell whether a track may be in the list."""
        return track.kind in self.kinds and (self.where is None or self.where(track))


@dataclass(frozen=True, slots=True)
class Because:
    """A track that the listener plays and that speaks for a suggestion; how they are alike."""

    track: Track
    explanation: Explanation

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        names = {"path": self.track.path, "artist": self.track.artist, "title": self.track.title}
        return names | self.explanation.to_dict()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A track for a listener.

    Attributes:
        track: from the catalog.
        score: compares only within one list.
        reason: a sentence.
        plays: how many listeners have played it; 0 is new.
        because: what speaks for it; only when it was asked for.
    """

    track: Track
    score: float
    reason: str
    plays: int
    because: tuple[Because, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        track = self.track
        return {
            "path": track.path,
            "label": track.label,
            "probability": round(track.probability, 6),
            "score": round(self.score, 6),
            "plays": self.plays,
            "reason": self.reason,
            "because": [each.to_dict() for each in self.because],
            "artist": track.artist,
            "album": track.album,
            "title": track.title,
            "duration_s": round(track.duration_s, 3),
        }


def suggest(
    collection: Collection,
    recommender: Recommender,
    listener: str,
    options: SuggestOptions | None = None,
) -> list[Suggestion]:
    """Return tracks for a listener, best first but for the windows.

    Raises:
        InteractionsError: there is no such listener.
    """
    options = options or SuggestOptions()
    count, filters = 2 * options.k + SPARE, options.filters
    if filters.explore:  # its share is one of the list, not of what is left of more
        count, filters = options.k, _narrowed(collection, recommender, options)
    while True:
        found = recommender.recommend(listener, count, filters=filters)
        chosen = _chosen(collection, found, options)
        missing = options.k - len(chosen)
        if not missing or len(found) < count:
            break
        if filters.explore:
            count += max(missing, count // 2)
        elif filters is options.filters:  # few pass: reasons of all that do not would take long
            filters = _narrowed(collection, recommender, options)
        else:
            count *= MORE_CANDIDATES
    return [_suggestion(collection, each, track, options) for each, track in chosen]


def _narrowed(collection: Collection, recommender: Recommender, options: SuggestOptions) -> Filters:
    """Return the filters with only those items allowed that may be in the list."""
    names = recommender.items.names
    tracks = collection.tracks(map(int, names))
    passed = {str(track.track_id) for track in tracks if options.passes(track)}
    allowed = np.array([name in passed for name in names], dtype=bool)
    if options.filters.allowed is not None:
        allowed &= options.filters.allowed
    return replace(options.filters, allowed=allowed)


def _chosen(
    collection: Collection, found: Sequence[Recommendation], options: SuggestOptions
) -> list[tuple[Recommendation, Track]]:
    """Return those that pass and may stand so, in order."""
    tracks = {track.track_id: track for track in collection.tracks(_numbers(found))}
    passed = [
        (each, track)
        for each in found
        if (track := tracks.get(int(each.track))) and options.passes(track)
    ]
    places = spaced([track for _, track in passed], options.k, options.windows)
    return [passed[place] for place in places]


def _suggestion(
    collection: Collection, found: Recommendation, track: Track, options: SuggestOptions
) -> Suggestion:
    because: tuple[Because, ...] = ()
    if options.explain and found.because:
        played = collection.tracks(map(int, found.because[:N_REASONS]))
        mine = collection.heard(track)
        because = tuple(
            Because(each, explain(mine, collection.heard(each), passages=1)) for each in played
        )
    return Suggestion(track, found.score, found.reason, found.plays, because)


def _numbers(found: Iterable[Recommendation]) -> list[int]:
    return [int(each.track) for each in found]
