"""The penalty of a hub: right on cases worked out by hand, and it does keep hubs down."""

import numpy as np
import pytest

from auricle.library import index_hubness
from auricle.library.index import FlatIndex
from auricle.library.index_hubness import (
    NEIGHBOURS,
    WEIGHT,
    choose_references,
    mean_of_best,
    penalties,
)
from auricle.library.index_rows import make_rows
from auricle.recommend.quality import neighbours, skewness


def hubby(n_rows: int, dim: int = 64) -> np.ndarray:
    """Return unit vectors in many dimensions, whose neighbour lists have hubs."""
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(4, dim))[rng.integers(4, size=n_rows)]
    vectors = (vectors + 2 * rng.normal(size=(n_rows, dim))) * np.arange(1, dim + 1) ** -0.3
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_penalty_is_the_weighted_mean_similarity_to_the_others() -> None:
    vectors = np.eye(3, dtype=np.float32)
    vectors[1] = vectors[0]
    found = penalties(vectors, vectors, np.arange(3))
    np.testing.assert_allclose(found, [WEIGHT * 0.5, WEIGHT * 0.5, 0.0])


def test_only_the_nearest_count() -> None:
    similarity = np.concatenate([np.full(NEIGHBOURS, 0.5), np.full(30, -1.0)])[None]
    np.testing.assert_allclose(mean_of_best(similarity.astype(np.float32)), [0.5])


def test_without_others_there_is_no_penalty() -> None:
    one = np.ones((1, 1), np.float32)
    assert penalties(one, one, np.array([0])).tolist() == [0.0]
    assert penalties(one, one[:0]).tolist() == [0.0]


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = hubby(50)
    whole = penalties(vectors, vectors, np.arange(50))
    monkeypatch.setattr(index_hubness, "BLOCK", 7)
    np.testing.assert_allclose(penalties(vectors, vectors, np.arange(50)), whole, atol=1e-6)


def test_a_large_collection_has_a_fixed_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_hubness, "MAX_REFERENCES", 10)
    ids = np.arange(100) * 2
    chosen = choose_references(ids)
    assert chosen.size == 10
    assert np.isin(chosen, ids).all()
    assert np.all(np.diff(chosen) > 0)
    np.testing.assert_array_equal(chosen, choose_references(ids))
    np.testing.assert_array_equal(choose_references(ids[:9]), ids[:9])


@pytest.mark.parametrize("n_references", [4096, 300])
def test_hubs_are_kept_down(n_references: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Skewness at least halved and unreachable tracks a fifth, also with a sample."""
    monkeypatch.setattr(index_hubness, "MAX_REFERENCES", n_references)
    index = FlatIndex(make_rows(np.arange(1500), hubby(1500)))
    often = {
        corrected: np.bincount(neighbours(index, 10, corrected=corrected).ravel(), minlength=1500)
        for corrected in (False, True)
    }
    assert skewness(often[False]) > 1
    assert skewness(often[True]) <= skewness(often[False]) / 2
    assert np.mean(often[True] == 0) <= np.mean(often[False] == 0) / 5
