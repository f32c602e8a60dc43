"""Where a command may write, asked before it works for an hour."""

from pathlib import Path

import typer


def check_output(path: Path | None, *suffixes: str, option: str = "-o") -> None:
    """Refuse a place that cannot be written.

    Args:
        path: a file; None when none is asked for.
        suffixes: those that its name may have, in lower case; none for any.
        option: what names the file on the command line; "" for an argument.

    Raises:
        typer.BadParameter: for another suffix, a folder, or one that is not there.
    """
    if path is None:
        return
    named = f"{option} {path}".strip()
    if suffixes and path.suffix.lower() not in suffixes:
        raise typer.BadParameter(f"{named}: the name must end with {_one_of(suffixes)}")
    if path.is_dir():
        raise typer.BadParameter(f"{named}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"{named}: there is no folder {path.parent}")


def _one_of(suffixes: tuple[str, ...]) -> str:
    *first, last = suffixes
    return f"{', '.join(first)} or {last}" if first else last
