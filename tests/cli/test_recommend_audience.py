"""``auricle recommend audience``."""

import json
from pathlib import Path

import pytest
import soundfile

from ..evaluate.songs import HZ, RATE, melody
from .conftest import Call
from .recommended import fill, fit


@pytest.fixture
def fitted(home: Path) -> Path:
    """Return the catalog in auricle's home, with a recommender."""
    home.mkdir(exist_ok=True)
    place = fill(home / "catalog.sqlite")
    fit(place)
    return place


def test_a_track_of_the_catalog(auricle: Call, fitted: Path) -> None:
    done = auricle("recommend", "audience", "/music/12.mp3", "-k", 4)
    assert done.exit_code == 0, done.output
    names = {line.split("  ")[-1] for line in done.stdout.splitlines()}
    assert names == {"fan 0", "fan 1", "fan 2", "fan 3"}


def test_who_has_played_it_is_left_out(auricle: Call, fitted: Path) -> None:
    done = auricle("recommend", "audience", "/music/00.mp3", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["listener"] for row in rows} == {f"fan {number}" for number in range(4, 8)}
    assert all(set(row) == {"listener", "score"} for row in rows)


def test_a_file_from_anywhere(auricle: Call, tmp_path: Path) -> None:
    """The catalog is made of real sounds, by the model that also hears the new file."""
    for number, register in enumerate(("low", "low", "low", "high", "high", "high")):
        path = tmp_path / "music" / f"{number}.wav"
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, melody(HZ[register], seed=number), RATE)
    auricle("library", "add", tmp_path / "music", "--model", "tiny", "-j", 1)
    plays = tmp_path / "plays.jsonl"
    rows = [{"listener": "deep", "track": f"music/{n}.wav"} for n in (0, 1)]
    rows += [{"listener": "shrill", "track": f"music/{n}.wav"} for n in (3, 4)]
    plays.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    fit_done = auricle("recommend", "fit", plays, "--model", "content")
    assert fit_done.exit_code == 0, fit_done.output
    soundfile.write(tmp_path / "new.wav", melody(HZ["high"], seed=9), RATE)
    done = auricle("recommend", "audience", tmp_path / "new.wav", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout.splitlines()[0])["listener"] == "shrill"
    (tmp_path / "bad.wav").write_text("no sound")
    assert auricle("recommend", "audience", tmp_path / "bad.wav").exit_code == 1


def test_a_model_that_cannot_hear_says_so(auricle: Call, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "song.wav", melody(HZ["low"], seed=1), RATE)
    soundfile.write(tmp_path / "new.wav", melody(HZ["low"], seed=2), RATE)
    auricle("library", "add", tmp_path / "song.wav", "--model", "tiny", "-j", 1)
    (tmp_path / "plays.csv").write_text("listener,track\nann,song.wav\n")
    assert (
        auricle("recommend", "fit", tmp_path / "plays.csv", "--model", "popularity").exit_code == 0
    )
    done = auricle("recommend", "audience", tmp_path / "new.wav")
    assert done.exit_code == 1
    assert "hybrid" in done.stderr
