"""What the commands of ``auricle recommend`` share, and the group."""

from pathlib import Path

import pytest

from auricle.cli.recommend import PARTS, read_plays
from auricle.library import Catalog

from .conftest import Call
from .recommended import fill


def test_the_group(auricle: Call) -> None:
    done = auricle("recommend", "--help")
    assert done.exit_code == 0
    for part in PARTS:
        assert f"\n  {part.removeprefix('recommend_')} " in done.stdout


def test_tracks_by_any_name(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plays = tmp_path / "plays.csv"
    plays.write_text(
        "listener,track\nann,/music/00.mp3\nann,2\nbob,hash-/music/02.mp3\nbob,x.mp3\n"
    )
    with Catalog.open(fill(tmp_path / "catalog.sqlite")) as catalog:
        interactions, report = read_plays(catalog, str(plays))
    assert len(interactions) == report.n_events == 3
    assert interactions.tracks == ("1", "2", "3")
    told = capsys.readouterr().err
    assert "rows left out, as their tracks are not in" in told
    assert told.endswith("catalog.sqlite: 1; such tracks: 1: x.mp3\n")


def test_of_many_unknown_tracks_some_are_named(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plays = tmp_path / "plays.csv"
    rows = "".join(f"ann,{name}.mp3\nbob,{name}.mp3\n" for name in "abcde")
    plays.write_text(f"listener,track\nann,1\n{rows}")
    with Catalog.open(fill(tmp_path / "catalog.sqlite")) as catalog:
        read_plays(catalog, str(plays))
    told = capsys.readouterr().err
    assert told.endswith("catalog.sqlite: 10; such tracks: 5: a.mp3, b.mp3, c.mp3, ...\n")


def test_wrong_rows_are_named(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plays = tmp_path / "plays.csv"
    bad = "".join(f"ann,1,minus {number}\n" for number in range(30))
    plays.write_text(f"listener,track,weight\nann,1,2\n,1,1\n{bad}")
    with Catalog.open(fill(tmp_path / "catalog.sqlite")) as catalog:
        _, report = read_plays(catalog, str(plays))
    assert report.n_bad == 31
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f"auricle: {plays}, line 3: the listener is empty")
    assert lines[-1] == f"auricle: {plays}: 31 of 32 rows are wrong; left out"
