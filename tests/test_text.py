"""Times and names as text."""

import doctest
import os

import pytest

from auricle import text
from auricle.text import clock, encodable


@pytest.mark.parametrize(
    ("duration_s", "told"),
    [(0, "0:00"), (0.4, "0:00"), (59.6, "1:00"), (205.4, "3:25"), (3_599.7, "1:00:00"),
     (36_000, "10:00:00")],
)  # fmt: skip
def test_clock(duration_s: float, told: str) -> None:
    assert clock(duration_s) == told


def test_text_stays_as_it_is() -> None:
    for name in ("", "häuser 日本 🎵.mp3", "two\nlines", "back\\slash"):
        assert encodable(name) == name


def test_bytes_that_are_no_text_become_escapes() -> None:
    assert encodable(os.fsdecode(b"caf\xe9.mp3")) == "caf\\udce9.mp3"
    assert encodable("\ud800").encode() == b"\\ud800"


def test_the_examples_hold() -> None:
    assert doctest.testmod(text).failed == 0
