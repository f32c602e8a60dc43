"""The command ``auricle``: the top-level help at once, everything else through the Typer app.

Typer alone takes longer to import than all of Python to start, so the help and the version, which
a newcomer asks for first, are answered without it. ``help.txt`` is written by
``scripts/generate_docs.py`` from the app.
"""

import os
import sys

HELP_CALLS: tuple[list[str], ...] = ([], ["-h"], ["--help"])
VERSION_CALL = ["--version"]


def main() -> int:
    """Run the command line and return the exit code, see ``auricle --help``."""
    try:
        answer = quick_answer(sys.argv[1:])
        if answer is None:
            from .app import run

            return run()
        sys.stdout.write(answer)
        sys.stdout.flush()
    except KeyboardInterrupt:  # before the app is there to answer it
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def quick_answer(arguments: list[str]) -> str | None:
    """Return what to print for these arguments, or None when the app must see them."""
    if arguments in HELP_CALLS:
        with open(os.path.join(os.path.dirname(__file__), "help.txt"), encoding="utf-8") as file:
            return file.read()
    if arguments == VERSION_CALL:
        from .. import __version__

        return f"auricle {__version__}\n"
    return None
