"""The Typer app: one module per command, and the border where errors become one line."""

import os
import sys
from importlib import import_module

import typer
from typer.core import TyperGroup

from .. import __version__
from ..errors import AuricleError
from .lines import GUARD, complain, use_utf8

COMMANDS = (
    "classify",
    "embed",
    "teach",
    "evaluate",
    "similar",
    "playlist",
    "map",
    "recommend",
    "library",
    "intake",
    "tag",
    "spectrogram",
    "demo",
    "models",
    "doctor",
    "export_onnx",
    "train",
)
"""Modules of this room with a function ``register(app)``, in the order of the help. Libraries and
rooms that are slow to import are imported inside the commands."""

INTERRUPTED, READER_GONE = 130, 141
"""Exit codes by the custom of shells: 128 + the number of the signal SIGINT or SIGPIPE."""


class Border(TyperGroup):
    """The group of all commands; below it nothing catches errors, above it nothing sees them."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run a command; turn expected errors into one line on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except (AuricleError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                _forget_stdout()
                raise typer.Exit(READER_GONE) from error
            complain(f"error: {error}")
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            complain("interrupted")
            raise typer.Exit(INTERRUPTED) from error


def make_app() -> typer.Typer:
    """Return the app with all commands."""
    app = typer.Typer(
        name="auricle",
        cls=Border,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Every command has its own help with examples: auricle classify --help",
    )
    app.callback(invoke_without_command=True)(auricle)
    for name in COMMANDS:
        import_module(f".{name}", __package__).register(app)
    return app


def auricle(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """Hear what music is: genre, features and similarity from the raw audio alone.

    Exit codes: 0 all fine, 1 some files failed, 2 wrong usage.
    """
    use_utf8()
    if version:
        typer.echo(f"auricle {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run() -> int:
    """Run the app with the arguments of the process and return the exit code."""
    GUARD.install()
    try:
        app(prog_name="auricle")
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 0
    return 0


def _forget_stdout() -> None:
    """Send what is left in the buffer nowhere: nobody reads it, and Python would complain."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # not a real file
        return


app = make_app()
