"""``auricle library check``."""

import json
from pathlib import Path

import pytest
import soundfile

from auricle.library import Catalog

from ..library.make import ORIGIN, analysis, content
from ..library.test_check_measure import RATE, noise
from .conftest import Call


@pytest.fixture
def songs(tmp_path: Path, home: Path) -> Path:
    """Return a folder whose clean.flac and mono.flac are in the catalog."""
    soundfile.write(tmp_path / "clean.flac", noise(seed=1), RATE)
    soundfile.write(tmp_path / "mono.flac", noise(seed=2)[:, :1].repeat(2, axis=1), RATE)
    for name in ("clean.flac", "mono.flac"):
        keep(tmp_path / name)
    return tmp_path


def keep(path: Path) -> None:
    with Catalog.open() as catalog:
        catalog.store(str(path), content(path.name), analysis(str(path)), ORIGIN)


def test_findings_as_text(auricle: Call, songs: Path) -> None:
    done = auricle("library", "check")
    assert done.exit_code == 0
    first, last = done.stdout.splitlines()
    assert first.startswith("note     mono as stereo")
    assert first.endswith("mono.flac: both channels hold the same sound")
    assert last == "2 files, 1 without findings. mono as stereo: 1"


def test_damage_is_exit_code_1(auricle: Call, songs: Path) -> None:
    (songs / "broken.mp3").write_bytes(b"no sound")
    keep(songs / "broken.mp3")
    done = auricle("library", "check", "--json", "--jobs", "2")
    assert done.exit_code == 1
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(Path(row["path"]).name, row["kind"]) for row in rows] == [
        ("broken.mp3", "corrupt"),
        ("mono.flac", "mono_as_stereo"),
    ]
    assert set(rows[0]) == {"path", "kind", "severity", "message"}


def test_the_page(auricle: Call, songs: Path) -> None:
    auricle("library", "check", "-o", songs / "report.html")
    page = (songs / "report.html").read_text("utf-8")
    assert "2 files checked, 1 with findings" in page


def test_a_folder_that_is_not_there_is_told_before_the_work(auricle: Call, songs: Path) -> None:
    done = auricle("library", "check", "-o", songs / "no" / "report.html")
    assert (done.exit_code, done.stdout) == (2, "")


def test_an_empty_catalog(auricle: Call, home: Path) -> None:
    Catalog.open().close()
    done = auricle("library", "check")
    assert done.exit_code == 0
    assert done.stdout == "0 files, 0 without findings. nothing found\n"
