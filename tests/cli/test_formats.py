"""How results look: machines get what they parse, people get what they read."""

import csv
import io
import json
import os

import numpy as np
import pytest
from rich.console import Console

from auricle.cli.formats import Card, Csv, JsonLines, Table, course
from auricle.types import Analysis, Failure, Genre, TimelineEntry

STRANGE = "a \n[bold]\x1b[31m\udce9,\"'日本\U0001f3b5.mp3"
FAILURE = Failure("bad.mp3", "CorruptAudio", "bad.mp3: broken")


def analysis(path: str = "music/song.mp3", *, kind: str = "music", label: str = "rock") -> Analysis:
    genres = (Genre("rock", 0.7), Genre("pop", 0.2), Genre("jazz", 0.0625), Genre("folk", 0.0375))
    timeline = (
        TimelineEntry(0.0, 10.0, "rock", 0.6),
        TimelineEntry(10.0, 20.0, "rock", 0.6),
        TimelineEntry(20.0, 25.0, "pop", 0.5),
    )
    vector = np.ones(2, np.float32)
    return Analysis(
        path, 205.0, kind, label, 0.7, genres, timeline, vector, "m@0",
        (Genre("grunge", 0.6),), warnings=("truncated",),
    )  # fmt: skip


def plain(width: int = 80) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False, soft_wrap=True)


def terminal(width: int) -> Console:
    return Console(
        file=io.StringIO(), width=width, highlight=False, soft_wrap=True, force_terminal=True,
        color_system="truecolor", _environ={},
    )  # fmt: skip


# JSON Lines


def test_json_line_holds_everything_in_one_line() -> None:
    line = JsonLines(None).show(analysis(STRANGE))
    assert line.count("\n") == 1
    assert line.endswith("\n")
    values = json.loads(line)
    assert values == json.loads(json.dumps(analysis(STRANGE).to_dict()))
    assert values["path"] == STRANGE


def test_json_of_a_name_that_is_no_text_survives_the_way_out() -> None:
    """Written as UTF-8 with escapes, the bytes of the name can be had back."""
    name = os.fsdecode(b"caf\xe9.mp3")
    written = JsonLines(None).show(Failure(name, "A", "b")).encode("utf-8", "backslashreplace")
    assert os.fsencode(json.loads(written)["path"]) == b"caf\xe9.mp3"


def test_json_top() -> None:
    genres = json.loads(JsonLines(2).show(analysis()))["genres"]
    assert [genre["label"] for genre in genres] == ["rock", "pop"]
    assert JsonLines(2).header() == ""


def test_json_failure() -> None:
    values = json.loads(JsonLines(2).show(FAILURE))
    error = {"type": "CorruptAudio", "message": "bad.mp3: broken"}
    assert values == {"path": "bad.mp3", "error": error}


# CSV


def test_csv_reads_back() -> None:
    shape = Csv(2)
    text = shape.header() + shape.show(analysis(STRANGE)) + shape.show(FAILURE)
    song, bad = csv.DictReader(io.StringIO(text, newline=""))
    assert song["path"] == STRANGE
    assert (song["label"], song["probability"], song["kind"]) == ("rock", "0.7", "music")
    assert (song["genre_2"], song["probability_2"]) == ("pop", "0.2")
    assert (song["warnings"], song["error"], song["model"]) == ("truncated", "", "m@0")
    assert "genre_3" not in song
    assert (bad["path"], bad["label"]) == ("bad.mp3", "")
    assert bad["error"] == "CorruptAudio: bad.mp3: broken"


# Table


def test_table_is_plain_and_uncut_without_a_terminal() -> None:
    table = Table(plain(20), 3)
    path = "a/" * 60 + "song.mp3"
    line = table.show(analysis(path))
    assert line.split()[:6] == ["rock", "70", "%", "pop", "20", "%,"]
    assert line.endswith(f"3:25  {path}\n")
    assert "\x1b" not in line


@pytest.mark.parametrize("width", [60, 80, 120])
def test_table_fits_the_terminal(width: int) -> None:
    table = Table(terminal(width), 3)
    text = Console(width=width).render_str
    for line in (table.header(), table.show(analysis("a/" * 60 + "song.mp3"))):
        bare = text("").from_ansi(line.rstrip("\n")).plain
        assert len(bare) <= width
    assert "song.mp3" in line
    assert "\x1b[" in line


def test_narrow_table_leaves_out_the_rest() -> None:
    assert "also likely" not in Table(terminal(60), 3).header()
    assert "also likely" in Table(terminal(120), 3).header()


@pytest.mark.parametrize(
    ("kind", "word"), [("music", "unknown"), ("speech", "speech"), ("silence", "silence")]
)
def test_table_says_when_it_does_not_know(kind: str, word: str) -> None:
    line = Table(plain(), 3).show(analysis(kind=kind, label="unknown"))
    assert line.split()[:3] == [word, "rock", "70"]


def test_table_keeps_a_strange_name_on_its_line() -> None:
    line = Table(plain(), 3).show(analysis(STRANGE))
    assert line.count("\n") == 1
    assert "a \\n[bold]\\x1b[31m\\udce9" in line


def test_failures_are_not_in_the_table_nor_on_a_card() -> None:
    assert Table(plain(), 3).show(FAILURE) == ""
    assert Card(plain(), 3).show(FAILURE) == ""


# Card


def test_card() -> None:
    lines = Card(plain(), 2).show(analysis()).splitlines()
    assert lines[0] == "music/song.mp3  3:25  rock"
    assert lines[2] == "  rock              70.0%  █████████████████████"
    assert lines[3] == "  pop               20.0%  ██████"
    assert lines[4] == "  in particular: grunge 60 %"
    assert lines[6:] == ["  0:00 rock, 0:20 pop", "  warning: truncated"]


def test_card_says_when_it_does_not_know() -> None:
    title, *_ = Card(plain(), 2).show(analysis(kind="speech", label="unknown")).splitlines()
    assert title.endswith("speech")


def test_course_of_a_restless_track_is_cut() -> None:
    entries = tuple(TimelineEntry(float(i), i + 1.0, "ab"[i % 2], 0.5) for i in range(20))
    restless = Analysis("a", 20.0, "music", "a", 0.5, (), entries, np.ones(1, np.float32), "m@0")
    assert course(restless).endswith("0:06 a, and 13 more changes")
