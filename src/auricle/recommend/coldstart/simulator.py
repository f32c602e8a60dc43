"""Listeners who do not exist, playing tracks that do: plays in which the truth is known.

What is assumed, and nothing else:

- A track has a place in what can be heard (``World.audible``: tags, genres, moods, from anyone
  but the embedding that is judged), and a place among scenes that cannot be heard: an artist
  belongs to a scene, a track scatters about its artist.
- A listener has one to several tastes. A taste is a place in both spaces, each near that of some
  track. How well a track fits is the standardised cosine in each space, mixed so that the share
  ``audible`` of its variance can be heard.
- Tracks and artists differ in appeal, which has nothing to do with how they sound.
- Some artists appear during the year, and some tracks of the others.
- A session is one taste on one day. Tracks stand in the order of plays so far; the lower, the
  less they are noticed (position bias, so that the known get better known). Tracks are chosen one
  after the other, each with a probability proportional to exp(sharpness * fit + appeal) times how
  much it is noticed (R. D. Luce, "Individual Choice Behavior", 1959; R. L. Plackett, 1975).
- A share of the plays is an accident: any track that is out.
- A track that is chosen is played once or several times.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InteractionsError
from ...types import FloatArray
from ...vectors import unit_rows
from .interactions import Index, Interactions

DAY_S = 86_400
HEARD_AXES = 32
SCENES = 40
SCENE_AXES = 16
SESSIONS_AT_ONCE = 2048
Random = np.random.Generator
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class World:
    """Tracks as listeners know them.

    Attributes:
        names: one per track.
        artists: one per track.
        audible: what can be heard in each, shape (n, m), any scale, NaN where it is not known.
    """

    names: tuple[str, ...]
    artists: tuple[str, ...]
    audible: FloatArray


@dataclass(frozen=True, slots=True)
class SimulatorOptions:
    """What listeners are like.

    Attributes:
        n_listeners: how many.
        audible: share of taste that can be heard, 0 to 1.
        n_tastes: that a listener has at most.
        plays: chosen by the median listener in the year; others differ by a factor of 2 or so.
        sharpness: how much a better fit is preferred.
        appeal: spread of what makes tracks popular beside taste.
        position: how fast notice falls with the place: 1 / (1 + place) ** position.
        accidents: share of plays that say nothing.
        new_artists: share of artists that appear during the year.
        new_tracks: share of the other artists' tracks that appear during the year.
        start_s: the first day, seconds since 1970.
        days: how long.
        periods: after how many pieces of time the order is made anew.
        seed: of everything.
    """

    n_listeners: int = 5000
    audible: float = 0.5
    n_tastes: int = 4
    plays: float = 60.0
    sharpness: float = 1.5
    appeal: float = 0.7
    position: float = 0.3
    accidents: float = 0.05
    new_artists: float = 0.15
    new_tracks: float = 0.15
    start_s: float = 1.7e9
    days: int = 360
    periods: int = 12
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("audible", "accidents", "new_artists", "new_tracks"):
            if not 0 <= getattr(self, name) <= 1:
                raise InteractionsError(f"{name} is a share: it must lie between 0 and 1")
        if min(self.n_listeners, self.n_tastes, self.days, self.periods) < 1:
            raise InteractionsError("a simulation needs listeners, tastes, days and periods")
        if not self.plays >= 0:
            raise InteractionsError("nobody plays less than nothing: plays must be 0 or more")


@dataclass(frozen=True, eq=False)
class Simulation:
    """What came of it.

    Attributes:
        interactions: the events, in order of time.
        released_s: when each track came out, seconds since 1970, shape (n_tracks,).
        tastes: fit of every taste with every track, shape (n_all_tastes, n_tracks).
        weights: of each listener's tastes, 0 for those it lacks, shape (n_listeners, n_tastes).
    """

    interactions: Interactions
    released_s: Doubles
    tastes: FloatArray
    weights: Doubles


@dataclass(frozen=True, eq=False)
class _Stage:
    """What does not change while the listeners play."""

    fit: FloatArray
    weights: Doubles
    rates: Doubles
    appeal: FloatArray
    released: Doubles


def simulate(world: World, options: SimulatorOptions | None = None) -> Simulation:
    """Let listeners play for a year.

    Raises:
        InteractionsError: the world has no two tracks, or its columns differ in length.
    """
    options = options or SimulatorOptions()
    n_tracks = len(world.names)
    if n_tracks < 2 or {len(world.artists), len(world.audible)} != {n_tracks}:
        raise InteractionsError("a world needs two or more tracks, and as many artists and sounds")
    random = np.random.default_rng(options.seed)
    artist = np.unique(np.asarray(world.artists), return_inverse=True)[1].astype(np.int64)
    appeal = _appeal(artist, options, random)
    stage = _Stage(
        fit=_tastes(world, artist, appeal, options, random),
        weights=_taste_weights(options, random),
        rates=options.plays * random.lognormal(0, 0.7, options.n_listeners),
        appeal=appeal,
        released=_release_days(artist, options, random),
    )
    interactions = _play(world, stage, options, random)
    released_s = options.start_s + DAY_S * stage.released
    return Simulation(interactions, released_s, stage.fit, stage.weights)


def _appeal(artist: Index, options: SimulatorOptions, random: Random) -> FloatArray:
    """Return log appeal: half of the variance is the artist's."""
    own, shared = random.normal(size=artist.size), random.normal(size=artist.max() + 1)[artist]
    return np.asarray(options.appeal * (own + shared) / np.sqrt(2), dtype=np.float32)


def _release_days(artist: Index, options: SimulatorOptions, random: Random) -> Doubles:
    """Return the day on which each track comes out; 0 for those that were there."""
    debut = random.uniform(0, options.days, artist.max() + 1)
    debut *= random.random(debut.size) < options.new_artists
    later = random.uniform(0, options.days, artist.size)
    later *= random.random(artist.size) < options.new_tracks
    return np.asarray(np.where(debut[artist] > 0, debut[artist], later))


def _taste_weights(options: SimulatorOptions, random: Random) -> Doubles:
    """Return how much of a listener's time each taste gets: one to ``n_tastes`` of them."""
    count = random.integers(1, options.n_tastes + 1, options.n_listeners)
    drawn = random.exponential(size=(options.n_listeners, options.n_tastes))
    drawn *= np.arange(options.n_tastes) < count[:, None]
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def _tastes(
    world: World, artist: Index, appeal: FloatArray, options: SimulatorOptions, random: Random
) -> FloatArray:
    """Return the fit of every taste with every track, variance 1 over tracks."""
    count = options.n_listeners * options.n_tastes
    chance = np.exp(appeal) / np.exp(appeal).sum()
    mixed = np.zeros((count, artist.size), dtype=np.float32)
    spaces = (_heard(world.audible), _scenes(artist, random))
    for share, space in zip((options.audible, 1 - options.audible), spaces, strict=True):
        anchors = space[random.choice(artist.size, count, p=chance)]
        spread = random.normal(size=anchors.shape) / np.sqrt(anchors.shape[1])
        fit = unit_rows(anchors + 0.5 * spread.astype(np.float32)) @ space.T
        fit -= fit.mean(axis=1, keepdims=True)
        fit /= fit.std(axis=1, keepdims=True) + 1e-9
        mixed += np.float32(np.sqrt(share)) * fit
    return mixed


def _heard(audible: FloatArray) -> FloatArray:
    """Return unit rows on the main axes of what can be heard; unknown values are the mean."""
    counted = np.isfinite(audible)
    mean = np.where(counted, audible, 0).sum(axis=0) / np.maximum(counted.sum(axis=0), 1)
    centred = np.where(counted, audible - mean, 0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return unit_rows((centred @ axes[:HEARD_AXES].T).astype(np.float32))


def _scenes(artist: Index, random: Random) -> FloatArray:
    """Return unit rows: a track near its artist, an artist near its scene."""
    n_artists = artist.max() + 1
    centre = random.normal(size=(SCENES, SCENE_AXES))
    own = random.normal(size=(n_artists, SCENE_AXES))
    single = random.normal(size=(artist.size, SCENE_AXES))
    placed = centre[random.integers(SCENES, size=n_artists)] + 0.6 * own
    return unit_rows((placed[artist] + 0.4 * single).astype(np.float32))


def _play(world: World, stage: _Stage, options: SimulatorOptions, random: Random) -> Interactions:
    """Let time pass; the order of tracks is made anew in each period."""
    played = np.zeros(len(world.names))
    length = options.days / options.periods
    parts = []
    for start in np.arange(options.periods) * length:
        out = stage.released <= start
        place = np.empty(played.size)
        place[np.argsort(-played - random.random(played.size), kind="stable")] = np.arange(
            played.size
        )
        pull = stage.appeal - options.position * np.log1p(place).astype(np.float32)
        pull[~out] = -np.inf
        listener, track = _sessions(stage, pull, options, random)
        played += np.bincount(track, minlength=played.size)
        parts.append((listener, track, start + length * random.random(track.size)))
    listener, track, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(day, kind="stable")
    often = random.geometric(0.5, track.size).astype(np.float32)
    names = tuple(f"listener-{number:05}" for number in range(options.n_listeners))
    times = options.start_s + DAY_S * day[order]
    return Interactions(names, world.names, listener[order], track[order], often, times)


def _sessions(
    stage: _Stage, pull: FloatArray, options: SimulatorOptions, random: Random
) -> tuple[Index, Index]:
    """Return who chose what in one period: one session of each listener who plays at all."""
    wanted = random.poisson(stage.rates / options.periods)
    active = np.flatnonzero(wanted)
    levels = stage.weights[active].cumsum(axis=1)
    taste = (random.random(active.size)[:, None] > levels).sum(axis=1)
    row = active * options.n_tastes + np.minimum(taste, options.n_tastes - 1)
    chosen = []
    for first in range(0, active.size, SESSIONS_AT_ONCE):
        block = slice(first, first + SESSIONS_AT_ONCE)
        score = options.sharpness * stage.fit[row[block]] + pull
        # The largest of score + Gumbel noise is a draw in proportion to exp(score).
        noise = random.standard_exponential(score.shape, dtype=np.float32)
        score -= np.log(np.maximum(noise, np.finfo(np.float32).tiny))
        chosen.append(_first(score, wanted[active[block]]))
    listener = np.repeat(active, np.minimum(wanted[active], pull.size))
    track = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
    out = np.flatnonzero(np.isfinite(pull))
    if not out.size:  # nothing has come out yet
        return listener[:0], track[:0]
    accident = random.random(track.size) < options.accidents
    accident |= np.isinf(pull[track])
    return listener, np.where(accident, random.choice(out, track.size), track)


def _first(score: FloatArray, counts: Index) -> Index:
    """Return the places of the best ``counts[i]`` of each row, row after row."""
    most = min(int(counts.max()), score.shape[1])
    some = np.argpartition(-score, most - 1, axis=1)[:, :most]
    order = np.argsort(-np.take_along_axis(score, some, axis=1), axis=1)
    ranked = np.take_along_axis(some, order, axis=1)
    return np.asarray(ranked[np.arange(most) < np.minimum(counts, most)[:, None]])
