"""From a wish to a playlist: start reading at ``make_playlist``."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from ...errors import Infeasible
from ...library import Track
from ...types import Analysis, FloatArray
from ..collection import Collection
from ..constraints import album_key, artist_key
from ..filters import Filter
from ..versions import recordings
from .feasible import check_feasible
from .goals import Goal, Way, stop_positions
from .problem import UNKNOWN, Problem
from .scorecard import Scorecard, make_scorecard
from .solver import solve

MAX_POOL = 600
"""Candidates that the solver chooses from."""

POOL_PER_TRACK = 12
FIRST_GUESS = 20
"""Length of the list whose candidates tell how long tracks are."""

LENGTH_TRIES = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        goals: what the list is to be like, at least one.
        stops: tracks that it goes through, in order: the first, the last, and any between.
        excluded: tracks that must not be in it, nor their versions.
        count: how many tracks; None when ``minutes`` says.
        minutes: how long, about.
    """

    goals: tuple[Goal, ...]
    stops: tuple[Track, ...] = ()
    excluded: tuple[Track, ...] = ()
    count: int | None = 20
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What every list must keep.

    Attributes:
        where: only tracks that pass.
        kinds: only these kinds; empty for any.
        artist_window: any so many tracks in a row are by different artists; 1 is no limit.
        album_window: the same for albums.
        versions: allow several versions of a recording.
        seed: of random numbers; the same seed gives the same list.
    """

    where: Filter | None = None
    kinds: tuple[str, ...] = ("music",)
    artist_window: int = 1
    album_window: int = 1
    versions: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Playlist:
    """A list and what to think of it.

    Attributes:
        tracks: in order.
        steps: from each track to the one before, 1 - cosine; 0 for the first.
        scorecard: of the whole.
    """

    tracks: tuple[Track, ...]
    steps: tuple[float, ...]
    scorecard: Scorecard


def make_playlist(collection: Collection, wish: Wish, rules: Rules) -> Playlist:
    """Return the best playlist found for a wish.

    Raises:
        Infeasible: no list can meet the wish; the message names the constraint.
    """
    if wish.count is not None and len(wish.stops) > wish.count:
        raise Infeasible(f"{len(wish.stops)} given tracks do not fit into {wish.count}")
    count = wish.count or _first_count(collection, wish, rules)
    pool = gather(collection, wish, rules, count)
    best: Playlist | None = None
    tried: set[int] = set()
    while count not in tried and len(tried) < LENGTH_TRIES:
        tried.add(count)
        try:
            playlist = _solved(collection, wish, rules, pool, count)
        except Infeasible:
            if best is None:
                raise
            break  # of another length there is none: the one that is there stays
        if best is None or _wrong_length(playlist, wish) < _wrong_length(best, wish):
            best = playlist
        if wish.minutes is not None:
            count = max(_at_least(wish), round(count * _stretch(playlist, wish)))
    if best is None:
        raise Infeasible("no list was found")
    return best


def gather(collection: Collection, wish: Wish, rules: Rules, count: int) -> list[Track]:
    """Return the tracks to choose from: the stops, then the goals' best that pass the rules."""
    pool = list(wish.stops)
    seen = {track.track_id for track in (*wish.excluded, *wish.stops)}
    wanted, total = max(MAX_POOL, POOL_PER_TRACK * count), len(collection.index.rows)
    k = max(50, 2 * wanted // count)
    while len(pool) < wanted:
        k = min(k, total)
        ids = [goal.propose(collection, count, k) for goal in wish.goals]
        fresh = [each for each in _interleaved(ids) if each >= 0 and each not in seen]
        for start in range(0, len(fresh), wanted):
            few = fresh[start : start + wanted]
            seen.update(few)
            pool += [track for track in collection.tracks(few) if passes(track, rules)]
            if len(pool) >= wanted:
                break
        if k == total:
            break
        k *= 4
    return pool[:wanted] if rules.versions else _without_versions(collection, wish, pool[:wanted])


def passes(track: Track, rules: Rules) -> bool:
    """Tell whether a track may be in the list at all."""
    if rules.kinds and track.kind not in rules.kinds:
        return False
    return rules.where is None or rules.where(track)


def _solved(
    collection: Collection, wish: Wish, rules: Rules, pool: Sequence[Track], count: int
) -> Playlist:
    """Return the best list of that many tracks."""
    problem = _problem(collection, wish, rules, pool, count)
    check_feasible(problem, len(pool))
    order = solve(problem, seed=rules.seed)
    if order is None:  # the windows are the only rules that a search can run into
        order = solve(replace(problem, artist_window=1, album_window=1), seed=rules.seed)
    if order is None:
        raise Infeasible(f"no list of {count} tracks was found among {len(pool)} candidates")
    steps = 1 - np.einsum("nd,nd->n", problem.vectors[order[:-1]], problem.vectors[order[1:]])
    return Playlist(
        tuple(pool[row] for row in order),
        (0.0, *(max(float(step), 0.0) for step in steps)),
        make_scorecard(problem, order, seed=rules.seed),
    )


def _problem(
    collection: Collection, wish: Wish, rules: Rules, pool: Sequence[Track], count: int
) -> Problem:
    index = collection.index.rows
    places = index.find(np.array([track.track_id for track in pool], dtype=np.int64))
    vectors = np.asarray(index.vectors[places], dtype=np.float32)
    costs = reduce(np.add, (goal.costs(pool, vectors, count) for goal in wish.goals))
    fixed = {}
    if wish.stops:
        at = stop_positions(vectors[: len(wish.stops)], count)
        fixed = dict(zip(at, range(len(wish.stops)), strict=True))
    return Problem(
        vectors=vectors,
        costs=costs,
        recordings=np.arange(len(pool)) if rules.versions else _recordings(collection, pool),
        artists=_numbers([artist_key(track) for track in pool]),
        albums=_numbers([album_key(track) for track in pool]),
        durations_s=np.array([track.duration_s for track in pool], dtype=np.float32),
        fixed=fixed,
        artist_window=rules.artist_window,
        album_window=rules.album_window,
        total_s=None if wish.minutes is None else 60 * wish.minutes,
    )


def way_through(collection: Collection, stops: Sequence[Track]) -> Way:
    """Return the goal to go from track to track.

    Raises:
        Infeasible: a track has no embedding.
    """
    return Way(vectors_of(collection, stops))


def vectors_of(collection: Collection, sounds: Sequence[Track | Analysis]) -> FloatArray:
    """Return the embeddings of tracks or files, shape (n, dim).

    Raises:
        Infeasible: one has none: it is silent, or of another model.
    """
    rows = []
    for sound in sounds:
        vector = _vector_of(collection, sound)
        if vector is None:
            raise Infeasible(f"{sound.path}: has no embedding by {collection.model}")
        rows.append(vector)
    dim = collection.index.rows.vectors.shape[1]
    return np.array(rows, dtype=np.float32).reshape(len(rows), dim)


def _vector_of(collection: Collection, sound: Track | Analysis) -> FloatArray | None:
    if isinstance(sound, Track):
        return collection.vector(sound.track_id)
    usable = sound.model == collection.model and sound.embedding.any()
    return sound.embedding if usable else None


def _first_count(collection: Collection, wish: Wish, rules: Rules) -> int:
    """Guess how many tracks fill the time."""
    some = gather(collection, wish, rules, max(FIRST_GUESS, _at_least(wish)))
    mean_s = float(np.mean([track.duration_s for track in some])) if some else 0.0
    if mean_s <= 0 or wish.minutes is None:
        raise Infeasible("no track passes the filters")
    return max(_at_least(wish), round(60 * wish.minutes / mean_s))


def _at_least(wish: Wish) -> int:
    return max(1, len(wish.stops))


def _stretch(playlist: Playlist, wish: Wish) -> float:
    return 60 * (wish.minutes or 0) / max(playlist.scorecard.total_s, 1.0)


def _wrong_length(playlist: Playlist, wish: Wish) -> float:
    return 0.0 if wish.minutes is None else abs(np.log(max(_stretch(playlist, wish), 1e-9)))


def _without_versions(collection: Collection, wish: Wish, pool: Sequence[Track]) -> list[Track]:
    """Return a pool without versions of the stops and of what is excluded."""
    given = (*wish.stops, *wish.excluded)
    recording_of = recordings(collection, [*given, *pool])
    left_out = {recording_of[track.track_id] for track in given}
    stops = {track.track_id for track in wish.stops}
    return [
        track
        for track in pool
        if track.track_id in stops or recording_of[track.track_id] not in left_out
    ]


def _recordings(collection: Collection, pool: Sequence[Track]) -> NDArray[np.int64]:
    recording_of = recordings(collection, pool)
    return np.array([recording_of[track.track_id] for track in pool], dtype=np.int64)


def _numbers(keys: Sequence[Hashable]) -> NDArray[np.int64]:
    """Return a number for each key, the same for the same; ``UNKNOWN`` for an empty one."""
    known: dict[Hashable, int] = {}
    numbers = [UNKNOWN if key == "" else known.setdefault(key, len(known)) for key in keys]
    return np.array(numbers, dtype=np.int64)


def _interleaved(ids: Sequence[NDArray[np.int64]]) -> list[int]:
    """Return track numbers once each, the best of every position first."""
    columns = [np.atleast_2d(each).T.reshape(-1) for each in ids]
    joined = np.concatenate(columns) if columns else np.zeros(0, np.int64)
    return list(dict.fromkeys(joined.tolist()))
