"""The forms of a report."""

import json
import re
from pathlib import Path

from auricle.intake.entry import VERDICTS, Entry, Fit, Report, Twin, timestamp
from auricle.intake.review import Waiting
from auricle.library.taken_in import Decision
from auricle.recommend.similar import Match
from auricle.types import Genre

from ..recommend.make import track

KEYS = {
    "path", "verdict", "reason", "label", "probability", "genres", "subgenres", "kind", "decided",
    "duplicate", "nearest", "playlists", "audience", "artist", "album", "title", "duration_s",
    "track_id", "taken_in", "model", "warnings", "error",
}  # fmt: skip


def test_the_keys_are_always_the_same() -> None:
    bare = Entry("/a.mp3", "failed", "damaged", track(state="failed", error="Bad: damaged"))
    full = Entry(
        "/a.mp3",
        "ready",
        "",
        track(genres=tuple(Genre(str(number), 0.1) for number in range(9))),
        taken_s=0,
        twin=Twin("/b.mp3", "recording", better=True, bit_errors=0.12345),
        decision=Decision(1, "tango", "jazz", 5),
        nearest=(Match(track(2, "/k.mp3"), 0.5, 0.7),),
        playlists=(Fit("calm", "/l/calm.xspf", 0.8, 0.7),),
        audience=(("ann", 0.25),),
    )
    assert set(bare.to_dict()) == set(full.to_dict()) == KEYS
    values = json.loads(json.dumps(full.to_dict()))
    assert values["label"] == "tango"
    assert values["decided"] is True
    assert len(values["genres"]) == 5
    assert values["taken_in"] == "1970-01-01T00:00:00Z"
    assert values["duplicate"] == {
        "of": "/b.mp3",
        "kind": "recording",
        "better": True,
        "bit_errors": 0.1235,
    }
    assert values["nearest"][0]["path"] == "/k.mp3"
    assert values["playlists"][0]["name"] == "calm"
    assert values["audience"] == [{"listener": "ann", "score": 0.25}]


def test_the_keys_are_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "intake.md").read_text("utf-8")
    table = page.partition("## JSON Lines")[2].partition("`auricle intake review --json`")
    documented = re.findall(r"^\| (`.+?`) \|", table[0], flags=re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(documented))) == KEYS
    waiting = set(Waiting(track()).to_dict())
    assert waiting == set(re.findall(r"`(\w+)`", table[2].partition("(")[0]))


def test_what_is_not_known_is_null() -> None:
    values = Entry("/a.mp3", "failed", "x", track(label="", error="Bad: x")).to_dict()
    assert values["label"] == "unknown"
    assert values["audience"] is None
    assert values["duplicate"] is None
    assert values["taken_in"] is None
    assert values["error"] == "Bad: x"


def test_a_report_counts_every_verdict() -> None:
    entries = tuple(Entry(f"/{each}", each, "", track()) for each in ("ready", "failed", "ready"))
    report = Report(entries, 2)
    assert list(report.counts) == list(VERDICTS)
    assert report.counts["ready"] == 2
    assert report.counts["review"] == 0
    assert report.of("failed") == [entries[1]]


def test_times_are_in_utc() -> None:
    assert timestamp(1_700_000_000) == "2023-11-14T22:13:20Z"
