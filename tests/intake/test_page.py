"""The page: everything on it, nothing from elsewhere, no name that breaks it."""

import os
import re
from html.parser import HTMLParser

import pytest

from auricle.intake.entry import Entry, Fit, Report, Twin
from auricle.intake.page import to_html
from auricle.library.taken_in import Decision
from auricle.recommend.similar import Match
from auricle.types import Genre

from ..recommend.make import track

GENRES = (Genre("jazz", 0.82), Genre("rock", 0.1), Genre("folk", 0.01))


class Reader(HTMLParser):
    """Checks that tags are closed in order, and keeps the text."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> str:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader.text


@pytest.fixture
def report() -> Report:
    """Return one entry of each verdict."""
    name = os.fsdecode(b"<b>&\n'\" \xff.mp3")
    return Report(
        (
            Entry(
                f"/in/{name}",
                "ready",
                "",
                track(path=f"/in/{name}", genres=GENRES, title=name, artist="A & B"),
                taken_s=0,
                nearest=(Match(track(2, "/k/old.mp3", artist="Elder"), 0.5, 0.714),),
                playlists=(Fit("evening", "/l/evening.xspf", 0.8, 0.7),),
                audience=(("ann <3", 0.25),),
            ),
            Entry("/in/r.mp3", "review", "no genre", track(genres=GENRES), taken_s=86_400),
            Entry("/in/d.mp3", "duplicate", "x", track(), twin=Twin("/k/o.mp3", "recording", True)),
            Entry("/in/s.mp3", "not_music", "sounds like speech", track(kind="speech")),
            Entry("/in/f.mp3", "failed", "CorruptAudio: damaged", track(state="failed")),
        ),
        2,
        ("no audience <at all>",),
    )


def test_everything_is_told(report: Report) -> None:
    text = read(to_html(report))
    for words in (
        "5 files, taken in from 1970-01-01 to 1970-01-02", "For a person to look at", "82%",
        "evening", "0.80", "ann <3", "Elder", "0.71", "The same recording as /k/o.mp3",
        "This file is the better one", "sounds like speech", "CorruptAudio: damaged",
        "no audience <at all>", "<b>&", "\\udcff",
    ):  # fmt: skip
        assert words in text


def test_nothing_is_loaded_from_elsewhere(report: Report) -> None:
    page = to_html(report)
    assert not re.findall(r"https?:|<script|@import|<link|<img", page)
    assert set(re.findall(r'(?:src|href)="(\w+:|#)', page)) == {"file:", "#"}
    page.encode()


def test_a_page_that_everybody_can_read(report: Report) -> None:
    page = to_html(report)
    assert '<html lang="en">' in page
    assert "color-scheme: light dark" in page
    assert page.count("<h1>") == 1
    assert page.count('scope="col"') >= 10
    assert page.count('scope="row"') == 5
    assert re.search(r'<audio [^>]*aria-label="Listen to r.mp3"', page)
    for section in ("review", "ready", "duplicate", "not_music", "failed"):
        assert f'href="#{section}"' in page
        assert f'<section id="{section}"' in page


def test_columns_without_a_word_are_left_out(report: Report) -> None:
    plain = Report((Entry("/in/r.mp3", "ready", "", track(genres=GENRES)),), 1)
    assert "Audience" not in to_html(plain)
    assert "Audience" in to_html(report)


def test_what_a_person_said(report: Report) -> None:
    decided = Entry("/a", "ready", "", track(genres=GENRES), decision=Decision(1, "tango", "x", 1))
    text = read(to_html(Report((decided,), 0)))
    assert "tango" in text
    assert "by a person" in text


def test_versions_and_equal_files() -> None:
    twins = (Twin("/k/a.mp3", "bytes"), Twin("/k/b.mp3", "version"))
    entries = tuple(Entry("/a", "duplicate", "", track(), twin=twin) for twin in twins)
    text = read(to_html(Report(entries, 0)))
    assert "The same bytes as /k/a.mp3." in text
    assert "A version of /k/b.mp3." in text


def test_the_same_report_makes_the_same_page(report: Report) -> None:
    assert to_html(report) == to_html(report)
    assert "0 files" in read(to_html(Report((), 0)))


@pytest.mark.parametrize(
    ("duration_s", "told"), [(59.4, "0:59"), (59.6, "1:00"), (200.0, "3:20"), (3725.0, "1:02:05")]
)
def test_lengths_read_like_a_clock(duration_s: float, told: str) -> None:
    entry = Entry("/in/a.mp3", "ready", "", track(genres=GENRES, duration_s=duration_s))
    assert f"{told} · /in/a.mp3" in read(to_html(Report((entry,), 1)))


def test_a_length_that_is_not_known_is_not_told() -> None:
    failed = track(state="failed", duration_s=0.0, warnings=("cut <off>",))
    text = read(to_html(Report((Entry("/in/a.mp3", "failed", "damaged", failed),), 1)))
    assert "0:00" not in text
    assert "cut <off>" in text
    assert "1 file" in text
    assert "1 files" not in text


def test_only_genres_that_are_likely_are_shown_with_a_clear_one() -> None:
    ready = read(to_html(Report((Entry("/a", "ready", "", track(genres=GENRES)),), 1)))
    assert "rock" in ready
    assert "folk" not in ready
    review = read(to_html(Report((Entry("/a", "review", "", track(genres=GENRES)),), 1)))
    assert "folk" in review
