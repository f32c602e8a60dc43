"""``auricle library add``, ``scan`` and ``watch``."""

import json
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from auricle.cli.library_scan import View, summary
from auricle.cli.running import Tally
from auricle.library import Catalog, Origin, ScanReport, Step, Survey

from ..library import hearing
from ..library.make import analysis, content
from .conftest import Call


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let scans hear with ``hearing.hear``, and return the paths that were analysed."""
    scan = import_module("auricle.library.scan")
    monkeypatch.setattr(scan, "hear_many", hearing.hear)
    monkeypatch.setattr(scan, "origin_of", hearing.origin_of)
    monkeypatch.setattr("auricle.library.cpu.os.nice", lambda _: 0, raising=False)
    hearing.heard.clear()
    return hearing.heard


@pytest.fixture
def songs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with the folder ``songs`` of two files, one damaged."""
    folder = tmp_path / "work"
    (folder / "songs").mkdir(parents=True)
    (folder / "songs" / "a.mp3").write_text("jazz")
    (folder / "songs" / "b.mp3").write_text("bad")
    monkeypatch.chdir(folder)
    return folder


def rows(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_add_and_scan(auricle: Call, songs: Path, quick: list[str]) -> None:
    done = auricle("library", "add", "songs")
    assert done.exit_code == 1
    assert done.stdout.startswith("1 analysed, 1 failed in 0:0")
    assert done.stderr == f"auricle: CorruptAudio: {songs}/songs/b.mp3: damaged\n"
    again = auricle("library", "scan")
    assert (again.exit_code, again.stderr) == (0, "")
    assert again.stdout.startswith("2 unchanged in 0:0")
    assert len(quick) == 2


def test_json(auricle: Call, songs: Path, quick: list[str]) -> None:
    done = auricle("library", "add", "songs", "--json")
    a, b = str(songs / "songs" / "a.mp3"), str(songs / "songs" / "b.mp3")
    assert rows(done.stdout) == [
        {"path": a, "outcome": "analysed", "error": None},
        {"path": b, "outcome": "failed", "error": f"CorruptAudio: {b}: damaged"},
    ]
    assert auricle("library", "scan", "--json").stdout == ""


def test_retry_and_parts(auricle: Call, songs: Path, quick: list[str]) -> None:
    auricle("library", "add", "songs")
    done = auricle("library", "scan", "--retry", "songs/b.mp3")
    assert done.stdout.startswith("1 failed in")
    assert quick[2:] == [str(songs / "songs" / "b.mp3")]
    outside = auricle("library", "scan", ".")
    assert outside.exit_code == 1
    assert "not in the catalog" in outside.stderr


def test_only_written_down(auricle: Call, songs: Path, quick: list[str]) -> None:
    done = auricle("library", "add", "songs", "--no-scan", "--catalog", "own.sqlite")
    assert (done.exit_code, done.stdout, quick) == (0, "", [])
    auricle("library", "scan", "--catalog", "own.sqlite")
    assert len(quick) == 2
    assert not (songs.parent / "home" / "catalog.sqlite").exists()


def test_what_is_not_there(auricle: Call, songs: Path) -> None:
    done = auricle("library", "add", "nowhere")
    assert done.exit_code == 1
    assert "no such file or folder" in done.stderr


def test_missing_root_is_told(auricle: Call, songs: Path, quick: list[str]) -> None:
    (songs / "songs" / "b.mp3").unlink()
    auricle("library", "add", "songs")
    os.rename("songs", "unmounted")
    done = auricle("library", "scan")
    assert done.exit_code == 1
    assert "not there; its tracks are kept" in done.stderr


@pytest.mark.parametrize("limit", ["0", "many", "-5%"])
def test_wrong_limit(auricle: Call, songs: Path, limit: str) -> None:
    done = auricle("library", "add", "songs", "--cpu-limit", limit)
    assert done.exit_code == 2
    assert "--cpu-limit" in done.stderr


def test_limit(auricle: Call, songs: Path, quick: list[str]) -> None:
    done = auricle("library", "add", "songs", "--cpu-limit", "50%")
    assert done.stdout.startswith("1 analysed")


def test_two_models_are_told(auricle: Call, songs: Path, quick: list[str]) -> None:
    with Catalog.open() as catalog:
        other = analysis("/x", model="other@1")
        catalog.store("/x", content("x"), other, Origin("other@1"))
    done = auricle("library", "add", "songs/a.mp3")
    assert done.exit_code == 0
    assert "other@1, tiny@000000000000 do not compare" in done.stderr


def test_two_heads_are_told(auricle: Call, songs: Path, quick: list[str]) -> None:
    auricle("library", "add", "songs/a.mp3")
    with Catalog.open() as catalog:
        (track,) = catalog.tracks()
        other = analysis("/x", model=track.model)
        catalog.store("/x", content("x"), other, Origin(track.model, "another"))
    done = auricle("library", "scan")
    assert "2 different heads have named the genres" in done.stderr


def test_a_mistyped_path_is_refused(auricle: Call, songs: Path, quick: list[str]) -> None:
    auricle("library", "add", "songs/a.mp3")
    done = auricle("library", "scan", "songs/b.mp3", "songs/no.mp3")
    assert done.exit_code == 1
    assert "songs/no.mp3: no such file or folder" in done.stderr


def test_watch_scans_and_ends_on_an_interrupt(
    auricle: Call, songs: Path, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    auricle("library", "add", "songs", "--no-scan")
    scan = import_module("auricle.library.watch")
    real = scan.scan
    calls = []

    def once(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) > 1:
            raise KeyboardInterrupt
        Path("songs/new.mp3").write_text("polka")
        os.utime("songs/new.mp3")
        return real(*arguments)

    monkeypatch.setattr(scan, "scan", once)
    monkeypatch.setattr(scan, "scopes_of", lambda *_: [])
    monkeypatch.setattr(scan, "_changes", lambda *_: iter([set(), {"x"}]))
    monkeypatch.setattr(scan, "closing", _NoClosing)
    done = auricle("library", "watch")
    assert done.exit_code == 130
    assert done.stdout.startswith("2 analysed, 1 failed in")


class _NoClosing:
    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __enter__(self) -> object:
        return self.thing

    def __exit__(self, *_: object) -> None:
        return None


def test_summary() -> None:
    outcomes = {"analysed": 1200, "failed": 0, "recognised": 3, "changing": 0}
    report = ScanReport(outcomes, 7, 2, 4, (), 65.0)  # type: ignore[arg-type]
    assert summary(report) == (
        "1200 analysed, 3 moved or copied, 2 back, 4 missing, 7 unchanged in 1:05\n"
    )
    nothing = ScanReport(dict.fromkeys(outcomes, 0), 0, 0, 0, (), 0.1)  # type: ignore[arg-type]
    assert summary(nothing) == "nothing there in 0:00\n"


def test_view(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    view = View(tally, as_json=False)
    view.hide()
    view.plan(Survey(problems=["/x: Permission denied"]))
    view.step(Step("/a", "failed", "Broken: /a"))
    view.step(Step("/b", "changing"))
    outcomes = {"analysed": 0, "failed": 1, "recognised": 0, "changing": 1}
    view.end(ScanReport(outcomes, 0, 0, 0, (), 1.0))  # type: ignore[arg-type]
    assert tally.failed == 2
    assert capsys.readouterr().err.splitlines() == [
        "auricle: /x: Permission denied",
        "auricle: Broken: /a",
        "auricle: 1 changed or went away meanwhile; the next scan looks at them again",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_ctrl_c_ends_within_a_second(model: Path, music: Path) -> None:
    """Many links to one file would be one track, so each file gets an ending of its own."""
    sound = Path("low.wav").read_bytes()
    Path("many").mkdir()
    for number in range(400):
        Path(f"many/{number}.wav").write_bytes(sound + bytes([number % 256, number // 256]))
    auricle = Path(sys.executable).with_name("auricle")
    command = [auricle, "library", "add", "many", "--model", "tiny", "--json", "-j", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        process.stdout.read()
        assert process.wait() == 130
        assert time.monotonic() - start < 3  # a second, and a busy machine
    with Catalog.open(create=False) as catalog:
        counts = catalog.counts()
    assert counts["ready"] >= 1
    assert counts["pending"] >= 1
    assert sum(counts.values()) == 400
