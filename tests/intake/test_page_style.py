"""The style: both schemes have every colour, and every pair can be read."""

import re

import pytest

from auricle.intake.page_style import STYLE

LIGHT, DARK = (
    dict(re.findall(r"--(\w+): (#\w+)", part))
    for part in (STYLE.split("@media")[0], STYLE.split("@media")[1].split("* {")[0])
)
INK = ("text", "quiet", "link", "review", "ready", "aside", "failed")


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, by the rules of WCAG 2."""
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_both_schemes_have_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK) >= {*INK, "back", "card", "bar"}


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", INK)
@pytest.mark.parametrize("paper", ["back", "card"])
def test_text_can_be_read(scheme: dict[str, str], ink: str, paper: str) -> None:
    assert contrast(scheme[ink], scheme[paper]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_bars(scheme: dict[str, str]) -> None:
    assert contrast(scheme["text"], scheme["bar"]) >= 4.5


def test_every_colour_that_is_used_is_there() -> None:
    used = set(re.findall(r"var\(--(\w+)\)", STYLE)) - {"tone"}
    assert used <= set(LIGHT)
