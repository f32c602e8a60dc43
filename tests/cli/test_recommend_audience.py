"""``auricle recommend audience``."""

import json
from pathlib import Path

import pytest
import soundfile

from auricle.library import Catalog

from ..evaluate.songs import HZ, RATE, melody
from ..recommend.conftest import store
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
    nobody = auricle("recommend", "audience", tmp_path / "song.wav")
    assert (nobody.exit_code, nobody.stdout) == (0, "")
    assert "no listener is left" in nobody.stderr
    done = auricle("recommend", "audience", tmp_path / "new.wav")
    assert done.exit_code == 1
    assert "hybrid" in done.stderr


def test_new_tracks_need_no_new_fit(auricle: Call, fitted: Path) -> None:
    with Catalog.open(fitted) as catalog:
        store(catalog, 88, 0.99)
    done = auricle("recommend", "audience", "/music/88.mp3", "-k", 4, "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["listener"] for row in rows} == {f"fan {number}" for number in range(4, 8)}
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)


def test_what_is_not_there(auricle: Call, fitted: Path, tmp_path: Path) -> None:
    nowhere = auricle("recommend", "audience", tmp_path / "nowhere.mp3")
    assert nowhere.exit_code == 1
    assert auricle("recommend", "audience", "/music/12.mp3", "-k", 0).exit_code == 2
    words = ("--recommender", tmp_path)
    none = auricle("recommend", "audience", "/music/12.mp3", *words)
    assert none.exit_code == 1
    assert "there is no recommender" in none.stderr
