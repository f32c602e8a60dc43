"""What the commands that recommend share: options, finding tracks, filters."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import FilterError, UnknownTrack

if TYPE_CHECKING:
    from ..library import Catalog, Track
    from ..recommend.filters import Filter

Where = Annotated[
    str | None,
    typer.Option(
        "--where",
        metavar="EXPR",
        help="Only tracks that fit, as in: genre = jazz and not path ~ Christmas.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON Lines for machines.")]
Versions = Annotated[
    bool, typer.Option("--versions", help="Allow several versions of one recording.")
]


def parse_where(where: str | None) -> "Filter | None":
    """Return the test of a --where option.

    Raises:
        typer.BadParameter: pointing at what cannot be understood.
    """
    from ..recommend.filters import parse_filter

    if where is None:
        return None
    try:
        return parse_filter(where)
    except FilterError as error:
        raise typer.BadParameter(f"--where {error}") from error


def find_track(catalog: "Catalog", name: str) -> "Track":
    """Return the track of a path.

    Raises:
        UnknownTrack: it is not in the catalog.
    """
    track = catalog.find(name)
    if track is None:
        there = "a file that is" if os.path.exists(name) else "no such file, and"
        raise UnknownTrack(
            f"{name}: {there} not in {catalog.name}; auricle library list shows what is"
        )
    return track
