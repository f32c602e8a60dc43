"""A track as a row of a table."""

import os

from auricle.cli.track_rows import NAME_WIDTH, show_name, show_row, show_short

from ..recommend.make import track


def test_names() -> None:
    assert show_name(track(artist="A", title="T")) == "A - T"
    assert show_name(track(title="T")) == "T"
    assert show_name(track(path="/x/y.mp3")) == "/x/y.mp3"
    long = show_name(track(title="t" * 99))
    assert (len(long), long[-1]) == (NAME_WIDTH, "…")
    assert show_name(track(path="/" + "d" * 99 + "/y.mp3")).endswith("d/y.mp3")


def test_a_short_name_has_no_folder() -> None:
    assert show_short(track(artist="A", title="T")) == "A - T"
    assert show_short(track(path="/x/y z.mp3")) == "y z.mp3"
    assert "\n" not in show_short(track(path="/x/y\nz.mp3"))


def test_names_cannot_break_the_line() -> None:
    assert "\n" not in show_name(track(title="a\nb\x1b[31m"))
    assert "\n" not in show_name(track(path=os.fsdecode(b"/a\nb\xff.mp3")))


def test_a_row() -> None:
    row = show_row(3, 0.5, track(title="T", duration_s=65)).plain
    assert row.startswith("  3   0.500  T ")
    assert row.endswith("1:05  jazz 80 %")
    assert show_row(1, None, track(title="T")).plain.startswith("  1          T ")
