"""Rows of an index: order, adding, removing, and penalties that are kept or made anew."""

import numpy as np
import pytest

from auricle.library import index_hubness, index_rows
from auricle.library.index_rows import added, make_rows, removed

from .test_index import unit


@pytest.fixture
def _few_references(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_hubness, "MAX_REFERENCES", 40)
    monkeypatch.setattr(index_rows, "MAX_REFERENCES", 40)


def test_rows_are_in_order_of_their_numbers() -> None:
    vectors = unit(3)
    rows = make_rows(np.array([30, 10, 20]), vectors.astype(np.float16))
    assert rows.ids.tolist() == [10, 20, 30]
    np.testing.assert_allclose(rows.vectors, vectors[[1, 2, 0]], atol=1e-3)
    assert rows.vectors.dtype == np.float32
    assert rows.find(np.array([20, 5, 31, 30])).tolist() == [1, -1, -1, 2]


def test_nothing_is_found_in_no_rows() -> None:
    rows = make_rows(np.zeros(0, np.int64), unit(0))
    assert rows.find(np.array([1, 2])).tolist() == [-1, -1]
    assert len(removed(rows, np.array([1]))) == 0


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        make_rows(np.arange(2), unit(3))
    with pytest.raises(ValueError, match="only once"):
        make_rows(np.array([1, 1]), unit(2))
    with pytest.raises(ValueError, match=r"\(n, 24\)"):
        added(make_rows(np.arange(2), unit(2)), np.array([7]), unit(1, dim=3))


def test_adding_to_nothing_and_nothing_to_something() -> None:
    empty = make_rows(np.zeros(0, np.int64), unit(0))
    rows = added(empty, np.arange(4), unit(4))
    assert rows.ids.tolist() == [0, 1, 2, 3]
    assert added(rows, np.zeros(0, np.int64), unit(0)) is rows
    assert removed(rows, np.array([77])) is rows


def test_small_collections_are_as_if_made_at_once() -> None:
    vectors = unit(60)
    grown = added(make_rows(np.arange(50), vectors[:50]), np.arange(50, 60), vectors[50:])
    at_once = make_rows(np.arange(60), vectors)
    np.testing.assert_allclose(grown.penalties, at_once.penalties, atol=1e-6)


@pytest.mark.usefixtures("_few_references")
def test_large_collections_keep_the_old_penalties() -> None:
    vectors = unit(110)
    before = make_rows(np.arange(100), vectors[:100])
    after = added(before, np.arange(100, 110), vectors[100:])
    np.testing.assert_array_equal(after.references, before.references)
    np.testing.assert_array_equal(after.penalties[:100], before.penalties)
    by_hand = index_hubness.penalties(vectors[100:], vectors[before.references])
    np.testing.assert_allclose(after.penalties[100:], by_hand, atol=1e-6)


@pytest.mark.usefixtures("_few_references")
def test_a_much_larger_collection_has_new_references() -> None:
    vectors = unit(200)
    before = make_rows(np.arange(100), vectors[:100])
    after = added(before, np.arange(100, 200), vectors[100:])
    assert after.n_sampled == 200
    assert after.references.max() >= 100


@pytest.mark.usefixtures("_few_references")
def test_lost_references_are_replaced() -> None:
    before = make_rows(np.arange(100), unit(100))
    after = removed(before, before.references[:10])
    assert after.references.size == 40
    assert not np.isin(after.references, before.references[:10]).any()
