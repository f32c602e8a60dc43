"""``auricle map``: a picture of the whole collection."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import examples
from .tracks import AsJson

if TYPE_CHECKING:
    from ..recommend.map import MusicMap

EXAMPLES = examples("auricle map -o map.html", "auricle map -o map.png --fresh")

SUFFIXES = (".html", ".png")
Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="Where to draw: .html or .png.")
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Lay out anew instead of beginning from the last map.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("map", epilog=EXAMPLES)(music_map)


def music_map(
    output: Output,
    fresh: Fresh = False,
    catalog: options.Catalog = None,
    as_json: AsJson = False,
) -> None:
    """Draw the collection as a map: every track a point, similar tracks near each other.

    The page needs no network and no other file. Tracks that come later are put among their
    neighbours, and the others move little. A faint point is to be doubted: few of the tracks that
    sound like it are near it. --json prints each track with its place.
    """
    from ..files import write_text
    from ..library import Catalog
    from ..plot.canvas import need_matplotlib
    from ..recommend.collection import open_collection
    from ..recommend.map import make_map, map_page
    from ..recommend.map_layout import need_open_tsne
    from .outputs import check_output

    check_output(output, *SUFFIXES)
    need_open_tsne()
    if output.suffix.lower() == ".png":
        need_matplotlib()
    with Catalog.open(catalog, create=False) as opened:
        made = make_map(open_collection(opened), fresh=fresh)
    if output.suffix.lower() == ".html":
        write_text(output, map_page(made))
    else:
        from ..plot.music_map import draw_map

        labels = [track.label for track in made.tracks]
        draw_map(output, made.points, labels, made.trust, made.colours)
    if as_json:
        _emit(made)


def _emit(made: "MusicMap") -> None:
    from .lines import emit, json_line

    for track, point, kept in zip(made.tracks, made.points.tolist(), made.trust, strict=True):
        values = {
            "path": track.path,
            "label": track.label,
            "probability": round(track.probability, 6),
            "x": round(point[0], 4),
            "y": round(point[1], 4),
            "trust": round(float(kept), 4),
        }
        emit(json_line(values))
