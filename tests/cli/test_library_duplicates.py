"""``auricle library duplicates``."""

import json
import shutil
from pathlib import Path

import pytest
import soundfile

from auricle.library import Catalog

from ..features.test_trace import RATE, melody
from ..library.make import ORIGIN, analysis, content
from ..library.test_identity_search import spoilt, trace, words
from .conftest import Call


@pytest.fixture
def catalog(home: Path) -> Catalog:
    """Return the catalog in auricle's home."""
    return Catalog.open()


def put(catalog: Catalog, path: str, name: str = "", **fields: object) -> None:
    catalog.store(path, content(name or path), analysis(path, **fields), ORIGIN)


def test_a_table_of_groups(auricle: Call, catalog: Catalog) -> None:
    put(catalog, "/m/a.flac", fingerprint=trace(words(0)))
    put(catalog, "/m/b.mp3", fingerprint=trace(spoilt(words(0), 0.1)))
    put(catalog, "/m/c.mp3", "c", fingerprint=trace(words(1)))
    put(catalog, "/m/d.mp3", "c", fingerprint=trace(words(1)))
    done = auricle("library", "duplicates")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "bytes"
    assert lines[1].split()[0] == "keep"
    assert lines[1].endswith("/m/c.mp3")
    assert lines[4] == "recording: 10 % differs in 38 s"
    assert lines[-1].startswith("1 groups of equal files, 1 of copies, 0 of versions; 2 files")


def test_json_lines(auricle: Call, catalog: Catalog) -> None:
    put(catalog, "/m/a.mp3", fingerprint=trace(words(0)))
    put(catalog, "/m/b.mp3", fingerprint=trace(words(0)), duration_s=400.0)
    (row,) = map(json.loads, auricle("library", "duplicates", "--json").stdout.splitlines())
    assert row["kind"] == "version"
    assert {member["path"] for member in row["members"]} == {"/m/a.mp3", "/m/b.mp3"}
    assert auricle("library", "duplicates", "--json", "--no-versions").stdout == ""


def test_tracks_without_a_fingerprint_are_heard(
    auricle: Call, catalog: Catalog, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "a.flac", melody(duration_s=20.0), RATE)
    shutil.copy(tmp_path / "a.flac", tmp_path / "b.flac")
    for name in ("a.flac", "b.flac"):
        put(catalog, str(tmp_path / name), duration_s=20.0)
    done = auricle("library", "duplicates")
    assert done.exit_code == 0
    assert "1 of copies" in done.stdout


def test_what_cannot_be_heard_is_told(auricle: Call, catalog: Catalog) -> None:
    put(catalog, "/nowhere/a.mp3")
    done = auricle("library", "duplicates")
    assert done.exit_code == 1
    assert "/nowhere/a.mp3" in done.stderr
    assert "0 of copies" in done.stdout


def test_without_a_catalog(auricle: Call) -> None:
    done = auricle("library", "duplicates")
    assert done.exit_code == 1
    assert "there is no catalog" in done.stderr
