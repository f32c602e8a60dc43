"""The layout: neighbours stay together, the same twice, and old tracks stay where they are."""

import sys
from importlib.util import find_spec

import numpy as np
import pytest

from auricle.errors import MissingExtra
from auricle.library.index import FlatIndex
from auricle.library.index_rows import make_rows
from auricle.recommend import map_layout
from auricle.recommend.map_layout import lay_out, main_axes, need_open_tsne, trust

needs_open_tsne = pytest.mark.skipif(find_spec("openTSNE") is None, reason="extra map")

GROUPS, EACH = 4, 30


def clouds(n_each: int = EACH, seed: int = 0) -> np.ndarray:
    """Return unit vectors in four clouds, one track of each in turn."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(1).normal(size=(GROUPS, 16))
    vectors = np.tile(centres, (n_each, 1)) + 0.3 * rng.normal(size=(GROUPS * n_each, 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def index() -> FlatIndex:
    return FlatIndex(make_rows(np.arange(GROUPS * EACH), clouds()))


@pytest.fixture(scope="module")
def points(index: FlatIndex) -> np.ndarray:
    pytest.importorskip("openTSNE")
    return lay_out(index)


def test_groups_stay_together(points: np.ndarray) -> None:
    group = np.arange(len(points)) % GROUPS
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert np.mean(group[np.argmin(apart, axis=1)] == group) > 0.95


@needs_open_tsne
def test_the_same_twice(index: FlatIndex, points: np.ndarray) -> None:
    np.testing.assert_array_equal(lay_out(index), points)


def test_trust_is_high_where_neighbours_are_kept(index: FlatIndex, points: np.ndarray) -> None:
    kept = trust(index, points)
    shuffled = trust(index, np.random.default_rng(0).permutation(points))
    assert kept.shape == (GROUPS * EACH,)
    assert kept.mean() > 0.5
    assert shuffled.mean() < 0.3
    assert 0 <= kept.min() <= kept.max() <= 1


@needs_open_tsne
def test_old_tracks_move_little_when_new_ones_come(index: FlatIndex, points: np.ndarray) -> None:
    more = np.concatenate([clouds(), clouds(5, seed=7)])
    known = dict(enumerate(map(tuple, points.tolist())))
    grown = FlatIndex(make_rows(np.arange(len(more)), more))
    after = lay_out(grown, known)
    old = GROUPS * EACH
    size = np.ptp(points, axis=0).max()
    moved = np.linalg.norm(after[:old] - points, axis=1) / size
    assert np.median(moved) < 0.03
    assert moved.max() < 0.15
    middles = np.stack([after[:old][np.arange(old) % GROUPS == g].mean(axis=0) for g in range(4)])
    near = np.linalg.norm(after[old:, None] - middles[None], axis=2).argmin(axis=1)
    assert near.tolist() == [n % GROUPS for n in range(len(more) - old)]


def test_without_new_tracks_nothing_moves(index: FlatIndex) -> None:
    known = {n: (float(n), float(-n)) for n in range(GROUPS * EACH + 3)}
    again = lay_out(index, known)
    np.testing.assert_array_equal(again[:, 0], np.arange(GROUPS * EACH))


@needs_open_tsne
def test_a_mostly_new_collection_is_laid_out_anew(index: FlatIndex, points: np.ndarray) -> None:
    np.testing.assert_array_equal(lay_out(index, {0: (1e6, 1e6)}), points)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_few_tracks_need_no_neighbours(count: int) -> None:
    small = FlatIndex(make_rows(np.arange(count), clouds()[:count]))
    places = lay_out(small)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()


def test_main_axes_have_a_fixed_sign() -> None:
    vectors = clouds()
    np.testing.assert_allclose(main_axes(vectors), main_axes(vectors[::-1])[::-1], atol=1e-5)
    assert main_axes(np.ones((3, 1), np.float32)).shape == (3, 2)


def test_without_open_tsne_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"auricle\[map\]"):
        need_open_tsne()


def test_a_lonely_track_is_to_be_trusted() -> None:
    pytest.importorskip("scipy")
    one = FlatIndex(make_rows(np.arange(1), clouds()[:1]))
    assert map_layout.trust(one, np.zeros((1, 2))).tolist() == [1.0]
