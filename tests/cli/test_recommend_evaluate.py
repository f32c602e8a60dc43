"""``auricle recommend evaluate``."""

import json
from pathlib import Path

import pytest

from auricle.cli.recommend_evaluate import Doing

from .conftest import Call
from .recommended import fill, write_plays

QUICK = ("--model", "random", "--model", "popularity", "--no-curve", "-k", 5)


@pytest.fixture
def plays(home: Path, tmp_path: Path) -> Path:
    """Return plays of the tracks of the catalog in auricle's home."""
    home.mkdir(exist_ok=True)
    fill(home / "catalog.sqlite")
    return write_plays(tmp_path / "plays.csv")


def test_text(auricle: Call, plays: Path) -> None:
    done = auricle("recommend", "evaluate", plays, *QUICK)
    assert done.exit_code == 0, done.output
    for words in ("8 listeners, 40 tracks", "cold, lists of 5", "mixed", "popularity", "nDCG"):
        assert words in done.stdout


def test_json_and_files(auricle: Call, plays: Path, tmp_path: Path) -> None:
    done = auricle("recommend", "evaluate", plays, *QUICK, "--json", "-o", tmp_path / "report")
    report = json.loads(done.stdout)
    assert {row["model"] for row in report["rows"]} == {"random", "popularity"}
    assert {row["task"] for row in report["rows"]} == {"cold", "warm", "mixed"}
    written = json.loads((tmp_path / "report" / "report.json").read_text())
    assert written["n_listeners"] == report["n_listeners"] == 8
    assert (tmp_path / "report" / "report.txt").is_file()


def test_mistakes(auricle: Call, plays: Path) -> None:
    assert auricle("recommend", "evaluate", plays, "--model", "magic").exit_code == 2
    assert auricle("recommend", "evaluate", plays, "-k", 0).exit_code == 2
    assert auricle("recommend", "evaluate", "nowhere.csv").exit_code == 1


def test_progress_is_for_terminals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Doing().tell("split 1")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    Doing().tell("split 1")
    assert capsys.readouterr().err.endswith("split 1")


def test_the_same_seed_says_the_same(auricle: Call, plays: Path) -> None:
    reports = []
    for seed in (3, 3, 4):
        done = auricle("recommend", "evaluate", plays, *QUICK, "--seed", seed, "--json")
        rows = json.loads(done.stdout)["rows"]
        reports.append([{name: row[name] for name in row if name != "fit_s"} for row in rows])
    assert reports[0] == reports[1] != reports[2]


def test_the_curve(auricle: Call, plays: Path) -> None:
    words = ("--model", "random", "-k", 5, "--json")
    rows = json.loads(auricle("recommend", "evaluate", plays, *words).stdout)["rows"]
    assert {row["step"] for row in rows} >= {None, 0, 1, 50}
