"""``auricle tag``."""

import json
from pathlib import Path

import pytest

from auricle.library import Catalog
from auricle.library.tags.containers import open_tags
from auricle.library.taken_in import decide

from ..library.make import add_file
from ..library.tags.files import give_genre, make
from .conftest import Call


def genre(path: Path) -> tuple[str, ...]:
    return open_tags(str(path)).read()["genre"]


def rows(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """Return a folder with new.mp3, which names no genre, and old.mp3, which does."""
    folder = tmp_path / "songs"
    folder.mkdir()
    make(folder, "mp3", name="new")
    give_genre(make(folder, "mp3", name="old"), "Polka")
    return folder


def test_a_dry_run_changes_nothing(auricle: Call, songs: Path) -> None:
    done = auricle("tag", songs, "--model", "tiny")
    assert done.exit_code == 0
    assert "genre        (none) -> low" in done.stdout
    assert "has a genre already: Polka" in done.stdout
    assert "1 files would change, 1 left as they are" in done.stdout
    assert genre(songs / "new.mp3") == ()


def test_write_and_undo(auricle: Call, songs: Path) -> None:
    done = auricle("tag", songs, "--model", "tiny", "--write", "--overwrite", "--subgenres", "0")
    assert done.exit_code == 0
    assert genre(songs / "new.mp3") == genre(songs / "old.mp3") == ("low",)
    journal = done.stdout.split("--undo ")[1].strip()
    done = auricle("tag", "--undo", journal)
    assert done.exit_code == 0
    assert genre(songs / "new.mp3") == ()
    assert genre(songs / "old.mp3") == ("Polka",)


def test_undo_takes_the_last_run(auricle: Call, songs: Path) -> None:
    auricle("tag", songs, "--model", "tiny", "--write")
    (row,) = rows(auricle("tag", "--undo", "--json").stdout)
    assert row["state"] == "undone"
    assert row["after"] == {"genre": [], "probability": []}
    assert genre(songs / "new.mp3") == ()
    assert auricle("tag", "--undo").exit_code == 1


def test_undo_that_is_refused_fails(auricle: Call, songs: Path) -> None:
    auricle("tag", songs, "--model", "tiny", "--write")
    give_genre(songs / "new.mp3", "Waltz")
    done = auricle("tag", "--undo", "--json")
    assert done.exit_code == 1
    assert rows(done.stdout)[0]["state"] == "left"
    assert "changed since" in done.stderr


def test_json_states(auricle: Call, songs: Path) -> None:
    call = ("tag", songs, "--model", "tiny", "--json")
    assert [row["state"] for row in rows(auricle(*call).stdout)] == ["would_write", "skipped"]
    new, old = rows(auricle(*call, "--write").stdout)
    assert new["state"] == "written"
    assert new["after"]["genre"][0] == new["label"] == "low"
    assert old["reason"] == "has a genre already: Polka"
    assert {"path", "probability", "before"} <= set(new)


def test_too_little_probability(auricle: Call, songs: Path) -> None:
    done = auricle("tag", songs, "--model", "tiny", "--min-probability", "1.0")
    assert "not sure enough" in done.stdout
    assert "0 files would change" in done.stdout


def test_a_bad_file_never_stops_the_rest(auricle: Call, songs: Path) -> None:
    (songs / "broken.mp3").write_bytes(b"no sound")
    done = auricle("tag", songs, "--model", "tiny", "--write")
    assert done.exit_code == 1
    assert genre(songs / "new.mp3")


def test_from_the_catalog(auricle: Call, songs: Path, home: Path) -> None:
    with Catalog.open() as catalog:
        for name in ("new.mp3", "old.mp3"):
            add_file(catalog, songs / name)
    found = rows(auricle("tag", "--library", "--json").stdout)
    assert [row["state"] for row in found] == ["would_write", "skipped"]
    assert found[0]["after"]["genre"] == ["jazz", "bebop"]
    assert len(rows(auricle("tag", "--library", "--json", songs / "old.mp3").stdout)) == 1
    assert len(rows(auricle("tag", "--library", "--json", songs).stdout)) == 2
    assert len(rows(auricle("tag", "--library", "--json", songs.anchor).stdout)) == 2
    assert rows(auricle("tag", "--library", "--json", songs / "ne").stdout) == []


def test_what_a_person_said_is_written(auricle: Call, songs: Path, home: Path) -> None:
    with Catalog.open() as catalog:
        track = catalog.track(add_file(catalog, songs / "new.mp3"))
        decide(catalog, [(track, "polka")])
        (row,) = rows(auricle("tag", "--library", "--json").stdout)
        assert row["after"] == {"genre": ["polka"], "probability": ["1.000"]}
        decide(catalog, [(track, "jazz")])
        (row,) = rows(auricle("tag", "--library", "--json").stdout)
        assert row["after"]["genre"] == ["jazz", "bebop"]
    assert f"auricle tag --undo --library {home}" in auricle("tag", "--library", "--write").stdout


def test_standard_input_has_no_tags(auricle: Call) -> None:
    assert auricle("tag", "-", "--model", "tiny").exit_code == 2


def test_nothing_named(auricle: Call) -> None:
    done = auricle("tag", "--model", "tiny")
    assert done.exit_code == 2
    assert "--library" in done.stderr
