"""The group of commands that know a whole collection."""

import pytest

from auricle.cli import library
from auricle.cli.library import PARTS

from .conftest import Call


@pytest.mark.parametrize("part", PARTS)
def test_every_part_adds_commands(part: str) -> None:
    module = __import__(f"auricle.cli.{part}", fromlist=["register"])
    assert callable(module.register)
    assert part.startswith("library_")


@pytest.mark.parametrize("arguments", [["library"], ["library", "--help"], ["library", "-h"]])
def test_help_lists_the_commands(auricle: Call, arguments: list[str]) -> None:
    done = auricle(*arguments)
    assert done.exit_code in (0, 2)  # without a command it is wrong usage, by the custom of Click
    for name in ("add", "scan", "watch", "status", "list", "remove", "forget", "export", "import"):
        assert f"\n  {name} " in done.output
    assert (library.library.__doc__ or "").split(":")[0] in done.output


def test_unknown_command(auricle: Call) -> None:
    assert auricle("library", "polish").exit_code == 2


@pytest.mark.parametrize("name", ["scan", "watch", "status", "list", "forget"])
def test_without_a_catalog_it_says_how_to_make_one(auricle: Call, name: str) -> None:
    done = auricle("library", name)
    assert done.exit_code == 1
    assert "auricle library add FOLDER" in done.stderr
