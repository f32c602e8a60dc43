"""``auricle library status`` and ``list``."""

import json
from pathlib import Path

import pytest

from auricle.library import Catalog, Origin, add_roots, remove_paths
from auricle.library import catalog_write as write

from ..library.make import ORIGIN, add, analysis, content
from .conftest import Call


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Fill the default catalog: a ready, a failed and a missing track."""
    folder = tmp_path / "songs"
    (folder / "no").mkdir(parents=True)
    with Catalog.open() as catalog:
        add_roots(catalog, [str(folder)])
        remove_paths(catalog, [str(folder / "no")])
        add(catalog, str(folder / "a.mp3"), artist="Ann", title="So")
        add(catalog, str(folder / "more" / "gone.mp3"))
        catalog.mark_failed(str(folder / "x\n.mp3"), content("x"), "CorruptAudio: damaged")
        with catalog.writing() as connection:
            write.set_present(connection, [str(folder / "more" / "gone.mp3")], False)
    return folder


def rows(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_status(auricle: Call, filled: Path, home: Path) -> None:
    done = auricle("library", "status")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"catalog   {home / 'catalog.sqlite'}",
        f"root      {filled}",
        f"without   {filled / 'no'}",
        "tracks    1 ready, 1 failed, 1 missing",
        "duration  1:02",
        "model     tiny@000000000000 (1)",
        "labels    1 jazz",
    ]


def test_status_for_machines(auricle: Call, filled: Path) -> None:
    (row,) = rows(auricle("library", "status", "--json").stdout)
    assert row["roots"] == [str(filled)]
    assert row["excluded"] == [str(filled / "no")]
    assert [row[state] for state in ("ready", "failed", "pending", "missing")] == [1, 1, 0, 1]
    assert row["models"] == {"tiny@000000000000": 1}
    assert row["duration_s"] == 61.5
    assert isinstance(row["generation"], int)


def test_status_of_an_empty_catalog(auricle: Call) -> None:
    Catalog.open().close()
    assert "tracks    none" in auricle("library", "status").stdout


def test_errors(auricle: Call, filled: Path) -> None:
    done = auricle("library", "status", "--errors")
    assert done.stdout == f"{filled}/x\\n.mp3\n  CorruptAudio: damaged\n"
    (row,) = rows(auricle("library", "status", "--errors", "--json").stdout)
    path = str(filled / "x\n.mp3")
    assert row == {"path": path, "state": "failed", "error": "CorruptAudio: damaged"}


def test_list(auricle: Call, filled: Path) -> None:
    first, gone, failed = auricle("library", "list").stdout.splitlines()
    assert first.split() == ["jazz", "75", "%", "1:02", str(filled / "a.mp3")]
    assert gone.split() == ["missing", "1:02", str(filled / "more" / "gone.mp3")]
    assert failed.split() == ["failed", "0:00", f"{filled}/x\\n.mp3"]


def test_list_for_machines(auricle: Call, filled: Path) -> None:
    first, gone, failed = rows(auricle("library", "list", "--json").stdout)
    assert {key: first[key] for key in ("path", "state", "error", "label", "probability")} == {
        "path": str(filled / "a.mp3"),
        "state": "ready",
        "error": None,
        "label": "jazz",
        "probability": 0.75,
    }
    assert (first["artist"], first["title"], first["paths"]) == ("Ann", "So", [first["path"]])
    assert (gone["state"], gone["paths"]) == ("missing", [])
    assert failed["error"] == "CorruptAudio: damaged"
    assert set(first) == set(gone) == set(failed)


def test_list_a_part(auricle: Call, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(filled)
    assert len(auricle("library", "list", "more").stdout.splitlines()) == 1
    assert len(auricle("library", "list", "a.mp3", "more").stdout.splitlines()) == 2
    assert len(auricle("library", "list", "--state", "failed").stdout.splitlines()) == 1
    assert auricle("library", "list", "--state", "ready", "more").stdout == ""
    assert auricle("library", "list", "--state", "odd").exit_code == 2


def test_list_what_fits(auricle: Call, filled: Path) -> None:
    done = auricle("library", "list", "--where", "artist = ann")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 1)
    assert auricle("library", "list", "--where", "artist = bob").stdout == ""
    assert auricle("library", "list", "--where", "artist =").exit_code == 2


def test_a_mistyped_path_is_told(auricle: Call, filled: Path) -> None:
    done = auricle("library", "list", filled / "moer", filled / "more")
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == f"auricle: {filled / 'moer'}: nothing of it is in the catalog\n"
    (filled / "empty").mkdir()
    assert auricle("library", "list", filled / "empty").exit_code == 0


def test_several_heads_are_shown(auricle: Call, filled: Path) -> None:
    with Catalog.open() as catalog:
        catalog.store("/x", content("y"), analysis("/x"), Origin(ORIGIN.model, "another"))
    lines = auricle("library", "status").stdout.splitlines()
    (heads,) = (line for line in lines if line.startswith("heads"))
    assert "another (1)" in heads
    (row,) = rows(auricle("library", "status", "--json").stdout)
    assert row["heads"] == {ORIGIN.head: 1, "another": 1}
