"""Traces are taken before a command compares, and what cannot be compared is told."""

import json
from pathlib import Path

import pytest
import soundfile

from auricle.cli.running import Tally
from auricle.cli.traces import take_missing
from auricle.features.trace import VERSION, is_comparable
from auricle.library import Catalog

from ..features.test_trace import RATE, melody
from ..library.make import ORIGIN, analysis, content
from .conftest import Call

OLDER = bytes([VERSION - 1, 1]) + bytes(20)


@pytest.fixture
def catalog(home: Path, tmp_path: Path) -> Catalog:
    """Return the catalog in auricle's home: two copies, and a track whose file is gone."""
    opened = Catalog.open()
    sound = melody(duration_s=30.0)
    for name, trace in (("a.flac", b""), ("b.wav", OLDER)):
        path = str(tmp_path / name)
        soundfile.write(path, sound, RATE)
        opened.store(
            path, content(path), analysis(path, fingerprint=trace, duration_s=30.0), ORIGIN
        )
    gone = "/nowhere/c.mp3"
    opened.store(gone, content(gone), analysis(gone, (0, 1, 0), fingerprint=OLDER), ORIGIN)
    return opened


def traced(catalog: Catalog) -> list[str]:
    return [Path(t.path).name for t in catalog.tracks() if is_comparable(t.fingerprint)]


def test_they_are_taken_and_what_fails_is_counted(
    catalog: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    take_missing(catalog, tally)
    assert tally.failed == 1
    assert "/nowhere/c.mp3" in capsys.readouterr().err
    assert traced(catalog) == ["a.flac", "b.wav"]


def test_duplicates_are_found_and_say_what_is_not_compared(auricle: Call, catalog: Catalog) -> None:
    done = auricle("library", "duplicates", "--json")
    assert done.exit_code == 1
    assert "/nowhere/c.mp3" in done.stderr
    assert "it is not compared with others" in done.stderr
    (row,) = map(json.loads, done.stdout.splitlines())
    assert row["kind"] == "recording"


@pytest.mark.parametrize("command", ["check", "export"])
def test_other_commands_take_them_too(
    auricle: Call, catalog: Catalog, tmp_path: Path, command: str
) -> None:
    words = [str(tmp_path / "x.parquet")] if command == "export" else []
    auricle("library", command, *words)
    assert traced(catalog) == ["a.flac", "b.wav"]


def test_an_intake_compares_with_what_a_fast_scan_left_out(
    auricle: Call, catalog: Catalog, tmp_path: Path
) -> None:
    (tmp_path / "inbox").mkdir()
    soundfile.write(tmp_path / "inbox" / "c.flac", 0.5 * melody(duration_s=30.0), RATE)
    done = auricle(
        "intake",
        str(tmp_path / "inbox"),
        "--profile",
        "fast",
        "--model",
        "tiny",
        "--jobs",
        "1",
        "--json",
    )
    (row,) = map(json.loads, done.stdout.splitlines())
    assert row["duplicate"]["kind"] == "recording"
