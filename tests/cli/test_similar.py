"""auricle similar: from the command line to lines."""

import json
from pathlib import Path

import pytest
from typer.testing import Result

from auricle.cli.similar import reasons
from auricle.recommend.explain import Explanation, Passage
from auricle.types import Genre

from .conftest import Call
from .recommended import fill


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return fill(tmp_path / "catalog.sqlite")


def paths(result: Result) -> list[str]:
    return [json.loads(line)["path"] for line in result.stdout.splitlines()]


def test_json_lines(auricle: Call, catalog: Path) -> None:
    result = auricle("similar", "/music/00.mp3", "-k", 3, "--raw", "--json", "--catalog", catalog)
    assert result.exit_code == 0, result.output
    assert paths(result) == ["/music/01.mp3", "/music/02.mp3", "/music/03.mp3"]
    first = json.loads(result.stdout.splitlines()[0])
    assert {"path", "label", "probability", "score"} <= set(first)


def test_a_table_with_reasons(auricle: Call, catalog: Path) -> None:
    result = auricle("similar", "/music/00.mp3", "-k", 2, "--explain", "--catalog", catalog)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "artist 1 - song 1" in result.stdout
    assert lines[0].lstrip().startswith("1 ")
    assert "both are jazz" in lines[1]
    assert "0:00 to 0:10 sounds like its 0:00 to 0:10" in lines[2]


def test_filters_and_windows(auricle: Call, catalog: Path) -> None:
    common = ("similar", "/music/00.mp3", "--json", "--catalog", catalog)
    chosen = auricle(*common, "--where", "genre = techno and duration < 6:00", "--raw")
    assert paths(chosen)[0] == "/music/20.mp3"
    assert len(paths(auricle(*common, "-k", 30, "--per-artist", 1))) == 8
    assert len(paths(auricle(*common, "-k", 30, "--per-album", 2, "--versions"))) == 8


def test_a_wrong_filter_points_at_the_place(auricle: Call, catalog: Path) -> None:
    result = auricle("similar", "/music/00.mp3", "--where", "genre = a b", "--catalog", catalog)
    assert result.exit_code == 2
    assert "at 'b'" in result.stderr
    assert "^" in result.stderr


def test_nothing_fits(auricle: Call, catalog: Path) -> None:
    result = auricle("similar", "/music/00.mp3", "--where", "kind = speech", "--catalog", catalog)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "no track of the catalog fits" in result.stderr


def test_a_file_from_elsewhere_is_heard(auricle: Call, music: Path, tmp_path: Path) -> None:
    place = tmp_path / "heard.sqlite"
    added = auricle("library", "add", music, "--model", "tiny", "--catalog", place)
    assert added.exit_code == 0, added.output
    (music / "low.wav").rename(tmp_path / "other.wav")
    result = auricle(
        "similar", tmp_path / "other.wav", "--model", "tiny", "--json", "--catalog", place
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[0])["path"].endswith("low.wav")
    same = auricle("similar", tmp_path / "other.wav", "--json", "--catalog", place)
    assert same.stdout == result.stdout


def test_standard_input_is_heard(auricle: Call, music: Path, tmp_path: Path) -> None:
    call = ("similar", "-", "--json", "--catalog", tmp_path / "heard.sqlite")
    auricle("library", "add", music, "--model", "tiny", "--catalog", call[-1])
    found = paths(auricle(*call, stdin=(music / "low.wav").read_bytes()))
    assert Path(found[0]).name == "low.wav"
    broken = auricle(*call, stdin=b"no sound")
    assert broken.exit_code == 1
    assert broken.stderr.startswith("auricle: error: standard input: not a known audio format")


def test_without_a_catalog(auricle: Call, tmp_path: Path) -> None:
    result = auricle("similar", "x.mp3", "--catalog", tmp_path / "none.sqlite")
    assert result.exit_code == 1
    assert "there is no catalog" in result.stderr
    assert not (tmp_path / "none.sqlite").exists()


def test_a_file_that_is_nowhere(auricle: Call, catalog: Path) -> None:
    result = auricle("similar", "/nowhere.mp3", "--model", "tiny", "--catalog", catalog)
    assert result.exit_code == 1
    assert result.stderr.startswith("auricle: error: ")


def test_reasons_in_words() -> None:
    passage = Passage((60.0, 70.0), (5.0, 15.0), 0.9)
    explanation = Explanation((Genre("jazz", 0.5), Genre("pop", 0.2)), (passage,))
    assert reasons(explanation) == [
        "both are jazz 50 %, pop 20 %",
        "1:00 to 1:10 sounds like its 0:05 to 0:15 (0.900)",
    ]
    assert reasons(Explanation((), ())) == []
