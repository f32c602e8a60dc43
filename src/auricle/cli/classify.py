"""``auricle classify``: name the genre of files."""

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import examples

if TYPE_CHECKING:
    from .formats import Format

EXAMPLES = examples(
    "auricle classify song.mp3",
    "auricle classify music/ --profile fast --jobs 4",
    "auricle classify music/ --json > genres.jsonl",
    "find . -name '*.mp3' -print0 | auricle classify --files-from - -0 --csv",
    "auricle classify song.mp3 --timeline timeline.png",
    "cat song.mp3 | auricle classify -",
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line and file.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Comma-separated values with a header.")]
Top = Annotated[
    int | None,
    typer.Option(
        "--top",
        metavar="N",
        min=1,
        show_default="3; all with --json",
        help="How many genres to show.",
    ),
]
Timeline = Annotated[
    str | None,
    typer.Option(
        "--timeline",
        metavar="PNG",
        help="Draw the genre over time under the spectrogram; for several files, name a folder.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(classify)


def classify(
    paths: options.Paths = None,
    files_from: options.FilesFrom = None,
    null: options.Null = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    top: Top = None,
    profile: options.Profile = "full",
    jobs: options.Jobs = 1,
    timeout: options.Timeout = None,
    model: options.ModelName = None,
    head: options.HeadFile = None,
    timeline: Timeline = None,
) -> None:
    """Name the genre of songs from their sound.

    One result per file, in the order given: a table, or with --json or --csv for machines. A file
    that cannot be heard is one line on stderr (and an object with --json); the rest goes on.
    """
    from ..batch import BatchOptions
    from .inputs import Request, gather
    from .lines import emit
    from .pictures import Pictures
    from .running import Tally, listen

    if as_json and as_csv:
        raise typer.BadParameter("choose --json or --csv, not both")
    batch = BatchOptions(model, head, profile, jobs, timeout)
    tally = Tally()
    with gather(Request(paths or (), files_from, null)) as inputs:
        pictures = Pictures(timeline, inputs)
        shape = _format(
            "json" if as_json else "csv" if as_csv else "text", top, len(inputs.sources)
        )
        emit(shape.header())
        with closing(listen(inputs, batch, tally)) as results:
            for result in results:
                emit(shape.show(result))
                pictures.draw(result, tally)
    tally.leave()


def _format(kind: str, top: int | None, n_files: int) -> "Format":
    """Return the format that was asked for; without a wish, a card for one file or a table."""
    from .formats import TOP, Card, Csv, JsonLines, Table, make_console

    if kind == "text":
        shape = Card if n_files == 1 else Table
        return shape(make_console(), top or TOP)
    return JsonLines(top) if kind == "json" else Csv(top or TOP)
