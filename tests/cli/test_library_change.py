"""``auricle library remove`` and ``forget``."""

import json
from pathlib import Path

import pytest

from auricle.library import Catalog, add_roots, read_roots
from auricle.library import catalog_write as write

from ..library.make import add
from .conftest import Call


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Fill the default catalog with three tracks below one root; a file of each is there."""
    folder = tmp_path / "songs"
    folder.mkdir()
    with Catalog.open() as catalog:
        add_roots(catalog, [str(folder)])
        for name in ("a.mp3", "b.mp3", "c.mp3"):
            (folder / name).touch()
            add(catalog, str(folder / name))
    return folder


def test_remove(auricle: Call, filled: Path) -> None:
    done = auricle("library", "remove", filled / "a.mp3", filled / "b.mp3")
    assert (done.exit_code, done.stdout) == (0, "2 files removed\n")
    assert (filled / "a.mp3").is_file()
    with Catalog.open() as catalog:
        assert [track.path for track in catalog.tracks()] == [str(filled / "c.mp3")]
        assert read_roots(catalog).excluded == {str(filled / "a.mp3"), str(filled / "b.mp3")}
    done = auricle("library", "remove", filled, "--json")
    assert json.loads(done.stdout) == {"removed": 1}


def test_remove_what_is_unknown(auricle: Call, filled: Path) -> None:
    done = auricle("library", "remove", filled / "a.mp3", filled.parent / "elsewhere")
    assert done.exit_code == 1
    assert "nothing of it is in the catalog" in done.stderr
    with Catalog.open() as catalog:
        assert catalog.counts()["ready"] == 3


def test_a_slip_inside_a_root_removes_nothing_and_excludes_nothing(
    auricle: Call, filled: Path
) -> None:
    done = auricle("library", "remove", filled / "b.mp4")
    assert done.exit_code == 1
    assert "b.mp4: nothing of it is in the catalog" in done.stderr
    with Catalog.open() as catalog:
        assert read_roots(catalog).excluded == frozenset()


def test_forget(auricle: Call, filled: Path) -> None:
    assert auricle("library", "forget").stdout == "0 forgotten\n"
    with Catalog.open() as catalog, catalog.writing() as connection:
        write.set_present(connection, [str(filled / "a.mp3")], False)
        write.drop_files(connection, [str(filled / "b.mp3")])
    assert auricle("library", "forget").stdout == "1 forgotten\n"
    done = auricle("library", "forget", "--imported", "--json")
    assert json.loads(done.stdout) == {"forgotten": 1}


@pytest.mark.parametrize("words", [["forget"], ["remove", "x"]])
def test_not_while_a_scan_runs(auricle: Call, filled: Path, words: list[str]) -> None:
    with Catalog.open() as catalog, catalog.exclusive():
        done = auricle("library", *words)
    assert done.exit_code == 1
    assert "another process" in done.stderr
