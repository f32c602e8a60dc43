"""Write what is generated from the command line: the quick top-level help and docs/cli.md.

``python scripts/generate_docs.py`` writes; with ``--check`` it only tells what is out of date.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import typer.main
from typer.testing import CliRunner

from auricle.cli.app import app

ROOT = Path(__file__).parents[1]
HELP = ROOT / "src" / "auricle" / "cli" / "help.txt"
REFERENCE = ROOT / "docs" / "cli.md"

INTRODUCTION = """# Command line

Written by `scripts/generate_docs.py` from the program itself: every command and option, as
`--help` shows them.

A command gives exit code 0 when all went well, 1 when some files failed (each is one line on
stderr), and 2 when it was called wrongly. Ctrl-C ends it within a second with code 130; a reader
that leaves early (`| head`) ends it quietly with code 141. Results go to stdout, everything else
to stderr.
"""


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
    stale = [
        path
        for path, text in ((HELP, help_text()), (REFERENCE, reference()))
        if not path.is_file() or path.read_text("utf-8") != text
    ]
    for path in stale:
        name = path.relative_to(ROOT)
        if check:
            print(f"{name} is out of date: run python scripts/generate_docs.py", file=sys.stderr)
        else:
            path.write_text(help_text() if path == HELP else reference(), "utf-8")
            print(f"wrote {name}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
