"""Write what is generated: the quick top-level help, docs/cli.md and docs/recipe.md.

``python scripts/generate_docs.py`` writes; with ``--check`` it only tells what is out of date.
"""

import argparse
import dataclasses
import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from pydantic.fields import FieldInfo
from typer.testing import CliRunner

from auricle.cli.app import app
from auricle.features import FeatureSpec
from auricle.training.head_recipe import ExampleRecipe, HeadRecipe
from auricle.training.recipe import Recipe
from auricle.training.recipe_parts import (
    AugmentRecipe,
    LossRecipe,
    NetworkRecipe,
    ReadoutRecipe,
    ScheduleRecipe,
    SourceRecipe,
)

ROOT = Path(__file__).parents[1]
HELP = ROOT / "src" / "auricle" / "cli" / "help.txt"
REFERENCE = ROOT / "docs" / "cli.md"
SETTINGS = ROOT / "docs" / "recipe.md"

INTRODUCTION = """# Command line

Written by `scripts/generate_docs.py` from the program itself: every command and option, as
`--help` shows them.

A command gives exit code 0 when all went well, 1 when some files failed (each is one line on
stderr), and 2 when it was called wrongly. Ctrl-C ends it within a second with code 130; a reader
that leaves early (`| head`) ends it quietly with code 141. Results go to stdout, everything else
to stderr.
"""


RECIPE_INTRODUCTION = """# Settings of a recipe

Written by `scripts/generate_docs.py` from the program itself. What a recipe is for:
[Train a network of your own](training.md). A setting that is unknown or cannot be is refused, by
its name.
"""

TABLES = {
    "": Recipe,
    "[[sources]]` and `[[validation]]": SourceRecipe,
    "[features]": FeatureSpec,
    "[network]": NetworkRecipe,
    "[augment]": AugmentRecipe,
    "[loss]": LossRecipe,
    "[schedule]": ScheduleRecipe,
    "[readout]": ReadoutRecipe,
    "[[heads]]": HeadRecipe,
    "[[heads.examples]]` and `[[heads.calibration]]": ExampleRecipe,
}
"""Where in the TOML file the fields of each class stand."""


def help_text(*command: str) -> str:
    """Return the help of a command at the width of a usual terminal."""
    environment = {"COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1"}
    done = CliRunner().invoke(app, [*command, "--help"], prog_name="auricle", env=environment)
    if done.exit_code:
        raise SystemExit(f"auricle {' '.join(command)} --help failed: {done.output}")
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip() + "\n"


def reference() -> str:
    """Return docs/cli.md."""
    parts = [INTRODUCTION, f"## auricle\n\n```text\n{help_text()}```\n"]
    for words in commands(typer.main.get_command(app)):
        name = " ".join(words)
        parts.append(f"## auricle {name}\n\n```text\n{help_text(*words)}```\n")
    return "\n".join(parts)


def settings() -> str:
    """Return docs/recipe.md."""
    parts = [RECIPE_INTRODUCTION]
    for place, table in TABLES.items():
        doc = inspect.getdoc(table) or ""
        parts.append(f"## `{place}`\n" if place else "## At the top\n")
        parts.append(f"{doc.splitlines()[0]}\n")
        parts.append("| setting | default | meaning |\n| --- | --- | --- |")
        parts += rows(table, meanings(doc))
        parts.append("")
    return "\n".join(parts)


def rows(table: Any, meaning: dict[str, str]) -> Iterator[str]:  # noqa: ANN401  any dataclass
    """Yield a row per setting."""
    for field in dataclasses.fields(table):
        yield f"| `{field.name}` | {shown(field.default)} | {meaning[field.name]} |"


def shown(default: Any) -> str:  # noqa: ANN401  whatever a setting may be
    """Return a default as TOML has it; what is a table of its own is left to that."""
    if default is dataclasses.MISSING:
        return "needed"
    if isinstance(default, FieldInfo):
        made = default.get_default(call_default_factory=True)
        return "see below" if dataclasses.is_dataclass(made) else shown(made)
    return f"`{json.dumps(default)}`" if default not in ({}, ()) else "none"


def meanings(doc: str) -> dict[str, str]:
    """Return what the section ``Attributes`` of a docstring says of each."""
    listed = doc.partition("Attributes:\n")[2].partition("\n\n")[0]
    entries = re.split(r"^    (?=\w+: )", listed, flags=re.MULTILINE)[1:]
    pairs = (" ".join(entry.split()).partition(": ") for entry in entries)
    return {name: text.replace("``", "`").replace("|", "\\|") for name, _, text in pairs}


def commands(group: object, *before: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command below a group, and of the groups themselves."""
    for name, command in getattr(group, "commands", {}).items():
        yield (*before, name)
        yield from commands(command, *before, name)


def main() -> int:
    """Write the files, or with --check return 1 if one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    pages = {HELP: help_text(), REFERENCE: reference(), SETTINGS: settings()}
    stale = [
        path
        for path, text in pages.items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]
    for path in stale:
        name = path.relative_to(ROOT)
        if check:
            print(f"{name} is out of date: run python scripts/generate_docs.py", file=sys.stderr)
        else:
            path.write_text(pages[path], "utf-8")
            print(f"wrote {name}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
