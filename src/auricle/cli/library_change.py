"""``auricle library remove`` and ``forget``: take tracks out of the catalog, never off the disk."""

from typing import Annotated

import typer

from . import options
from .text import examples

REMOVE_EXAMPLES = examples("auricle library remove ~/Music/audiobooks")
FORGET_EXAMPLES = examples("auricle library list --state missing", "auricle library forget")

Paths = Annotated[
    list[str], typer.Argument(metavar="PATH", show_default=False, help="Files and folders.")
]
Imported = Annotated[
    bool,
    typer.Option("--imported", help="Also imported tracks whose files have not turned up yet."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object for machines.")]


def register(group: typer.Typer) -> None:
    """Add the commands to the group."""
    group.command(epilog=REMOVE_EXAMPLES)(remove)
    group.command(epilog=FORGET_EXAMPLES)(forget)


def remove(paths: Paths, catalog: options.Catalog = None, as_json: AsJson = False) -> None:
    """Take files and folders out of the catalog; scans pass over them from then on.

    Nothing on the disk is touched. auricle library add takes them in again.
    """
    from ..library import Catalog, remove_paths
    from .lines import emit, json_line

    with Catalog.open(catalog, create=False) as opened:
        removed = remove_paths(opened, paths)
    emit(json_line({"removed": removed}) if as_json else f"{removed} files removed\n")


def forget(
    imported: Imported = False, catalog: options.Catalog = None, as_json: AsJson = False
) -> None:
    """Take the tracks out of the catalog that are missing on the disk."""
    from ..library import Catalog
    from ..library import forget as run
    from .lines import emit, json_line

    with Catalog.open(catalog, create=False) as opened:
        forgotten = run(opened, imported=imported)
    emit(json_line({"forgotten": forgotten}) if as_json else f"{forgotten} forgotten\n")
