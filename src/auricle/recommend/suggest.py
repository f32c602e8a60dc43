"""Tracks of a catalog for a listener, with what speaks for each."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..library import Track
from .coldstart import NO_FILTERS, Filters, Recommendation, Recommender
from .collection import Collection
from .explain import Explanation, explain
from .filters import Filter
from .windows import Windows, spaced

N_REASONS = 2
"""Played tracks that an explanation names."""


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
    filters = replace(options.filters, allowed=_allowed(collection, recommender, options))
    count = options.k
    while True:
        ranked = recommender.rank(listener, count, filters=filters)
        tracks = collection.tracks(int(name) for name, _ in ranked)
        places = spaced(tracks, options.k, options.windows)
        if len(places) == options.k or len(ranked) < count:
            break
        count *= 2  # the windows keep some from standing next to each other
    scores = dict(ranked)
    chosen = [(tracks[place], str(tracks[place].track_id)) for place in places]
    return [
        _suggestion(collection, recommender.reasoned(listener, name, scores[name]), track, options)
        for track, name in chosen
    ]


def _allowed(
    collection: Collection, recommender: Recommender, options: SuggestOptions
) -> NDArray[np.bool_]:
    """Return which items may be in the list, shape (n_items,)."""
    names = recommender.items.names
    if options.where is None:  # whole tracks take a while to read
        kinds = collection.catalog.columns("track_id", "kind")
        passed = {str(track_id) for track_id, kind in kinds if kind in options.kinds}
    else:
        tracks = collection.tracks(map(int, names))
        passed = {str(track.track_id) for track in tracks if options.passes(track)}
    allowed = np.array([name in passed for name in names], dtype=bool)
    return allowed if options.filters.allowed is None else allowed & options.filters.allowed


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
