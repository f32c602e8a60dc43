"""``auricle similar``: what sounds like a track or a file."""

from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import clock, examples, percent
from .tracks import AsJson, Versions, Where

if TYPE_CHECKING:
    from ..library import Catalog, Track
    from ..recommend.collection import Collection
    from ..recommend.explain import Explanation
    from ..recommend.similar import Match, Query
    from ..types import Analysis

EXAMPLES = examples(
    "auricle similar song.mp3",
    "auricle similar song.mp3 -k 20 --per-artist 1 --explain",
    "auricle similar song.mp3 --where 'genre = jazz and duration > 2:00'",
    "auricle similar ~/Downloads/new.flac --json",
    "curl -s https://example.org/song.mp3 | auricle similar -",
    "",
    "Fields of --where: genre, label, probability, kind, duration, artist, album, title,",
    "path; operators = != < <= > >= and ~ (contains); and, or, not, parentheses, quotes.",
)

K = Annotated[int, typer.Option("-k", metavar="N", min=1, help="How many tracks.")]
Explain = Annotated[
    bool, typer.Option("--explain", help="Say why: shared genres, and which seconds match.")
]
Raw = Annotated[
    bool, typer.Option("--raw", help="Plain cosine, without the correction that keeps hubs down.")
]
PerArtist = Annotated[
    int | None,
    typer.Option("--per-artist", metavar="N", min=1, help="At most N tracks by one artist."),
]
PerAlbum = Annotated[
    int | None, typer.Option("--per-album", metavar="N", min=1, help="At most N of one album.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(similar)


def similar(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A track of the catalog, any audio file, or - (stdin)."
        ),
    ],
    k: K = 10,
    explain: Explain = False,
    raw: Raw = False,
    where: Where = None,
    per_artist: PerArtist = None,
    per_album: PerAlbum = None,
    versions: Versions = False,
    catalog: options.Catalog = None,
    model: options.ModelName = None,
    profile: options.Profile = "fast",
    as_json: AsJson = False,
) -> None:
    """List the tracks of the catalog that sound most like a file.

    A file that is not in the catalog is heard first, a few excerpts unless --profile says full.
    Other versions of the same recording are left out. Tags are read for --where, --per-artist and
    --per-album only; what is similar is decided by sound.
    """
    from ..library import Catalog
    from ..recommend.constraints import Limits
    from ..recommend.similar import SimilarOptions, similar
    from .inputs import STDIN, spooled
    from .sounds import Ear
    from .tracks import parse_where

    chosen = SimilarOptions(
        k, raw, explain, parse_where(where), Limits(per_artist, per_album, versions)
    )
    with (
        Catalog.open(catalog, create=False) as opened,
        spooled(source == STDIN) as spool,
    ):
        sound = Ear(opened, model, profile).find(spool or source)
        query, collection = _query(opened, sound, named=bool(model), versions=versions)
        matches = similar(query, collection, chosen)
    _show(matches, as_json)


def _query(
    catalog: "Catalog", sound: "Track | Analysis", *, named: bool, versions: bool
) -> tuple["Query", "Collection"]:
    """Return what is asked and among what.

    Unless versions are wanted, a copy of a track of the catalog stands for that track.
    """
    from ..library import Track
    from ..recommend.collection import open_collection
    from ..recommend.similar import query_of_analysis, query_of_track
    from ..recommend.versions import known_as

    if isinstance(sound, Track):
        collection = open_collection(catalog, sound.model)
        return query_of_track(collection, sound), collection
    collection = open_collection(catalog, sound.model if named else None)
    same = None if versions else known_as(collection, sound)
    return (query_of_track(collection, same) if same else query_of_analysis(sound)), collection


def _show(matches: "list[Match]", as_json: bool) -> None:
    from .track_rows import Ranked, show_ranked

    ranked = [
        Ranked(
            match.track,
            match.similarity,
            reasons(match.explanation) if match.explanation else (),
            match.to_dict(),
        )
        for match in matches
    ]
    show_ranked(ranked, as_json=as_json)


def reasons(explanation: "Explanation") -> list[str]:
    """Return an explanation in words."""
    lines = []
    if explanation.shared:
        both = ", ".join(f"{g.label} {percent(g.probability)}" for g in explanation.shared[:3])
        lines.append(f"both are {both}")
    lines += [
        f"{clock(passage.here_s[0])} to {clock(passage.here_s[1])} sounds like its "
        f"{clock(passage.there_s[0])} to {clock(passage.there_s[1])} ({passage.similarity:.3f})"
        for passage in explanation.passages
    ]
    return lines
