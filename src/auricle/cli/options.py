"""Options that several commands share."""

from typing import Annotated, Literal

import typer

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        show_default=False,
        help="Files, folders (searched for audio files), or - for sound on standard input.",
    ),
]
Source = Annotated[
    str, typer.Argument(metavar="FILE", help="An audio file, or - for sound on standard input.")
]
FilesFrom = Annotated[
    str | None,
    typer.Option(
        "--files-from", metavar="FILE", help="Read paths from a file, one per line; - is stdin."
    ),
]
Null = Annotated[
    bool,
    typer.Option("--null", "-0", help="Paths in --files-from end with NUL, as of find -print0."),
]
Profile = Annotated[
    Literal["full", "fast"],
    typer.Option("--profile", help="full hears every second; fast a few excerpts, by seeking."),
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        "-j",
        metavar="N",
        min=1,
        help="Files at once. From 2 on, each in a process of its own: a crash costs one file.",
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", metavar="SECONDS", min=0.001, help="Give up a file after this time."),
]
ModelName = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="Name or folder of a model; see auricle models."),
]
HeadFile = Annotated[
    str | None,
    typer.Option("--head", metavar="FILE", help="Name your own genres; made by auricle teach."),
]
Catalog = Annotated[
    str | None,
    typer.Option(
        "--catalog",
        metavar="URL_OR_PATH",
        help="A file or postgresql+psycopg://... instead of the catalog in auricle's home.",
    ),
]
