"""Small pieces of text."""

import pytest

from auricle.cli.text import bar, crop_left, examples, percent


@pytest.mark.parametrize(("share", "text"), [(0.0, "0 %"), (0.824, "82 %"), (1.0, "100 %")])
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.0, ""), (1.0, "████"), (0.5, "██"), (0.53125, "██▏"), (0.9999, "████"), (1 / 32, "▏")],
)
def test_bar(fraction: float, text: str) -> None:
    assert bar(fraction, 4) == text


def test_crop_keeps_the_end() -> None:
    assert crop_left("music/song.mp3", 14) == "music/song.mp3"
    assert crop_left("music/song.mp3", 9) == "…song.mp3"


def test_examples_are_not_wrapped_by_help() -> None:
    assert examples("a", "b") == "\b\nExamples:\n  a\n  b"
