"""``auricle tag``: write what was heard into the files' own tags."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import examples

if TYPE_CHECKING:
    from ..batch import BatchOptions
    from ..library import Catalog, Track
    from ..library.taken_in import Decision
    from .running import Tally
    from .tagging import Tagger

EXAMPLES = examples(
    "auricle tag music/",
    "auricle tag music/ --write --min-probability 0.7",
    "auricle tag --library --write --keep-mtime",
    "auricle tag song.mp3 --overwrite --json",
    "auricle tag --undo",
)

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        show_default=False,
        help="Files and folders; with --library, only these of it; with --undo, a journal.",
    ),
]
Library = Annotated[
    bool, typer.Option("--library", help="Take the results from the catalog; hear nothing again.")
]
Write = Annotated[
    bool, typer.Option("--write", help="Do it; without, only show what would change.")
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Also where a file names a genre already.")
]
MinProbability = Annotated[
    float,
    typer.Option(
        "--min-probability", metavar="P", min=0.0, max=1.0, help="Leave less probable genres out."
    ),
]
Subgenres = Annotated[
    int,
    typer.Option("--subgenres", metavar="N", min=0, help="Fine genres to add, at most."),
]
KeepMtime = Annotated[
    bool, typer.Option("--keep-mtime", help="Files keep their time of modification.")
]
Undo = Annotated[bool, typer.Option("--undo", help="Take back the last run, or that of a journal.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line and file.")]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(tag)


def tag(
    paths: Paths = None,
    write: Write = False,
    overwrite: Overwrite = False,
    min_probability: MinProbability = 0.0,
    subgenres: Subgenres = 3,
    keep_mtime: KeepMtime = False,
    undo: Undo = False,
    library: Library = False,
    catalog: options.Catalog = None,
    profile: options.Profile = "full",
    jobs: options.Jobs = 1,
    model: options.ModelName = None,
    head: options.HeadFile = None,
    as_json: AsJson = False,
) -> None:
    """Write genres into the tags of files.

    Without --write nothing is changed: the differences are shown. The genre, its sub-genres as
    further values and the probability are written, only into files that name no genre, and never
    for an unknown genre. The sound stays as it is. A journal keeps the former values: --undo.
    """
    from ..batch import BatchOptions
    from ..library.tags import TagOptions
    from .running import Tally
    from .tagging import Tagger, undo_journal

    tally = Tally()
    wishes = TagOptions(overwrite, min_probability, subgenres, keep_mtime)
    with (
        _opened(catalog, wanted=library or catalog is not None) as known,
        Tagger(wishes, tally, write=write, as_json=as_json) as tagger,
    ):
        if undo:
            undo_journal(paths or [], tally, known, as_json=as_json)
        elif known is not None:
            _from_catalog(tagger, known, paths or [])
        else:
            _from_sound(tagger, paths or [], BatchOptions(model, head, profile, jobs), tally)
        if not undo:
            tagger.finish()
    tally.leave()


@contextmanager
def _opened(catalog: str | None, *, wanted: bool) -> Iterator["Catalog | None"]:
    """Yield the catalog, or None when none is wanted."""
    if not wanted:
        yield None
        return
    from ..library import Catalog

    with Catalog.open(catalog, create=False) as opened:
        yield opened


def _from_sound(tagger: "Tagger", paths: list[str], batch: "BatchOptions", tally: "Tally") -> None:
    """Hear the files and tag each when its result is there."""
    from ..types import Analysis
    from .inputs import STDIN, Request, gather
    from .running import listen

    if STDIN in paths:
        raise typer.BadParameter("standard input has no tags; name files or folders")
    if not paths:
        raise typer.BadParameter("name files or folders, or --library for those of the catalog")
    with gather(Request(paths)) as inputs, closing(listen(inputs, batch, tally)) as results:
        for result in results:
            if isinstance(result, Analysis):
                tagger.take(result.path, result)


def _from_catalog(tagger: "Tagger", catalog: "Catalog", paths: list[str]) -> None:
    """Tag every file of the catalog, or those that are named or lie in named folders."""
    from ..library.taken_in import read_decisions
    from ..library.walk import is_within

    tagger.follow(catalog)
    named = [os.path.abspath(path) for path in paths]
    said = read_decisions(catalog)
    for track in catalog.tracks():
        known = _as_decided(track, said.get(track.track_id))
        for path in track.paths:
            if not named or any(is_within(path, top) for top in named):
                tagger.take(path, known)


def _as_decided(track: "Track", decision: "Decision | None") -> "Track":
    """Return the track as a person says it is: what was heard beside another genre is left out."""
    if decision is None:
        return track
    subgenres = track.subgenres if decision.accepted else ()
    return replace(track, label=decision.label, probability=1.0, subgenres=subgenres)
