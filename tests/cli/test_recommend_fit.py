"""``auricle recommend fit``."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from auricle.library import Catalog
from auricle.recommend.coldstart import MODELS, load_recommender
from auricle.recommend.listening import recommender_folder

from .conftest import Call
from .recommended import fill, write_plays


@pytest.fixture
def plays(home: Path, tmp_path: Path) -> Path:
    """Return plays of the tracks of the catalog in auricle's home."""
    home.mkdir(exist_ok=True)
    fill(home / "catalog.sqlite")
    return write_plays(tmp_path / "plays.csv")


def test_fit(auricle: Call, plays: Path) -> None:
    done = auricle("recommend", "fit", plays, "--model", "content")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("content: 80 events of 8 listeners; 40 tracks, 20 of them not")
    with Catalog.open(create=False) as catalog:
        assert load_recommender(recommender_folder(catalog)).name == "content"


def test_json_and_a_folder_of_its_own(auricle: Call, plays: Path, tmp_path: Path) -> None:
    words = ("--model", "popularity", "-o", tmp_path / "model", "--json")
    values = json.loads(auricle("recommend", "fit", plays, *words).stdout)
    assert values["folder"] == str(tmp_path / "model")
    assert (values["listeners"], values["tracks"], values["new_tracks"]) == (8, 40, 20)
    assert (values["rows"], values["bad_rows"], values["unmatched"]) == (80, 0, [])
    assert load_recommender(tmp_path / "model").name == "popularity"


def test_wrong_rows_give_exit_code_1_and_a_model(auricle: Call, plays: Path) -> None:
    with open(plays, "a") as file:
        file.write(",1,1\n")
    done = auricle("recommend", "fit", plays, "--model", "popularity")
    assert done.exit_code == 1
    assert "line 82: the listener is empty" in done.stderr
    assert done.stdout.startswith("popularity: 80 events")


@pytest.mark.parametrize(("model", "fitted"), [("hybrid", "content"), ("popularity", "popularity")])
def test_of_one_listener_alone_only_the_sound_can_be_learnt(
    auricle: Call, plays: Path, tmp_path: Path, model: str, fitted: str
) -> None:
    header, *rows = plays.read_text().splitlines()
    mine = [row for row in rows if row.split(",")[0] == rows[0].split(",")[0]]
    (tmp_path / "mine.csv").write_text("\n".join([header, *mine]))
    done = auricle("recommend", "fit", tmp_path / "mine.csv", "--model", model)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{fitted}: ")
    assert ("one listener only" in done.stderr) == (model != fitted)


def test_standard_input(plays: Path) -> None:
    command = [Path(sys.executable).with_name("auricle"), "recommend", "fit", "-"]
    with open(plays, "rb") as file:
        done = subprocess.run([*command, "--model", "popularity"], stdin=file, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("plays.csv", "--model", "magic"), 2, "it is one of random, popularity"),
        (("nowhere.csv",), 1, "nowhere.csv: No such file"),
        (("plays.csv", "--catalog", "none.sqlite"), 1, "none.sqlite"),
    ],
)
def test_mistakes(
    auricle: Call,
    plays: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(plays.parent)
    done = auricle("recommend", "fit", *words)
    assert done.exit_code == code
    assert message in done.stderr


def test_nobody_plays_what_is_there(auricle: Call, plays: Path) -> None:
    plays.write_text("listener,track\nann,elsewhere.mp3\n")
    done = auricle("recommend", "fit", plays)
    assert done.exit_code == 1
    assert "none of its 1 tracks is known" in done.stderr


@pytest.mark.parametrize("model", ["hybrid", "audio-to-factors", "factors", "item-knn", "genre"])
def test_every_model_can_be_asked(auricle: Call, plays: Path, model: str) -> None:
    pytest.importorskip("implicit")
    done = auricle("recommend", "fit", plays, "--model", model)
    assert done.exit_code == 0, done.output
    asked = auricle("recommend", "for", "fan 0", "-k", 3, "--json", "--explain")
    rows = [json.loads(line) for line in asked.stdout.splitlines()]
    assert len(rows) == 3
    assert all(row["reason"] for row in rows)


def test_a_new_fit_takes_the_place_of_the_old(auricle: Call, plays: Path) -> None:
    for model in ("content", "popularity"):
        auricle("recommend", "fit", plays, "--model", model)
    with Catalog.open(create=False) as catalog:
        folder = recommender_folder(catalog)
    assert load_recommender(folder).name == "popularity"
    assert len(list(folder.glob("*.npz"))) == 1


def test_the_help_names_every_model(auricle: Call) -> None:
    words = set(
        " ".join(auricle("recommend", "fit", "--help").stdout.split()).replace(",", "").split()
    )
    assert {name.rstrip(".") for name in words} >= set(MODELS)
