"""``auricle library export`` and ``import``: carry what was heard to another machine."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from . import options
from .text import examples

EXPORT_EXAMPLES = examples(
    "auricle library export music.parquet",
    "",
    "In Python: pandas.read_parquet('music.parquet') has content_hash, label, embedding, model.",
)
IMPORT_EXAMPLES = examples("auricle library import music.parquet", "auricle library add ~/Music")

Target = Annotated[Path, typer.Argument(metavar="FILE", help="A name that ends with .parquet.")]
Source = Annotated[Path, typer.Argument(metavar="FILE", help="What export has written.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object for machines.")]


def register(group: typer.Typer) -> None:
    """Add the commands to the group."""
    group.command(name="export", epilog=EXPORT_EXAMPLES)(export)
    group.command(name="import", epilog=IMPORT_EXAMPLES)(import_file)


def export(file: Target, catalog: options.Catalog = None, as_json: AsJson = False) -> None:
    """Write labels, embeddings and identities of all analysed tracks to a Parquet file.

    What a person has said in auricle intake review goes along.
    """
    from ..library import Catalog
    from ..library.transfer import export_tracks
    from .lines import emit, json_line
    from .outputs import check_output
    from .running import Tally
    from .traces import take_missing

    check_output(file, ".parquet", option="")
    with Catalog.open(catalog, create=False) as opened:
        take_missing(opened, Tally())
        tracks = export_tracks(opened, file)
    row = {"file": str(file), "tracks": tracks}
    emit(json_line(row) if as_json else f"{file}: {tracks} tracks\n")


def import_file(file: Source, catalog: options.Catalog = None, as_json: AsJson = False) -> None:
    """Take in the tracks of a Parquet file that export has written on another machine.

    They are missing until a scan finds a file with the same content; then they are ready without
    another analysis. A person's word comes along too, unless there is a later one here.
    """
    from ..library import Catalog
    from ..library.transfer import import_tracks
    from .lines import emit, json_line

    with Catalog.open(catalog) as opened:
        report = import_tracks(opened, file)
    text = f"{report.added} new, {report.filled} filled in, {report.known} known already"
    if report.decided:
        text += f"; a person's word taken over for {report.decided}"
    emit(json_line(asdict(report)) if as_json else f"{text}\n")
