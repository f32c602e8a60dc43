"""From named tracks and genres to a wish."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...errors import Infeasible
from ...library import Catalog, Track
from ...types import Analysis
from ..collection import Collection, open_collection
from ..versions import known_as
from .goals import Curve, Goal, Liked
from .make import Wish, vectors_of, way_through

DEFAULT_COUNT = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What a playlist is to be like, by names.

    Attributes:
        liked: tracks, or files from elsewhere; the list has others like them.
        disliked: such to stay away from.
        stops: the first track, any on the way, and the last; or none.
        genres: in order; or none.
    """

    liked: tuple[Track | Analysis, ...] = ()
    disliked: tuple[Track | Analysis, ...] = ()
    stops: tuple[Track, ...] = ()
    genres: tuple[str, ...] = ()


def make_wish(
    catalog: Catalog, asked: Asked, *, count: int | None = None, minutes: float | None = None
) -> tuple[Wish, Collection]:
    """Return the wish, and the collection it is for.

    Args:
        catalog: an open one.
        asked: at least one thing.
        count: how many tracks.
        minutes: how long, when ``count`` is None.

    Raises:
        Infeasible: a named sound has no embedding, or no track has such a genre.
        SpaceMismatch: the tracks are of several models.
    """
    judged = (*asked.liked, *asked.disliked)
    known = (sound.model for sound in (*judged, *asked.stops) if isinstance(sound, Track))
    collection = open_collection(catalog, next(filter(None, known), None))
    goals: list[Goal] = []
    if asked.liked:
        goals.append(_liked(collection, asked))
    if asked.stops:
        goals.append(way_through(collection, asked.stops))
    if asked.genres:
        goals.append(_curve(collection, asked.genres))
    wish = Wish(tuple(goals), asked.stops, tuple(_tracks_of(collection, judged)))
    if minutes is not None:
        return replace(wish, count=None, minutes=minutes), collection
    return replace(wish, count=count or DEFAULT_COUNT), collection


def _liked(collection: Collection, asked: Asked) -> Liked:
    rows = collection.index.rows
    return Liked(
        vectors_of(collection, asked.liked),
        vectors_of(collection, asked.disliked),
        dict(zip(rows.ids.tolist(), rows.penalties.tolist(), strict=True)),
    )


def _tracks_of(collection: Collection, sounds: Iterable[Track | Analysis]) -> Iterator[Track]:
    """Yield the tracks among some sounds, and those that files from elsewhere are copies of."""
    for sound in sounds:
        track = sound if isinstance(sound, Track) else known_as(collection, sound)
        if track is not None:
            yield track


def _curve(collection: Collection, genres: tuple[str, ...]) -> Curve:
    """Return the goal, once every genre is known to a head that heard tracks of the catalog."""
    first = collection.tracks(collection.index.rows.ids[:1].tolist())
    known = {genre.label for track in first for genre in track.genres}
    if _unknown(genres, known):  # perhaps another head heard others: ask them all
        known |= {label for (found,) in collection.catalog.columns("genres") for label, _ in found}
    for genre in _unknown(genres, known):
        raise Infeasible(f"there is no genre '{genre}'; there are {', '.join(sorted(known))}")
    return Curve(genres)


def _unknown(genres: Iterable[str], known: Iterable[str]) -> list[str]:
    folded = {label.casefold() for label in known}
    return [genre for genre in genres if genre.casefold() not in folded]
