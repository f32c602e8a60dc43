"""What a model may learn from and what it is asked: cold, warm, mixed and later plays.

A pair is a listener and a track that the listener played. All splits keep pairs whole: a model
never learns from one play of a pair and is asked for another.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InteractionsError
from .interactions import Index, Interactions, Plays
from .items import Items
from .leaks import kin, refuse_leaks

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Task:
    """One question: rank the candidates for every listener who has an answer.

    Attributes:
        name: ``"cold"``, ``"warm"``, ``"mixed"``, ``"later"`` or ``"later, new"``.
        truth: the pairs to be found.
        seen: pairs that are never recommended: learnt from, or neither learnt nor asked.
        candidates: tracks that may be recommended, shape (n_items,).
        step: on the learning curve, how many plays every cold track has; None: not on it.
    """

    name: str
    truth: Plays
    seen: Plays
    candidates: Mask
    step: int | None = None


@dataclass(frozen=True, eq=False)
class Split:
    """One training part and what is asked of models that have learnt from it.

    Attributes:
        train: columns as in the items.
        new: tracks without a play in ``train``, shape (n_items,).
        tasks: what is asked.
    """

    train: Plays
    new: Mask
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class SplitOptions:
    """How much is held out.

    Attributes:
        cold_share: of the tracks, held out by whole artists; 0 asks for warm tracks only.
        held_share: of the pairs of every listener, held out for warm and mixed.
        time_share: of the events, before the cut of the time-aware split.
        seed: of the draws.
    """

    cold_share: float = 0.2
    held_share: float = 0.2
    time_share: float = 0.8
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("held_share", "time_share"):
            if not 0 < getattr(self, name) < 1:
                raise InteractionsError(f"{name} must lie between 0 and 1")
        if not 0 <= self.cold_share < 1:
            raise InteractionsError("cold_share must be 0 or more and below 1")


def draw_cold(items: Items, share: float, *, seed: int = 0) -> Mask:
    """Draw whole artists, with all versions of their recordings, until a share of tracks is cold.

    Raises:
        InteractionsError: there are not two artists to tell apart.
    """
    if share == 0:
        return np.zeros(len(items), dtype=np.bool_)
    groups = kin(items)
    sizes = np.bincount(groups)
    if sizes.size < 2:
        raise InteractionsError("an item-cold split needs tracks of at least two artists")
    order = np.random.default_rng(seed).permutation(sizes.size)
    before = np.cumsum(sizes[order]) - sizes[order]
    drawn = order[before < share * len(items)][: sizes.size - 1]
    return np.asarray(np.isin(groups, drawn))


def cold_split(plays: Plays, items: Items, options: SplitOptions) -> Split:
    """Return one training part and three questions: cold, warm and mixed.

    Cold ranks cold tracks by all their plays, warm ranks the others by the pairs held out, and
    mixed ranks all tracks by the pairs held out, a cold one no likelier than a warm one.

    Raises:
        InteractionsError: no split of these items is item-cold, or nothing is left to learn.
    """
    cold = draw_cold(items, options.cold_share, seed=options.seed)
    held = np.random.default_rng([options.seed, 1]).random(len(plays)) < options.held_share
    is_cold = cold[plays.tracks]
    train = plays.where(~is_cold & ~held)
    refuse_leaks(items, cold, train)
    warm = Task("warm", plays.where(~is_cold & held), train, ~cold)
    if not options.cold_share:
        return Split(train, cold, (warm,))
    tasks = (
        Task("cold", plays.where(is_cold), train, cold),
        warm,
        Task("mixed", plays.where(held), plays.where(~held), np.ones_like(cold)),
    )
    return Split(train, cold, tasks)


def time_split(interactions: Interactions, items: Items, options: SplitOptions) -> Split:
    """Cut at one moment for everyone: what is played later, of all tracks and of the new ones.

    New are tracks that nobody had played before the cut; their artists may be known.

    Raises:
        InteractionsError: an event has no time.
    """
    times = interactions.time_s
    if times is None or not np.isfinite(times).all():
        raise InteractionsError("a time-aware split needs the time of every event")
    cut = np.quantile(times, options.time_share)
    train = interactions.where(times < cut).on(items.names)
    later = interactions.where(times >= cut).on(items.names)
    truth = later.where(~np.isin(_keys(later), _keys(train)))
    new = train.popularity == 0
    tasks = (
        Task("later", truth, train, np.ones_like(new)),
        Task("later, new", truth.where(new[truth.tracks]), train, new),
    )
    return Split(train, new, tasks)


def curve_splits(
    plays: Plays, items: Items, steps: tuple[int, ...], options: SplitOptions
) -> dict[int, Split]:
    """Return cold splits whose cold tracks have 0, 1, 2 ... plays in the training part.

    The plays that may be learnt from are drawn once per track, those of a smaller step being
    among those of a larger one, at most half of a track's; all others are asked, the same at
    every step. Tracks with fewer plays give what they have. Step 0 learns from the same as
    ``cold_split``.
    """
    base = cold_split(plays, items, options)
    is_cold = base.new[plays.tracks]
    order = rank_within(plays.tracks, np.random.default_rng([options.seed, 2]))
    most = np.minimum(max(steps), plays.popularity // 2)[plays.tracks]
    given = is_cold & (order < most)
    learnt = np.isin(_keys(plays), _keys(base.train))
    truth, seen = plays.where(is_cold & ~given), plays.where(given | learnt)
    return {
        step: Split(
            plays.where(learnt | (given & (order < step))),
            base.new,
            (Task("cold", truth, seen, base.new, step),),
        )
        for step in steps
    }


def rank_within(groups: Index, random: np.random.Generator) -> Index:
    """Return the place of every entry in a random order of its group, from 0."""
    order = np.lexsort((random.random(groups.size), groups))
    sizes = np.bincount(groups)
    rank = np.empty(groups.size, dtype=np.int64)
    rank[order] = np.arange(groups.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return rank


def _keys(plays: Plays) -> Index:
    return np.asarray(plays.rows * plays.n_tracks + plays.tracks)
