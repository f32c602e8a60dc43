"""The index follows its catalog, whatever became of either."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import CatalogError, SpaceMismatch
from auricle.library import Catalog, Origin, index_sync
from auricle.library.index_faiss import FaissIndex
from auricle.library.index_files import load
from auricle.library.index_sync import index_folder, only_model, open_index

from .make import ORIGIN, add, analysis, content

MODEL = ORIGIN.model


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        for number in range(30):
            add(catalog, f"/{number:02}.mp3", (np.cos(number / 9), np.sin(number / 9), 0.1))
        yield catalog


def test_has_what_the_catalog_has(filled: Catalog) -> None:
    rows = open_index(filled).rows
    ids, vectors = filled.vectors()
    np.testing.assert_array_equal(rows.ids, ids)
    np.testing.assert_allclose(rows.vectors, vectors, atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(rows.vectors, axis=1), 1, atol=1e-6)


def test_is_read_when_it_is_current(filled: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    before = open_index(filled).rows
    monkeypatch.delattr(index_sync, "_brought_up")  # would be needed to build it
    np.testing.assert_array_equal(open_index(filled).rows.vectors, before.vectors)


def test_a_new_track_is_noticed(filled: Catalog) -> None:
    open_index(filled)
    new = add(filled, "/new.mp3", (0, 0, 1))
    found, _ = open_index(filled).search(np.float32([[0, 0, 1]]), 1, corrected=False)
    assert found.tolist() == [[new]]


def test_a_track_that_was_heard_anew_is_noticed(filled: Catalog) -> None:
    open_index(filled)
    changed = filled.store("/00.mp3", content("/00.mp3"), analysis("/00.mp3", (0, 0, -1)), ORIGIN)
    rows = open_index(filled).rows
    place = int(rows.find(np.array([changed]))[0])
    np.testing.assert_allclose(rows.vectors[place], [0, 0, -1], atol=1e-6)


def test_damage_is_repaired(filled: Catalog) -> None:
    before = open_index(filled).rows
    path = next(index_folder(filled, MODEL).glob("vectors-*.npy"))
    path.write_bytes(path.read_bytes()[:-1] + b"\x55")
    np.testing.assert_array_equal(open_index(filled).rows.vectors, before.vectors)
    assert load(index_folder(filled, MODEL)).generation == filled.generation


def test_another_catalog_at_the_same_place_is_noticed(filled: Catalog, tmp_path: Path) -> None:
    """Also when it has come to the same generation and numbers."""
    open_index(filled)
    generation = filled.generation
    filled.close()
    for path in tmp_path.glob("catalog.sqlite*"):
        path.unlink()
    with Catalog.open(tmp_path / "catalog.sqlite") as other:
        for number in range(30):
            add(other, f"/{number:02}.mp3", (0.1, np.cos(number / 9), np.sin(number / 9)))
        assert other.generation == generation
        rows = open_index(other).rows
        np.testing.assert_allclose(rows.vectors, other.vectors()[1], atol=1e-3)


def test_without_a_place_to_keep_it_it_still_works(filled: Catalog, home: Path) -> None:
    home.mkdir()
    (home / "index").write_text("in the way")
    assert len(open_index(filled).rows) == 30


def test_models_are_not_mixed(filled: Catalog) -> None:
    other = Origin("other@1")
    made = analysis("/other.mp3", model="other@1")
    filled.store("/other.mp3", content("other"), made, other)
    with pytest.raises(SpaceMismatch, match=r"other@1"):
        open_index(filled)
    assert len(open_index(filled, "other@1").rows) == 1
    assert len(open_index(filled, MODEL).rows) == 30


def test_an_empty_catalog_has_no_model(tmp_path: Path) -> None:
    with (
        Catalog.open(tmp_path / "empty.sqlite") as catalog,
        pytest.raises(CatalogError, match="add"),
    ):
        only_model(catalog)


def test_faiss_on_request(filled: Catalog) -> None:
    pytest.importorskip("faiss")
    index = open_index(filled, engine="faiss")
    assert isinstance(index, FaissIndex)
    assert len(index.rows) == 30
