"""Shared options agree with what they are handed to."""

from typing import get_args

import pytest
import typer.main

from auricle.cli import options
from auricle.cli.app import app
from auricle.types import Profile

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def test_profiles_are_those_of_the_analysis() -> None:
    assert get_args(get_args(options.Profile)[0]) == get_args(Profile)


@pytest.mark.parametrize("name", ["--profile", "--jobs", "--files-from", "--null", "--timeout"])
def test_classify_and_embed_take_the_same_options(name: str) -> None:
    """The same name means the same: spelling, default and help."""
    one, other = (
        next(option for option in COMMANDS[command].params if name in option.opts)
        for command in ("classify", "embed")
    )
    assert (one.opts, one.default, one.help) == (other.opts, other.default, other.help)
