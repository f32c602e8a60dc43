"""``auricle intake``: with a real, tiny model on real sounds."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from auricle.library import Catalog, add_roots, scan
from auricle.library.taken_in import read_taken_in

from ..evaluate.songs import HZ, RATE, melody
from ..library.make import ORIGIN, analysis, content
from .conftest import Call

WORDS = ("--model", "tiny", "--jobs", 1)


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with an inbox of every kind of file."""
    folder = tmp_path / "work"
    (folder / "inbox" / "more").mkdir(parents=True)
    monkeypatch.chdir(folder)
    tune = song(1, 20.0)
    soundfile.write(folder / "inbox" / "a song.wav", tune, RATE, subtype="PCM_24")  # the finest
    write(folder / "inbox" / "more" / "same\nsong.flac", 0.6 * tune)
    (folder / "inbox" / "same bytes.wav").write_bytes(Path("inbox/a song.wav").read_bytes())
    write(folder / "inbox" / "noise.wav", np.random.default_rng(0).normal(0, 0.1, 20 * RATE))
    write(folder / "inbox" / "silence.wav", np.zeros(5 * RATE))
    (folder / "inbox" / "broken.mp3").write_text("no sound")
    return folder


def song(seed: int, duration_s: float, register: str = "low") -> np.ndarray:
    return melody(HZ[register], seed=seed, duration_s=duration_s)


def write(path: Path, sound: Any) -> None:  # noqa: ANN401  an array
    soundfile.write(path, np.asarray(sound, dtype=np.float32), RATE)


def rows(text: str) -> dict[str, dict[str, Any]]:
    return {Path(row["path"]).name: row for row in map(json.loads, text.splitlines())}


def test_every_kind_of_file(auricle: Call, inbox: Path) -> None:
    done = auricle("intake", "inbox", *WORDS, "--json", "--sure", 0)
    assert done.exit_code == 1
    found = rows(done.stdout)
    assert {name: row["verdict"] for name, row in found.items()} == {
        "a song.wav": "ready",
        "same\nsong.flac": "duplicate",
        "same bytes.wav": "duplicate",
        "noise.wav": "not_music",
        "silence.wav": "not_music",
        "broken.mp3": "failed",
    }
    assert found["same\nsong.flac"]["duplicate"]["kind"] == "recording"
    assert found["same bytes.wav"]["duplicate"]["kind"] == "bytes"
    assert "UnsupportedAudio" in found["broken.mp3"]["error"]
    assert "4 new tracks" in done.stderr


def test_twice_is_a_no_op_that_says_so(auricle: Call, inbox: Path) -> None:
    first = auricle("intake", "inbox", *WORDS, "-o", "first.html")
    again = auricle("intake", "inbox", *WORDS, "-o", "again.html")
    assert "nothing new, nothing changed; 6 unchanged" in again.stderr
    assert (again.exit_code, again.stdout) == (first.exit_code, first.stdout)
    assert Path("again.html").read_bytes() == Path("first.html").read_bytes()
    assert sorted(path.name for path in inbox.glob("*.html")) == ["again.html", "first.html"]


def test_text(auricle: Call, inbox: Path) -> None:
    done = auricle("intake", "add", "inbox", *WORDS, "--sure", 0)
    lines = done.stdout.splitlines()
    assert lines[0] == "Taken in"
    assert lines[-1] == "6 files: 1 taken in, 2 there already, 2 not music, 1 failed"
    assert any(line.strip().startswith("the same bytes as ") for line in lines)
    assert "    nothing but silence" in lines
    assert not any("same\nsong" in line for line in lines)
    assert auricle("intake", "inbox/broken.mp3", *WORDS).stdout.splitlines()[-1] == (
        "1 file: 1 failed"
    )


def test_tracks_of_another_model_are_told(auricle: Call, inbox: Path) -> None:
    with Catalog.open() as catalog:
        catalog.store("/old.mp3", content("old"), analysis("/old.mp3", model="other@1"), ORIGIN)
    done = auricle("intake", "inbox/a song.wav", *WORDS)
    assert done.exit_code == 0
    assert "other@1, tiny@" in done.stderr
    assert "do not compare" in done.stderr


def test_what_is_known_from_the_library(auricle: Call, inbox: Path) -> None:
    Path("known").mkdir()
    write(Path("known/old.wav"), song(1, 20.0))
    write(Path("known/other.wav"), song(2, 20.0))
    auricle("library", "add", "known", "--model", "tiny", "-j", 1)
    write(Path("inbox/new.wav"), song(3, 20.0, "mid"))
    found = rows(auricle("intake", "inbox", *WORDS, "--json", "-k", 2).stdout)
    assert found["a song.wav"]["duplicate"]["of"] == str(inbox / "known" / "old.wav")
    near = [Path(each["path"]).name for each in found["new.wav"]["nearest"]]
    assert sorted(near) == ["old.wav", "other.wav"]
    assert found["same bytes.wav"]["verdict"] == "duplicate"


def test_playlists(auricle: Call, inbox: Path) -> None:
    for folder in ("known", "lists"):
        Path(folder).mkdir()
    for seed in range(5):
        write(Path(f"known/{seed}.wav"), song(10 + seed, 6.0, "mid"))
    auricle("library", "add", "known", "--model", "tiny", "-j", 1)
    Path("lists/mine.m3u8").write_text("".join(f"../known/{seed}.wav\n" for seed in range(5)))
    Path("lists/odd.json").write_text("{}")
    done = auricle("intake", "inbox", *WORDS, "--playlists", "lists")
    assert "odd.json: cannot be read as a playlist" in done.stderr
    assert auricle("intake", "inbox", *WORDS, "--playlists", "none").exit_code == 2


def test_nothing_there(auricle: Call, inbox: Path) -> None:
    Path("empty").mkdir()
    done = auricle("intake", "empty", *WORDS)
    assert done.exit_code == 0
    assert done.stdout == "0 files: no audio\n"
    assert "nothing new" in done.stderr
    nowhere = auricle("intake", "nowhere", *WORDS)
    assert nowhere.exit_code == 1
    assert "there is no such file or folder" in nowhere.stderr
    assert auricle("intake", "inbox", "-o", "no/such.html").exit_code == 2
    assert auricle("intake", "inbox", "--sure", 2).exit_code == 2


def test_a_folder_called_like_a_command(auricle: Call, inbox: Path) -> None:
    Path("review").mkdir()
    assert "0 files" in auricle("intake", "./review", *WORDS).stdout
    assert "0 files" in auricle("intake", *WORDS, "review").stdout
    assert "Usage: auricle intake" in auricle("intake", "--help").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGKILL", -9)])
def test_ended_in_the_middle_it_goes_on(
    auricle: Call, model: Path, inbox: Path, number: str, code: int
) -> None:
    sound = Path("inbox/silence.wav").read_bytes()
    Path("many").mkdir()
    for count in range(120):
        Path(f"many/{count}.wav").write_bytes(sound + bytes([count]))
    command = [Path(sys.executable).with_name("auricle"), "intake", "many", *map(str, WORDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        wait_for_tracks(5)
        process.send_signal(getattr(signal, number))
        process.communicate()
        assert process.returncode == code
    with Catalog.open(create=False) as catalog:
        before = catalog.counts()["ready"]
        assert 5 <= before < 120
        assert read_taken_in(catalog) == {}
    done = auricle("intake", "many", *WORDS)
    assert done.exit_code == 0
    assert f"{120 - before} analysed, {before} unchanged" in done.stderr
    assert done.stdout.splitlines()[-1] == "120 files: 120 not music"


def wait_for_tracks(n_tracks: int) -> None:
    """Wait until a scan by another process has stored so many."""
    end_s = time.monotonic() + 60
    while time.monotonic() < end_s:
        if Path(os.environ["AURICLE_HOME"], "catalog.sqlite").exists():
            with Catalog.open(create=False) as catalog:
                if catalog.counts()["ready"] >= n_tracks:
                    return
        time.sleep(0.02)
    pytest.fail("nothing was stored")


def test_the_library_knows_what_was_taken_in(auricle: Call, inbox: Path) -> None:
    auricle("intake", "inbox", *WORDS)
    with Catalog.open(create=False) as catalog:
        assert len(read_taken_in(catalog)) == 4
        add_roots(catalog, [str(inbox / "inbox")])
        assert scan(catalog).unchanged == 6


def test_a_recommender_and_its_listeners(auricle: Call, inbox: Path) -> None:
    Path("known").mkdir()
    for number, register in enumerate(("mid", "mid", "high", "high")):
        write(Path(f"known/{number}.wav"), song(20 + number, 6.0, register))
    auricle("library", "add", "known", "--model", "tiny", "-j", 1)
    rows_of = [f"{who},known/{n}.wav" for who, n in (("mid", 0), ("mid", 1), ("high", 2))]
    Path("plays.csv").write_text("\n".join(["listener,track", *rows_of]))
    write(Path("inbox/like mid.wav"), song(30, 6.0, "mid"))
    without = auricle("intake", "inbox", *WORDS, "--sure", 0)
    assert "no audience is predicted" in without.stderr
    assert "auricle recommend fit" in without.stderr
    assert auricle("recommend", "fit", "plays.csv", "--model", "content").exit_code == 0
    found = rows(auricle("intake", "inbox", *WORDS, "--sure", 0, "--json").stdout)
    assert found["a song.wav"]["audience"] == []
    assert [each["listener"] for each in found["like mid.wav"]["audience"]] == ["mid"]
    assert found["noise.wav"]["audience"] is None
    auricle("recommend", "fit", "plays.csv", "--model", "content", "-o", "own")
    own = auricle("intake", "inbox", *WORDS, "--sure", 0, "--recommender", "own")
    assert "    for mid" in own.stdout
    assert "    for nobody in particular" in own.stdout
    none = auricle("intake", "inbox", *WORDS, "--recommender", "known")
    assert none.exit_code == 1
    assert "there is no recommender" in none.stderr


def test_the_catalog_may_be_elsewhere(auricle: Call, inbox: Path, home: Path) -> None:
    words = ("--catalog", "own.sqlite")
    auricle("intake", "inbox", *WORDS, *words)
    assert not (home / "catalog.sqlite").exists()
    decided = auricle("intake", "review", *words, "--accept", "inbox/a song.wav", "--json")
    assert json.loads(decided.stdout)["label"] == "low"
    assert "a song" in auricle("intake", "inbox", *WORDS, *words).stdout
