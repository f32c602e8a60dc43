"""``auricle library``: the group of commands that know a whole collection."""

from importlib import import_module

import typer

from .text import examples

PARTS = (
    "library_scan",
    "library_show",
    "library_change",
    "library_transfer",
    "library_duplicates",
    "library_check",
    "library_quality",
)
"""Modules of this room with a function ``register(group)``, in the order of the help."""

EXAMPLES = examples(
    "auricle library add ~/Music",
    "auricle library scan",
    "auricle library status --errors",
    "",
    "Every command has its own help: auricle library scan --help",
)


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True, epilog=EXAMPLES)
    group.callback()(library)
    for name in PARTS:
        import_module(f".{name}", __package__).register(group)
    app.add_typer(group, name="library")


def library() -> None:
    """Know a whole collection: add, scan, watch, list, measure."""
