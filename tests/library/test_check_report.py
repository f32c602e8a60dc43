"""The page of a check."""

import re

from auricle.library.check import SEVERITY, Finding
from auricle.library.check_report import TITLES, to_html

FINDINGS = [
    Finding("/m/<b>.mp3", "speech", "sounds like speech & nothing else"),
    Finding("/m/b\udcff.mp3", "corrupt", "damaged"),
    Finding("/m/b\udcff.mp3", "clipped", "cut off"),
]


def test_counts_and_order() -> None:
    page = to_html(FINDINGS, n_files=10)
    assert "10 files checked, 2 with findings" in page
    assert re.findall(r'<section class="(\w+)" id="(\w+)"', page) == [
        ("error", "corrupt"),
        ("warning", "clipped"),
        ("note", "speech"),
    ]


def test_names_cannot_write_html() -> None:
    page = to_html(FINDINGS, n_files=10)
    assert "<b>" not in page
    assert "/m/&lt;b&gt;.mp3" in page
    assert "speech &amp; nothing" in page


def test_it_opens_offline_and_is_utf_8() -> None:
    page = to_html(FINDINGS, n_files=10)
    page.encode("utf-8")
    assert not re.search(r"https?:|src=|@import|<script", page)


def test_nothing_found() -> None:
    page = to_html([], n_files=3)
    assert "3 files checked, 0 with findings" in page
    assert "<section" not in page


def test_every_kind_has_a_title() -> None:
    assert set(TITLES) == set(SEVERITY)
