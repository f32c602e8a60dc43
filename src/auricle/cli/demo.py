"""``auricle demo``: the main job on a piece of music that auricle makes itself."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import examples

if TYPE_CHECKING:
    from ..types import Analysis

EXAMPLES = examples("auricle demo", "auricle demo -o somewhere/ --seed 1")

Folder = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="FOLDER",
        file_okay=False,
        help="Where demo.wav and the picture go.",
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, help="Another number makes another melody.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(demo)


def demo(
    output: Folder = Path("auricle-demo"),
    seed: Seed = 0,
    model: options.ModelName = None,
) -> None:
    """Make a short piece of music and name its genre.

    No song is needed: the piece is synthesised, and its timeline is drawn. It is a WAV file that
    any player plays.
    """
    from ..analysis import analyze
    from ..demo import compose, wav_bytes
    from ..models import load_model
    from .formats import TOP, Card, make_console
    from .lines import emit

    output.mkdir(parents=True, exist_ok=True)
    song = output / "demo.wav"
    song.write_bytes(wav_bytes(compose(seed=seed)))
    emit(f"made {song}\n\n")
    analysis = analyze(song, load_model(model))
    emit(Card(make_console(), TOP).show(analysis))
    emit(f"\n{_draw(song, analysis)}\n")
    emit("now your own music: auricle classify FILE-OR-FOLDER\n")


def _draw(song: Path, analysis: "Analysis") -> str:
    """Draw the timeline beside the song and return what to say about it."""
    from ..errors import MissingExtra
    from ..plot.overview import hear_overview
    from ..plot.timeline import draw_timeline

    picture = song.with_name("timeline.png")
    try:
        draw_timeline(picture, analysis, hear_overview(song), title=song.name)
    except MissingExtra as error:
        return f"no picture: {error}"
    return f"drew {picture}"
