"""Every model against every question, with intervals: what the join of sound and plays is worth."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from ...errors import AuricleError, InteractionsError
from ...evaluate.bootstrap import Interval, interval_of, resampled_means
from .interactions import Interactions
from .items import Items
from .models import MODELS
from .ranking import PER_LISTENER, Doubles, Judged, best_lists, judge
from .recommender import Recommender
from .splits import Split, SplitOptions, Task, cold_split, curve_splits, time_split

STEPS = (0, 1, 2, 5, 10, 50)
REFERENCES = ("hybrid", "audio-to-factors")
"""Models that are compared with every other, pair by pair."""

COMPARED = "ndcg"
Told = Callable[[str], None]
Make = Callable[[], Recommender]


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """How to evaluate.

    Attributes:
        k: length of the lists.
        steps: of the learning curve: plays that every cold track has; () draws no curve.
        later: whether to cut by time as well; None: when every event has a time.
        splits: how much is held out.
        seed: of the models and the resamples.
    """

    k: int = 20
    steps: tuple[int, ...] = STEPS
    later: bool | None = None
    splits: SplitOptions = field(default_factory=SplitOptions)
    seed: int = 0

    def __post_init__(self) -> None:
        if self.k < 1:
            raise InteractionsError("lists must have at least one place: k is below 1")
        if any(step < 0 for step in self.steps):
            raise InteractionsError("a track cannot have fewer than 0 plays")


@dataclass(frozen=True)
class Row:
    """One model on one task.

    Attributes:
        model: its name.
        task: ``"cold"``, ``"warm"``, ``"mixed"``, ``"later"`` or ``"later, new"``.
        step: plays of every cold track, on the learning curve; else None.
        figures: means over listeners, with intervals; names as in ``PER_LISTENER``.
        overall: figures of all lists together; names as in ``OVERALL``.
        fit_s: how long the model took to learn, wall clock.
    """

    model: str
    task: str
    step: int | None
    figures: dict[str, Interval]
    overall: dict[str, float]
    fit_s: float


@dataclass(frozen=True)
class Comparison:
    """nDCG of one model beside another's, the same listeners resampled for both.

    Attributes:
        model: one of ``REFERENCES``.
        other: what it is compared with.
        task: as in ``Row``.
        step: as in ``Row``.
        difference: model minus other.
        ratio: model over other; None where the other finds next to nothing.
    """

    model: str
    other: str
    task: str
    step: int | None
    difference: Interval
    ratio: Interval | None


@dataclass(frozen=True)
class RecommendReport:
    """What an evaluation found.

    Attributes:
        k: length of the lists.
        n_listeners: in the data.
        n_tracks: that can be recommended.
        n_pairs: of a listener and a track.
        n_cold: tracks of the cold artists.
        space: the embedding model of the tracks.
        rows: model by model.
        comparisons: the models in ``REFERENCES`` with every other, paired.
        left_out: models that could not be fitted, and why.
        options: of the run.
    """

    k: int
    n_listeners: int
    n_tracks: int
    n_pairs: int
    n_cold: int
    space: str
    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    left_out: dict[str, str]
    options: EvaluateOptions


TOO_FEW = (
    "pairs of a listener and a track are too few: no listener has one to learn from and another to "
    "be judged by"
)


def evaluate_recommenders(
    interactions: Interactions,
    items: Items,
    options: EvaluateOptions | None = None,
    *,
    models: Mapping[str, Make] = MODELS,
    told: Told | None = None,
) -> RecommendReport:
    """Fit every model on every split and judge its lists.

    Args:
        interactions: who played what.
        items: what can be recommended.
        options: how much is held out, the lists' length, the curve.
        models: by name, each a call that gives an unfitted model.
        told: is told what is being done, for progress.

    Raises:
        InteractionsError: the data is too small to split, or times are asked for and missing.
    """
    options = options or EvaluateOptions()
    plays = interactions.on(items.names)
    splits = list(_splits(interactions, items, options))
    judged: dict[tuple[str, str, int | None], tuple[Judged, float]] = {}
    left_out: dict[str, str] = {}
    for number, split in enumerate(splits, start=1):
        for name, make in models.items():
            if name in left_out:
                continue
            if told:
                told(f"split {number} of {len(splits)}: {name}")
            try:
                found = _examine(make(), split, interactions.listeners, items, options)
            except AuricleError as error:
                left_out[name] = str(error)
                continue
            judged |= {(name, task.name, task.step): part for task, part in found}
    if not judged and not left_out:
        raise InteractionsError(f"{len(plays)} {TOO_FEW}")
    kept = {key: part for key, part in judged.items() if key[0] not in left_out}
    return RecommendReport(
        k=options.k,
        n_listeners=len(interactions.listeners),
        n_tracks=len(items),
        n_pairs=len(plays),
        n_cold=int(splits[0].new.sum()),
        space=items.model,
        rows=tuple(_row(key, *part, options.seed) for key, part in kept.items()),
        comparisons=tuple(_comparisons(kept, options.seed)),
        left_out=left_out,
        options=options,
    )


def _splits(interactions: Interactions, items: Items, options: EvaluateOptions) -> Iterator[Split]:
    """Yield the splits; the curve's step 0 learns from the same as cold, and is joined to it."""
    plays = interactions.on(items.names)
    first = cold_split(plays, items, options.splits)
    curve = curve_splits(plays, items, options.steps, options.splits) if options.steps else {}
    joined = curve.pop(0).tasks if 0 in curve else ()
    yield Split(first.train, first.new, (*first.tasks, *joined))
    yield from curve.values()
    times = interactions.time_s
    timed = times is not None and bool(np.isfinite(times).all())
    if options.later or (options.later is None and timed):
        yield time_split(interactions, items, options.splits)


def _examine(
    model: Recommender,
    split: Split,
    listeners: tuple[str, ...],
    items: Items,
    options: EvaluateOptions,
) -> list[tuple[Task, tuple[Judged, float]]]:
    """Fit one model on one split and judge it on each task that has something to be found."""
    start = time.perf_counter()
    fitted = model.fit_plays(listeners, split.train, items, options.seed)
    took_s = time.perf_counter() - start
    found = []
    for task in split.tasks:
        if len(task.truth):
            asked, lists = best_lists(fitted.scores, task, options.k, seed=options.seed)
            found.append((task, (judge(lists, asked, task, split.train, split.new), took_s)))
    return found


def _row(key: tuple[str, str, int | None], judged: Judged, took_s: float, seed: int) -> Row:
    values = np.stack([judged.values[name] for name in PER_LISTENER], axis=1)
    drawn, n = resampled_means(values, seed=seed), len(values)
    figures = {
        name: interval_of(mean, column, n, n)
        for name, mean, column in zip(PER_LISTENER, values.mean(axis=0), drawn.T, strict=True)
    }
    return Row(*key, figures, judged.overall, took_s)


def _comparisons(
    judged: Mapping[tuple[str, str, int | None], tuple[Judged, float]], seed: int
) -> Iterator[Comparison]:
    for (name, task, step), (mine, _) in judged.items():
        if name not in REFERENCES:
            continue
        for (other, *place), (theirs, _) in judged.items():
            if other != name and place == [task, step]:
                pair = mine.values[COMPARED], theirs.values[COMPARED]
                yield Comparison(name, other, task, step, *paired(*pair, seed=seed))


def paired(mine: Doubles, other: Doubles, *, seed: int = 0) -> tuple[Interval, Interval | None]:
    """Return difference and ratio of two means over the same listeners, shape (n,) each.

    There is no ratio to a mean that is 0 for the listeners, or for some resample of them.
    """
    values, n = np.stack([mine, other], axis=1), len(mine)
    (a, b), drawn = values.mean(axis=0), resampled_means(values, seed=seed)
    difference = interval_of(a - b, drawn[:, 0] - drawn[:, 1], n, n)
    if min(b, drawn[:, 1].min()) <= 0:
        return difference, None
    return difference, interval_of(a / b, drawn[:, 0] / drawn[:, 1], n, n)
