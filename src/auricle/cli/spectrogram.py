"""``auricle spectrogram``: a picture of a sound."""

from pathlib import Path
from typing import Annotated

import typer

from . import options
from .text import examples

EXAMPLES = examples(
    "auricle spectrogram song.mp3 -o song.png",
    "cat song.mp3 | auricle spectrogram - -o song.png",
)

Output = Annotated[Path, typer.Option("--output", "-o", metavar="PNG", help="Where to draw.")]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(spectrogram)


def spectrogram(source: options.Source, output: Output) -> None:
    """Draw the mel spectrogram of a sound as PNG.

    A sound of any length fits: what shares a column of the picture is averaged.
    """
    from ..plot.canvas import need_matplotlib
    from ..plot.overview import hear_overview
    from ..plot.spectrogram import draw_spectrogram
    from .inputs import STDIN, spooled
    from .lines import printable
    from .outputs import check_output

    check_output(output, ".png")
    need_matplotlib()
    with spooled(source == STDIN) as spool:
        overview = hear_overview(spool or source)
    title = "standard input" if source == STDIN else printable(Path(source).name)
    draw_spectrogram(output, overview, title=title)
