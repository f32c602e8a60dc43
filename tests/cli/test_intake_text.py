"""The report as text."""

from auricle.cli.intake_text import summary, table
from auricle.intake.entry import Entry, Fit, Report, Twin
from auricle.library.taken_in import Decision
from auricle.recommend.similar import Match
from auricle.types import Genre

from ..recommend.make import track

GENRES = (Genre("jazz", 0.42), Genre("rock", 0.3), Genre("pop", 0.2), Genre("folk", 0.08))


def text(*entries: Entry) -> list[str]:
    return [line.plain for line in table(Report(entries, 0))]


def test_a_new_track_and_what_is_around_it() -> None:
    entry = Entry(
        "/in/a.mp3",
        "ready",
        "",
        track(path="/in/a.mp3", genres=GENRES, title="Blue", artist="Trio"),
        nearest=(Match(track(2, "/k/o\nld.mp3"), 0.1, 0.71), Match(track(3, title="T"), 0.1, 0.6)),
        playlists=(Fit("evening", "/l", 0.8, 0.7),),
        audience=(("ann", 1.0), ("bob", 0.5)),
    )
    lines = text(entry)
    assert lines[0] == "Taken in"
    assert lines[1].split("  ")[1] == "Trio - Blue"
    assert lines[1].endswith("jazz 42 %")
    assert lines[2:] == [
        "    /in/a.mp3",
        "    near o\\nld.mp3 0.71, T 0.60",
        "    fits evening 0.80",
        "    for ann, bob",
        "",
    ]


def test_an_audience_of_nobody_is_told() -> None:
    asked = Entry("/in/a.mp3", "ready", "", track(), audience=())
    assert "    for nobody in particular" in text(asked)
    assert not any("nobody" in line for line in text(Entry("/in/a.mp3", "ready", "", track())))


def test_doubts_show_what_is_likely() -> None:
    lines = text(Entry("/in/a.mp3", "review", "no genre", track(genres=GENRES)))
    assert lines[0].startswith("For a person to look at (auricle intake review)")
    assert lines[1].endswith("jazz 42 %, rock 30 %, pop 20 %")


def test_what_a_person_said() -> None:
    lines = text(Entry("/a", "ready", "", track(), decision=Decision(1, "tango", "jazz", 5)))
    assert lines[1].endswith("tango (by a person)")


def test_reasons_do_not_repeat_the_path() -> None:
    lines = text(
        Entry("/in/f.mp3", "failed", "CorruptAudio: /in/f.mp3: damaged", track()),
        Entry(
            "/in/d\n.mp3", "duplicate", "the same bytes as /k", track(), twin=Twin("/k", "bytes")
        ),
    )
    assert lines == [
        "Set aside: there already",
        "  /in/d\\n.mp3",
        "    the same bytes as /k",
        "",
        "Could not be heard",
        "  /in/f.mp3",
        "    CorruptAudio: damaged",
        "",
    ]


def test_summary() -> None:
    verdicts = ("ready", "ready", "review", "not_music")
    report = Report(tuple(Entry("/a", each, "", track()) for each in verdicts), 0)
    assert summary(report) == "4 files: 2 taken in, 1 to review, 1 not music"
    assert summary(Report((), 0)) == "0 files: no audio"
