"""The table has every model on every task, and its figures mean what they say."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
import pytest

from auricle.errors import InteractionsError, RecommendError
from auricle.recommend.coldstart.evaluation import (
    EvaluateOptions,
    RecommendReport,
    Row,
    evaluate_recommenders,
    paired,
)
from auricle.recommend.coldstart.interactions import Columns, Index, Interactions
from auricle.recommend.coldstart.items import Items
from auricle.recommend.coldstart.models import MODELS
from auricle.recommend.coldstart.ranking import OVERALL, PER_LISTENER
from auricle.recommend.coldstart.recommender import Recommender
from auricle.recommend.coldstart.splits import SplitOptions

N_LISTENERS, N_TRACKS, N_CLOUDS = 120, 90, 3
STEPS = (0, 3)


class Oracle(Recommender):
    """Knows that a listener plays only the tracks of one cloud."""

    name: ClassVar[str] = "hybrid"

    def _fit(self, rng: np.random.Generator) -> None:
        pass

    def _score(self, listeners: Index, tracks: Columns) -> np.ndarray:
        cloud = np.arange(N_TRACKS)[tracks] % N_CLOUDS
        return (cloud == listeners[:, None] % N_CLOUDS).astype(np.float32)


class Blind(Oracle):
    """Cannot tell tracks apart."""

    name: ClassVar[str] = "blind"

    def _score(self, listeners: Index, tracks: Columns) -> np.ndarray:
        return 0 * super()._score(listeners, tracks)


class Unable(Oracle):
    """Needs what is not there."""

    name: ClassVar[str] = "unable"

    def _fit(self, rng: np.random.Generator) -> None:
        raise RecommendError("there is nothing to go by")


@pytest.fixture(scope="module")
def items() -> Items:
    names = tuple(f"track {place}" for place in range(N_TRACKS))
    artists = tuple(f"artist {place // 3}" for place in range(N_TRACKS))
    vectors = np.eye(N_CLOUDS, dtype=np.float32)[np.arange(N_TRACKS) % N_CLOUDS]
    return Items(names, vectors, artists, ("",) * N_TRACKS, np.arange(N_TRACKS), "tiny@0")


@pytest.fixture(scope="module")
def interactions(items: Items) -> Interactions:
    random = np.random.default_rng(0)
    listener = random.integers(N_LISTENERS, size=3000)
    track = N_CLOUDS * random.integers(N_TRACKS // N_CLOUDS, size=3000) + listener % N_CLOUDS
    listeners = tuple(f"listener {row}" for row in range(N_LISTENERS))
    ones = np.ones(3000, np.float32)
    return Interactions(listeners, items.names, listener, track, ones, np.arange(3000.0))


@pytest.fixture(scope="module")
def report(interactions: Interactions, items: Items) -> RecommendReport:
    models: dict[str, Callable[[], Recommender]] = {
        "hybrid": Oracle, "blind": Blind, "unable": Unable
    }  # fmt: skip
    options = EvaluateOptions(k=5, steps=STEPS)
    return evaluate_recommenders(interactions, items, options, models=models)


def row(report: RecommendReport, model: str, task: str, step: int | None = None) -> Row:
    (found,) = (r for r in report.rows if (r.model, r.task, r.step) == (model, task, step))
    return found


def test_every_model_is_asked_everything(report: RecommendReport) -> None:
    tasks = [("cold", None), ("warm", None), ("mixed", None), ("cold", 0), ("cold", 3)]
    tasks += [("later", None)]
    for model in ("hybrid", "blind"):
        assert {(r.task, r.step) for r in report.rows if r.model == model} == set(tasks)
    assert all(set(r.figures) == set(PER_LISTENER) for r in report.rows)
    assert all(set(r.overall) == set(OVERALL) for r in report.rows)


def test_who_knows_beats_who_does_not(report: RecommendReport) -> None:
    for task in ("cold", "warm", "mixed"):
        knows, guesses = row(report, "hybrid", task), row(report, "blind", task)
        assert knows.figures["ndcg"].low > 1.5 * guesses.figures["ndcg"].high
    share = (N_TRACKS / 5 / N_CLOUDS) ** -1
    assert row(report, "blind", "cold").figures["recall"].value == pytest.approx(
        5 * share / N_CLOUDS, abs=0.06
    )


def test_intervals_hold_the_figure(report: RecommendReport) -> None:
    for each in report.rows:
        for figure in each.figures.values():
            assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9
            assert figure.n <= N_LISTENERS


def test_new_tracks_are_all_there_is_among_the_cold(report: RecommendReport) -> None:
    assert row(report, "blind", "cold").figures["new_share"].value == 1
    assert row(report, "blind", "warm").figures["new_share"].value == 0
    mixed = row(report, "blind", "mixed").figures["new_share"].value
    assert 0 < mixed < 1


def test_comparisons_are_paired(report: RecommendReport) -> None:
    places = {(each.task, each.step) for each in report.comparisons}
    assert ("cold", 3) in places
    assert {each.other for each in report.comparisons} == {"blind"}
    cold = next(each for each in report.comparisons if (each.task, each.step) == ("cold", None))
    mine, other = (row(report, name, "cold").figures["ndcg"].value for name in ("hybrid", "blind"))
    assert cold.difference.value == pytest.approx(mine - other)
    assert cold.ratio is not None
    assert cold.ratio.value == pytest.approx(mine / other)
    assert cold.ratio.low > 1


def test_a_model_that_cannot_be_fitted_is_left_out_with_the_reason(
    report: RecommendReport,
) -> None:
    assert report.left_out == {"unable": "there is nothing to go by"}
    assert "unable" not in {each.model for each in report.rows}


def test_the_data_is_described(report: RecommendReport) -> None:
    assert (report.n_listeners, report.n_tracks) == (N_LISTENERS, N_TRACKS)
    assert 0.2 * N_TRACKS <= report.n_cold <= 0.2 * N_TRACKS + 3
    assert report.space == "tiny@0"


def test_progress_is_told(interactions: Interactions, items: Items) -> None:
    told: list[str] = []
    options = EvaluateOptions(steps=(), later=False)
    evaluate_recommenders(interactions, items, options, models={"a": Blind}, told=told.append)
    assert told == ["split 1 of 1: a"]


def test_without_times_nothing_is_cut_by_time(interactions: Interactions, items: Items) -> None:
    timeless = Interactions(
        interactions.listeners, interactions.tracks, interactions.listener_index,
        interactions.track_index, interactions.weight,
    )  # fmt: skip
    options = EvaluateOptions(steps=())
    report = evaluate_recommenders(timeless, items, options, models={"a": Blind})
    assert {each.task for each in report.rows} == {"cold", "warm", "mixed"}
    with pytest.raises(InteractionsError, match="time of every event"):
        evaluate_recommenders(timeless, items, EvaluateOptions(later=True), models={"a": Blind})


def test_a_curve_need_not_begin_at_0(interactions: Interactions, items: Items) -> None:
    options = EvaluateOptions(steps=(2,), later=False)
    report = evaluate_recommenders(interactions, items, options, models={"a": Blind})
    assert {each.step for each in report.rows} == {None, 2}


def test_shipped_models_are_judged_by_default(interactions: Interactions, items: Items) -> None:
    options = EvaluateOptions(k=5, steps=(), later=False, splits=SplitOptions(seed=2))
    report = evaluate_recommenders(interactions, items, options)
    judged = {each.model for each in report.rows}
    assert judged | set(report.left_out) == set(MODELS)
    assert {"random", "popularity", "content"} <= judged
    content = row(report, "content", "cold").figures["ndcg"]
    assert content.low > row(report, "random", "cold").figures["ndcg"].high


@pytest.mark.parametrize("wrong", [{"k": 0}, {"steps": (0, -1)}])
def test_impossible_options_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InteractionsError):
        EvaluateOptions(**wrong)  # type: ignore[arg-type]


def test_pairs_are_tighter_than_two_intervals() -> None:
    random = np.random.default_rng(0)
    own = random.random(300)
    difference, ratio = paired(own + 0.1, own)
    assert difference.high - difference.low < 1e-9
    assert difference.value == pytest.approx(0.1)
    assert ratio is not None
    assert ratio.low < ratio.value < ratio.high


def test_there_is_no_ratio_to_nothing() -> None:
    difference, ratio = paired(np.ones(5), np.zeros(5))
    assert (difference.value, ratio) == (1.0, None)


def test_there_is_no_ratio_to_what_one_listener_finds() -> None:
    """Some resamples leave that listener out, and would be divided by 0."""
    difference, ratio = paired(np.ones(9), np.eye(9)[0])
    assert difference.value == pytest.approx(8 / 9)
    assert ratio is None


def test_nothing_over_something_is_nothing() -> None:
    _, ratio = paired(np.zeros(5), np.ones(5))
    assert ratio is not None
    assert (ratio.value, ratio.low, ratio.high) == (0.0, 0.0, 0.0)


def test_one_event_is_too_few(items: Items) -> None:
    one = Interactions.of(["me"], [items.names[0]])
    with pytest.raises(InteractionsError, match="1 pairs of a listener and a track are too few"):
        evaluate_recommenders(one, items)
