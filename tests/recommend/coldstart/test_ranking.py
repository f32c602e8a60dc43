"""Every measure against values worked out by hand."""

import numpy as np
import pytest

from auricle.recommend.coldstart.interactions import Plays
from auricle.recommend.coldstart.ranking import (
    OVERALL,
    PER_LISTENER,
    average_precision,
    best_lists,
    exposure,
    gini,
    judge,
    ndcg,
    novelty,
    percentile,
    recall,
)
from auricle.recommend.coldstart.splits import Task

LOG3 = np.log2(3)


def plays(pairs: list[tuple[int, int]], shape: tuple[int, int]) -> Plays:
    rows, columns = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    return Plays.of_events(rows, columns, np.ones(rows.size, dtype=np.float32), shape)


def task(truth: list[tuple[int, int]], seen: list[tuple[int, int]], candidates: list[bool]) -> Task:
    shape = (1 + max(row for row, _ in truth + seen), len(candidates))
    return Task("cold", plays(truth, shape), plays(seen, shape), np.array(candidates))


HITS = np.array([[True, False, True], [False, True, False], [False, False, False]])
SIZES = np.array([2, 4, 1])


def test_recall() -> None:
    np.testing.assert_allclose(recall(HITS, SIZES), [1, 1 / 4, 0])


def test_ndcg() -> None:
    # Places 1 and 3 of two: (1 + 1/2) / (1 + 1/log2 3). Place 2 of four, three of which fit in.
    expected = [1.5 / (1 + 1 / LOG3), (1 / LOG3) / (1.5 + 1 / LOG3), 0]
    np.testing.assert_allclose(ndcg(HITS, SIZES), expected)


def test_average_precision() -> None:
    # (1/1 + 2/3) / 2; (1/2) / min(4, 3); nothing.
    np.testing.assert_allclose(average_precision(HITS, SIZES), [5 / 6, 1 / 6, 0])


def test_a_perfect_list_has_1_in_everything() -> None:
    hits, sizes = np.ones((2, 3), dtype=bool), np.array([3, 3])
    for measure in (recall, ndcg, average_precision):
        np.testing.assert_allclose(measure(hits, sizes), 1)


def test_a_list_shorter_than_the_truth_can_still_be_perfect_but_for_recall() -> None:
    hits, sizes = np.ones((1, 3), dtype=bool), np.array([6])
    assert ndcg(hits, sizes)[0] == average_precision(hits, sizes)[0] == 1
    assert recall(hits, sizes)[0] == 0.5


@pytest.mark.parametrize(
    ("often", "expected"),
    [
        ([5, 5, 5, 5], 0),
        ([0, 0, 0, 8], 3 / 4),
        ([1, 3], 1 / 4),
        ([0, 0], 0),
        ([3, 1, 0, 2], 5 / 12),
    ],
)
def test_gini(often: list[int], expected: float) -> None:
    assert gini(np.array(often)) == pytest.approx(expected)


def test_novelty_is_the_surprise_in_bits() -> None:
    train = plays([(0, 0), (1, 0), (2, 0), (3, 0), (0, 1)], (4, 3))
    np.testing.assert_allclose(novelty(train), [0, 2, 2])


def test_percentile_counts_ties_half() -> None:
    np.testing.assert_allclose(percentile(np.array([7, 1, 1, 9])), [0.625, 0.25, 0.25, 0.875])


def test_exposure() -> None:
    often = np.array([2, 0, 4, 9, 0])
    candidates, new = np.array([1, 1, 1, 0, 1], bool), np.array([0, 1, 1, 0, 0], bool)
    found = exposure(often, candidates, new)
    assert found["coverage"] == 0.5
    assert found["new_coverage"] == 0.5
    assert found["gini"] == pytest.approx(gini(np.array([2, 0, 4, 0])))
    assert exposure(often, candidates, ~candidates)["new_coverage"] == 0


def test_lists_hold_the_best_candidates_that_were_not_seen() -> None:
    scores = np.array([[0.1, 0.9, 0.8, 0.7, 0.6], [0.5, 0.4, 0.3, 0.2, 0.1]], np.float32)
    question = task([(0, 3), (1, 1)], [(0, 1), (1, 0)], [True, True, True, True, False])
    asked, lists = best_lists(lambda rows: scores[rows], question, 2)
    assert asked.tolist() == [0, 1]
    assert lists.tolist() == [[2, 3], [1, 2]]


def test_who_has_nothing_to_be_found_is_not_asked() -> None:
    question = task([(1, 0), (3, 1)], [(0, 1)], [True, True])
    asked, lists = best_lists(lambda rows: np.ones((rows.size, 2), np.float32), question, 1)
    assert asked.tolist() == [1, 3]
    assert lists.shape == (2, 1)


def test_a_short_list_is_filled_up_and_the_filling_counts_for_nothing() -> None:
    question = task([(0, 2)], [(0, 0)], [True, True, True, False])
    asked, lists = best_lists(lambda rows: np.array([[3.0, 2, 1, 9]], np.float32), question, 5)
    assert lists.tolist() == [[1, 2, -1, -1, -1]]
    judged = judge(lists, asked, question, question.seen, np.array([0, 1, 1, 1], bool))
    assert judged.values["recall"].tolist() == [1]
    assert judged.values["new_share"].tolist() == [1]
    assert judged.overall["coverage"] == pytest.approx(2 / 3)


def test_equal_scores_are_ranked_by_chance_not_by_place() -> None:
    n = 40
    question = task([(row, row % n) for row in range(2000)], [(0, 1)], [True] * n)
    asked, lists = best_lists(lambda rows: np.zeros((rows.size, n), np.float32), question, 10)
    judged = judge(lists, asked, question, question.seen, np.zeros(n, bool))
    assert judged.values["recall"].mean() == pytest.approx(10 / n, abs=0.08)
    assert judged.overall["coverage"] == 1
    again = best_lists(lambda rows: np.zeros((rows.size, n), np.float32), question, 10)[1]
    assert np.array_equal(lists, again)


def test_scores_are_asked_for_in_blocks() -> None:
    sizes = []
    question = task([(row, 0) for row in range(600)], [(0, 1)], [True, True])

    def score(rows: np.ndarray) -> np.ndarray:
        sizes.append(rows.size)
        return np.ones((rows.size, 2), np.float32)

    best_lists(score, question, 1)
    assert sum(sizes) == 600
    assert max(sizes) < 600


def test_judging_gives_every_measure() -> None:
    train = plays([(0, 0), (1, 0), (1, 1), (2, 2), (2, 0), (2, 1)], (3, 4))
    question = Task("mixed", plays([(0, 1), (1, 3)], (3, 4)), train, np.ones(4, bool))
    lists, asked = np.array([[1, 3], [2, 3]]), np.array([0, 1])
    judged = judge(lists, asked, question, train, np.array([0, 0, 0, 1], bool))
    assert set(judged.values) == set(PER_LISTENER)
    assert set(judged.overall) == set(OVERALL)
    assert judged.values["recall"].tolist() == [1, 1]
    np.testing.assert_allclose(judged.values["ndcg"], [1, 1 / LOG3])
    np.testing.assert_allclose(judged.values["new_share"], [0.5, 0.5])
    np.testing.assert_allclose(judged.values["novelty"], [(np.log2(1.5) + LOG3) / 2, LOG3])
    # Plays 3, 2, 1, 0: percentiles 7/8, 5/8, 3/8, 1/8. Listener 0 played track 0, shown 1 and 3.
    np.testing.assert_allclose(judged.values["popularity_lift"], [3 / 8 - 7 / 8, 2 / 8 - 6 / 8])
    assert judged.overall["new_coverage"] == 1


def test_a_listener_without_plays_is_compared_with_the_middle() -> None:
    train = plays([(0, 0)], (2, 2))
    question = Task("later", plays([(1, 1)], (2, 2)), train, np.ones(2, bool))
    judged = judge(np.array([[0]]), np.array([1]), question, train, np.zeros(2, bool))
    np.testing.assert_allclose(judged.values["popularity_lift"], [0.75 - 0.5])


def by_hand(ranked: list[int], wanted: set[int], k: int) -> tuple[float, float, float]:
    """Return recall, nDCG and average precision, place by place."""
    found, gain, precision = 0, 0.0, 0.0
    for place, track in enumerate(ranked, start=1):
        if track in wanted:
            found += 1
            gain += 1 / np.log2(place + 1)
            precision += found / place
    most = min(len(wanted), k)
    best = sum(1 / np.log2(place + 1) for place in range(1, most + 1))
    return found / len(wanted), gain / best, precision / most


@pytest.mark.parametrize("k", [1, 3, 8])
def test_many_lists_are_judged_as_each_by_hand(k: int) -> None:
    random = np.random.default_rng(k)
    n_listeners, n_tracks = 50, 20
    listened = random.random((n_listeners, n_tracks)) < 0.2
    learnt = (random.random((n_listeners, n_tracks)) < 0.2) & ~listened
    listened[:3] = False
    shape = (n_listeners, n_tracks)
    ones = np.ones(n_listeners * n_tracks, np.float32)
    truth, seen = (
        Plays.of_events(*np.nonzero(pairs), ones[: pairs.sum()], shape)
        for pairs in (listened, learnt)
    )
    question = Task("warm", truth, seen, np.ones(n_tracks, bool))
    scores = random.standard_normal(shape).astype(np.float32)
    asked, lists = best_lists(lambda rows: scores[rows], question, k)
    judged = judge(lists, asked, question, seen, np.zeros(n_tracks, bool))
    assert asked.tolist() == np.flatnonzero(listened.any(axis=1)).tolist()
    for row, listener in enumerate(asked):
        order = [track for track in np.argsort(-scores[listener]) if not learnt[listener, track]]
        assert lists[row].tolist() == order[:k]
        expected = by_hand(order[:k], set(np.flatnonzero(listened[listener]).tolist()), k)
        values = [judged.values[name][row] for name in ("recall", "ndcg", "map")]
        np.testing.assert_allclose(values, expected)


def test_scores_that_are_asked_for_stay_as_they_were() -> None:
    scores = np.array([[3.0, 2.0, 1.0]], dtype=np.float32)
    question = task([(0, 2)], [(0, 0)], [True, True, True])
    best_lists(lambda rows: scores, question, 2)
    assert scores.tolist() == [[3, 2, 1]]


def test_gini_is_half_the_mean_difference_over_the_mean() -> None:
    often = np.random.default_rng(0).integers(0, 30, size=25)
    differences = np.abs(often[:, None] - often).mean()
    assert gini(often) == pytest.approx(differences / (2 * often.mean()))
    assert gini(often[::-1] * 7) == pytest.approx(gini(often))


def test_percentiles_are_one_half_on_average() -> None:
    popularity = np.random.default_rng(0).integers(0, 5, size=40)
    found = percentile(popularity)
    assert found.mean() == pytest.approx(0.5)
    assert (np.diff(found[np.argsort(popularity, kind="stable")]) >= 0).all()
    assert percentile(np.zeros(0, np.int64)).size == 0


def test_an_empty_list_is_worth_nothing() -> None:
    """A listener who has seen every candidate gets no list; no figure may be NaN."""
    question = task([(0, 2)], [(0, 0), (0, 1)], [True, True, False])
    asked, lists = best_lists(lambda rows: np.ones((rows.size, 3), np.float32), question, 2)
    assert (lists == -1).all()
    judged = judge(lists, asked, question, question.seen, np.ones(3, bool))
    assert {
        name: value[0] for name, value in judged.values.items() if name != "popularity_lift"
    } == dict.fromkeys(set(PER_LISTENER) - {"popularity_lift"}, 0)
    assert np.isfinite(judged.values["popularity_lift"]).all()
    assert judged.overall == dict.fromkeys(OVERALL, 0)
