"""auricle evaluate."""

import json
from pathlib import Path

import pytest

from auricle.evaluate import probe
from auricle.evaluate.crossfit import FitOptions
from auricle.evaluate.render import BEGIN, END

from ..evaluate.songs import usual_rows, write_songs
from .conftest import Call


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(probe, "FitOptions", lambda: FitOptions((0.1, 1.0), 2))
    return write_songs(tmp_path, usual_rows(1))


def test_tables_on_stdout(auricle: Call, manifest: Path) -> None:
    result = auricle("evaluate", "--manifest", manifest, "--model", "tiny")
    assert result.exit_code == 0, result.output
    assert "split 'validation' of one, two: 6 tracks" in result.stdout
    assert "accuracy" in result.stdout
    assert "100.0 % (100.0 to 100.0)" in result.stdout


def test_json_and_files(auricle: Call, manifest: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    words = ("--model", "tiny", "--source", "one", "--split", "", "--json", "-o", folder)
    result = auricle("evaluate", "-m", manifest, *words)
    assert result.exit_code == 0, result.output
    values = json.loads(result.stdout)
    assert (values["n_tracks"], values["sources"], values["split"]) == (6, ["one"], "")
    assert json.loads((folder / "report.json").read_text()) == values
    assert (folder / "confusion.png").is_file()


def test_probe_kind_and_robustness(auricle: Call, manifest: Path) -> None:
    words = ("--model", "tiny", "--source", "two", "--probe", "--kind", "two=music", "--json")
    result = auricle("evaluate", "-m", manifest, *words)
    assert result.exit_code == 0, result.output
    assert [found["name"] for found in json.loads(result.stdout)["probes"]] == ["two"]


def test_a_star_gives_the_kind_of_all_other_sources(auricle: Call, manifest: Path) -> None:
    words = ("--model", "tiny", "--probe", "--kind", "one=other", "--kind", "*=music")
    result = auricle("evaluate", "-m", manifest, *words)
    assert result.exit_code == 0, result.output
    assert "Kind, fitted anew, 5 folds of whole artists" in result.stdout
    assert "digital silence" in result.stdout


def test_a_card_is_updated(auricle: Call, manifest: Path, tmp_path: Path) -> None:
    card = tmp_path / "CARD.md"
    card.write_text(f"# Card\n{BEGIN}\n{END}\n")
    result = auricle("evaluate", "-m", manifest, "--model", "tiny", "--card", card)
    assert result.exit_code == 0, result.output
    assert "| accuracy |" in card.read_text()


def test_leaks_are_refused_in_one_message(auricle: Call, tmp_path: Path) -> None:
    leaky = write_songs(tmp_path, [row | {"artist_id": "one"} for row in usual_rows(1)])
    result = auricle("evaluate", "-m", leaky, "--model", "tiny")
    assert result.exit_code == 1
    assert "artist in train and validation: one" in result.stderr
    allowed = auricle("evaluate", "-m", leaky, "--model", "tiny", "--allow-leaks")
    assert allowed.exit_code == 0
    assert "Leaks between splits: 1" in allowed.stdout


def test_a_broken_file_gives_exit_code_1(auricle: Call, tmp_path: Path) -> None:
    rows = [*usual_rows(1), {"label": "tango", "split": "validation", "path": "no.wav"}]
    result = auricle("evaluate", "-m", write_songs(tmp_path, rows), "--model", "tiny")
    assert result.exit_code == 1
    assert "UnreadableFile" in result.stderr
    assert "Files that could not be heard" in result.stdout


@pytest.mark.parametrize("kind", ["two", "two=song", "=music="])
def test_a_wrong_kind_is_wrong_usage(auricle: Call, manifest: Path, kind: str) -> None:
    result = auricle("evaluate", "-m", manifest, "--kind", kind)
    assert result.exit_code == 2
    assert "SOURCE=KIND" in result.stderr


def test_without_matplotlib_it_says_so(
    auricle: Call, manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auricle.plot.canvas.find_spec", lambda name: None)
    result = auricle("evaluate", "-m", manifest, "--model", "tiny", "-o", tmp_path / "r")
    assert result.exit_code == 0
    assert "drawing needs the extra 'plot'" in result.stderr


def test_stored_embeddings_need_something_to_judge_them_by(auricle: Call, manifest: Path) -> None:
    result = auricle("evaluate", "-m", manifest, "--embeddings", "x.npz")
    assert result.exit_code == 2
    assert "--probe or --head" in result.stderr


def test_a_card_that_cannot_be_updated_is_told_before_anything_is_heard(
    auricle: Call, manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("heard")

    monkeypatch.setattr("auricle.evaluate.evaluate", refuse)
    (tmp_path / "card.md").write_text("no markers")
    result = auricle("evaluate", "-m", manifest, "--card", tmp_path / "card.md")
    assert result.exit_code == 1
    assert "needs the lines" in result.stderr
