"""The contract of an index, held to by both: what they find is what sorting everything finds."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from auricle.library import index, index_faiss
from auricle.library.index import NO_TRACK, FlatIndex, Index, best_of
from auricle.library.index_faiss import FaissIndex
from auricle.library.index_rows import Rows, make_rows

DIM = 24
Make = Callable[[Rows], Index]


def unit(n_rows: int, seed: int = 0, dim: int = DIM) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n_rows, dim)) * np.arange(1, dim + 1) ** -0.5
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def numbers(n_rows: int) -> NDArray[np.int64]:
    """Return track numbers with gaps, not in order."""
    return np.random.default_rng(1).permutation(np.arange(n_rows) * 3 + 5)


@pytest.fixture(params=["numpy", "faiss", "faiss, coarse"])
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a way to make an index; the coarse search is used on small collections too."""
    if request.param == "numpy":
        return FlatIndex
    pytest.importorskip("faiss")
    if request.param == "faiss, coarse":
        monkeypatch.setattr(index_faiss, "MIN_ROWS", 600)
        monkeypatch.setattr(index_faiss, "TRAINING_ROWS", 600)
        monkeypatch.setattr(index_faiss, "CANDIDATES", 300)
    return FaissIndex


def expected(
    rows: Rows, query: NDArray[np.float32], allowed: NDArray[np.bool_], corrected: bool
) -> NDArray[np.int64]:
    scores = rows.vectors @ query - (rows.penalties if corrected else 0)
    scores = np.where(allowed, scores, -np.inf)
    order = np.lexsort((rows.ids, -scores))
    return rows.ids[order[np.isfinite(scores[order])]]


@pytest.mark.parametrize("corrected", [True, False])
@pytest.mark.parametrize("n_queries", [1, 7])
def test_finds_what_sorting_finds(make: Make, n_queries: int, corrected: bool) -> None:
    made = make(make_rows(numbers(800), unit(800)))
    queries = unit(n_queries, seed=2)
    ids, scores = made.search(queries, 10, corrected=corrected)
    assert ids.shape == scores.shape == (n_queries, 10)
    everything = np.ones(800, dtype=bool)
    for query, found, values in zip(queries, ids, scores, strict=True):
        assert found.tolist() == expected(made.rows, query, everything, corrected)[:10].tolist()
        assert np.all(np.diff(values) <= 0)


def test_raw_scores_are_cosines(make: Make) -> None:
    made = make(make_rows(numbers(800), unit(800)))
    query = made.rows.vectors[17]
    ids, scores = made.search(query[None], 3, corrected=False)
    assert ids[0, 0] == made.rows.ids[17]
    assert scores[0, 0] == pytest.approx(1.0, abs=1e-5)


def test_only_what_is_allowed_is_found(make: Make) -> None:
    made = make(make_rows(numbers(800), unit(800)))
    allowed = np.zeros(800, dtype=bool)
    allowed[[3, 700]] = True
    ids, scores = made.search(unit(2, seed=3), 5, allowed=allowed)
    assert {*ids[:, :2].ravel().tolist()} == {*made.rows.ids[[3, 700]].tolist()}
    assert np.all(ids[:, 2:] == NO_TRACK)
    assert np.all(np.isneginf(scores[:, 2:]))


def test_added_and_removed_tracks(make: Make) -> None:
    ids, vectors = numbers(800), unit(800)
    made = make(make_rows(ids[:700], vectors[:700]))
    made.add(ids[700:], vectors[700:])
    made.remove(np.array([ids[0], 999_999]))
    whole = make_rows(ids[1:], vectors[1:])
    np.testing.assert_array_equal(made.rows.ids, whole.ids)
    np.testing.assert_array_equal(made.rows.vectors, whole.vectors)
    np.testing.assert_allclose(made.rows.penalties, whole.penalties, atol=1e-6)
    found, _ = made.search(vectors[700:701], 1, corrected=False)
    assert found[0, 0] == ids[700]
    gone, _ = made.search(vectors[:1], 5, corrected=False)
    assert ids[0] not in gone


def test_a_track_that_is_added_again_has_its_new_vector(make: Make) -> None:
    made = make(make_rows(np.arange(800), unit(800)))
    fresh = -unit(800)[5:6]
    made.add(np.array([5]), fresh)
    assert len(made.rows) == 800
    found, _ = made.search(fresh, 1, corrected=False)
    assert found[0, 0] == 5


def test_fewer_tracks_than_asked(make: Make) -> None:
    made = make(make_rows(np.array([9, 4]), unit(2)))
    ids, scores = made.search(unit(1), 4)
    assert sorted(ids[0, :2].tolist()) == [4, 9]
    assert ids[0, 2:].tolist() == [NO_TRACK, NO_TRACK]
    assert np.isneginf(scores[0, 2:]).all()


def test_an_empty_index_finds_nothing(make: Make) -> None:
    made = make(make_rows(np.zeros(0, np.int64), np.zeros((0, DIM), np.float32)))
    assert made.search(unit(1), 2)[0].tolist() == [[NO_TRACK, NO_TRACK]]


def test_wrong_questions_are_refused(make: Make) -> None:
    made = make(make_rows(np.arange(800), unit(800)))
    with pytest.raises(ValueError, match="at least 1"):
        made.search(unit(1), 0)
    with pytest.raises(ValueError, match=r"\(m, 24\)"):
        made.search(unit(1, dim=3), 1)
    with pytest.raises(ValueError, match=r"\(m, 24\)"):
        made.search(unit(1)[0], 1)


def test_many_queries_are_answered_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    made = FlatIndex(make_rows(np.arange(50), unit(50)))
    whole = made.search(unit(9, seed=4), 5)
    monkeypatch.setattr(index, "MAX_SCORES", 100)
    in_turns = made.search(unit(9, seed=4), 5)
    np.testing.assert_array_equal(whole[0], in_turns[0])


def test_best_of_breaks_ties_by_place() -> None:
    scores = np.array([1, 3, 2, 3, -np.inf, 3], dtype=np.float32)
    assert best_of(scores, 2).tolist() == [1, 3]
    assert best_of(scores, 4).tolist() == [1, 3, 5, 2]
    assert best_of(scores, 9).tolist() == [1, 3, 5, 2, 0]
