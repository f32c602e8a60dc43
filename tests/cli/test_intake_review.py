"""``auricle intake review``, up to a head that was taught from corrections."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from auricle.cli import intake_review
from auricle.library import Catalog
from auricle.library.taken_in import TakenIn, read_decisions, write_taken_in

from ..evaluate.songs import HZ, melody
from ..evaluate.songs import RATE as SONG_RATE
from ..library.make import add
from .conftest import Call


@pytest.fixture
def catalog(home: Path) -> Iterator[Catalog]:
    """Return the catalog in auricle's home, with two tracks that wait."""
    with Catalog.open() as opened:
        for name in ("/in/a=b.mp3", "/in/c.mp3"):
            track_id = add(opened, name, title=f"song {name[-5]}")
            write_taken_in(opened, [TakenIn(track_id, track_id, 5, name, "review")])
        yield opened


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command believe that somebody is there."""
    monkeypatch.setattr(intake_review, "on_terminal", lambda: True)


def labels(catalog: Catalog) -> dict[str, str]:
    return {catalog.track(key).path: each.label for key, each in read_decisions(catalog).items()}


def test_without_a_terminal_it_lists(auricle: Call, catalog: Catalog) -> None:
    done = auricle("intake", "review")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("song b  1:02  (track ")
    assert lines[1:3] == ["  /in/a=b.mp3", "  listen: file:///in/a%3Db.mp3"]
    assert lines[3].startswith("  1 jazz              75 %  ████")
    assert labels(catalog) == {}


def test_json(auricle: Call, catalog: Catalog, terminal: None) -> None:
    rows = [json.loads(line) for line in auricle("intake", "review", "--json").stdout.splitlines()]
    assert [row["path"] for row in rows] == ["/in/a=b.mp3", "/in/c.mp3"]
    assert set(rows[0]) == {
        "path", "track_id", "taken_in", "genres", "artist", "title", "duration_s", "label",
    }  # fmt: skip


def test_accept_and_correct(auricle: Call, catalog: Catalog) -> None:
    words = ("--accept", "/in/c.mp3", "--correct", "/in/a=b.mp3=drum and bass", "--json")
    done = auricle("intake", "review", *words)
    assert done.exit_code == 0
    assert [json.loads(line)["label"] for line in done.stdout.splitlines()] == [
        "jazz",
        "drum and bass",
    ]
    assert labels(catalog) == {"/in/c.mp3": "jazz", "/in/a=b.mp3": "drum and bass"}
    empty = auricle("intake", "review")
    assert (empty.stdout, empty.stderr) == ("", "auricle: nothing waits for a person\n")


def test_a_slip_is_told_and_taken(auricle: Call, catalog: Catalog) -> None:
    done = auricle("intake", "review", "--correct", "/in/c.mp3=jaz")
    assert "jaz: a new label (known: jazz)" in done.stderr
    assert "decided: jaz" in done.stdout
    assert labels(catalog) == {"/in/c.mp3": "jaz"}


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--correct", "/in/c.mp3"), 2, "write TRACK=LABEL"),
        (("--correct", "/in/c.mp3= "), 2, "write TRACK=LABEL"),
        (("--accept", "/in/c.mp3", "--accept", "no.mp3"), 1, "no.mp3: not in"),
        (("--accept", "/in/c.mp3", "--export", "no/such.csv"), 2, "there is no folder no"),
    ],
)
def test_mistakes_change_nothing(
    auricle: Call, catalog: Catalog, words: tuple[str, ...], code: int, message: str
) -> None:
    done = auricle("intake", "review", *words)
    assert done.exit_code == code
    assert message in done.stderr
    assert labels(catalog) == {}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("\n2\n", {"/in/a=b.mp3": "jazz", "/in/c.mp3": "rock"}),
        ("drum and bass\nq\n", {"/in/a=b.mp3": "drum and bass"}),
        ("s\n1\n", {"/in/c.mp3": "jazz"}),
        ("9\n0\n2\nq\n", {"/in/a=b.mp3": "rock"}),
        ("q\n", {}),
        ("S\nQ\n", {}),
    ],
)
def test_it_asks(
    auricle: Call, catalog: Catalog, terminal: None, answers: str, expected: dict[str, str]
) -> None:
    done = auricle("intake", "review", stdin=answers.encode())
    assert done.exit_code == 0, done.output
    assert labels(catalog) == expected
    assert "1 of 2" in done.stdout


def test_it_tells_of_a_slip(auricle: Call, catalog: Catalog, terminal: None) -> None:
    done = auricle("intake", "review", stdin=b"jaz\nq\n")
    assert "jaz: a new label (known: jazz)" in done.stderr
    assert labels(catalog) == {"/in/a=b.mp3": "jaz"}


def test_what_was_answered_before_the_end_is_kept(
    auricle: Call, catalog: Catalog, terminal: None
) -> None:
    done = auricle("intake", "review", stdin=b"fado\n")  # then the input ends
    assert done.exit_code == 0
    assert labels(catalog) == {"/in/a=b.mp3": "fado"}


def test_ctrl_c_keeps_what_was_answered(
    auricle: Call, catalog: Catalog, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["fado"])

    def answer() -> str:
        for each in answers:
            return each
        raise KeyboardInterrupt

    monkeypatch.setattr(intake_review, "_answer", answer)
    done = auricle("intake", "review")
    assert done.exit_code == 130
    assert labels(catalog) == {"/in/a=b.mp3": "fado"}


def test_no_catalog(auricle: Call) -> None:
    done = auricle("intake", "review")
    assert done.exit_code == 1
    assert "auricle: error:" in done.stderr


def test_somebody_is_there_only_on_a_terminal(auricle: Call) -> None:
    assert not intake_review.on_terminal()


def test_corrections_teach(auricle: Call, tmp_path: Path) -> None:
    """From new files over corrections to a head that names them, by commands alone."""
    inbox = tmp_path / "in box"
    inbox.mkdir()
    corrections = []
    for label, register in (("drone", "low"), ("birds", "high")):
        for seed in range(5):
            path = inbox / f"{label} {seed}.wav"
            soundfile.write(path, melody(HZ[register], seed=seed), SONG_RATE)
            corrections += ["--correct", f"{path}={label}"]
    auricle("intake", inbox, "--model", "tiny", "-j", 1)
    assert auricle("intake", "review", *corrections).exit_code == 0
    mine, head = tmp_path / "mine.csv", tmp_path / "my.head"
    exported = auricle("intake", "review", "--export", mine)
    assert exported.exit_code == 0
    assert "10 decisions" in exported.stderr
    taught = auricle("teach", mine, "-o", head, "--model", "tiny")
    assert taught.exit_code == 0, taught.output
    soundfile.write(tmp_path / "new.wav", melody(HZ["high"], seed=9), SONG_RATE)
    heard = auricle("classify", tmp_path / "new.wav", "--head", head, "--json")
    assert json.loads(heard.stdout)["label"] == "birds"


def test_tracks_by_number_and_a_second_thought(auricle: Call, catalog: Catalog) -> None:
    track_id = str(next(catalog.tracks()).track_id)
    auricle("intake", "review", "--accept", track_id)
    assert labels(catalog) == {"/in/a=b.mp3": "jazz"}
    done = auricle("intake", "review", "--correct", f"{track_id}=fado")
    assert "decided: fado" in done.stdout
    assert labels(catalog) == {"/in/a=b.mp3": "fado"}
    unknown = auricle("intake", "review", "--accept", "999")
    assert unknown.exit_code == 1
    assert "there is no track 999" in unknown.stderr


def test_export_tells_what_is_left_out(auricle: Call, catalog: Catalog, tmp_path: Path) -> None:
    add(catalog, "/in/blank ")
    words = ("--accept", "/in/c.mp3", "--accept", "/in/blank ", "--export", tmp_path / "mine.csv")
    done = auricle("intake", "review", *words)
    assert done.exit_code == 0
    assert "/in/blank : left out" in done.stderr
    assert "mine.csv: 1 decisions" in done.stderr
    assert (tmp_path / "mine.csv").read_text().splitlines()[1].startswith("/in/c.mp3,jazz,")


def test_list_asks_nothing(auricle: Call, catalog: Catalog, terminal: None) -> None:
    done = auricle("intake", "review", "--list", stdin=b"\n\n")
    assert done.stdout.count("listen: ") == 2
    assert labels(catalog) == {}
