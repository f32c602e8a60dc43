"""``auricle similar``: what sounds like a track or a file."""

from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import clock, examples, percent
from .tracks import AsJson, Versions, Where

if TYPE_CHECKING:
    from ..library import Catalog
    from ..recommend.collection import Collection
    from ..recommend.explain import Explanation
    from ..recommend.similar import Match, Query

EXAMPLES = examples(
    "auricle similar song.mp3",
    "auricle similar song.mp3 -k 20 --per-artist 1 --explain",
    "auricle similar song.mp3 --where 'genre = jazz and duration > 2:00'",
    "auricle similar ~/Downloads/new.flac --json",
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
        str, typer.Argument(metavar="FILE", help="A track of the catalog, or any audio file.")
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
    from .tracks import parse_where

    chosen = SimilarOptions(
        k, raw, explain, parse_where(where), Limits(per_artist, per_album, versions)
    )
    with Catalog.open(catalog, create=False) as opened:
        query, collection = _query(opened, source, model, profile, versions=versions)
        matches = similar(query, collection, chosen)
    _show(matches, as_json)


def _query(
    catalog: "Catalog",
    source: str,
    model: str | None,
    profile: options.Profile,
    *,
    versions: bool,
) -> tuple["Query", "Collection"]:
    """Return what is asked and among what; a file that is not in the catalog is analysed.

    Unless versions are wanted, a copy of a track of the catalog stands for that track.
    """
    from ..recommend.collection import open_collection
    from ..recommend.similar import query_of_analysis, query_of_track

    track = catalog.find(source)
    if track is not None and track.model and model is None:
        collection = open_collection(catalog, track.model)
        return query_of_track(collection, track), collection
    from ..analysis import analyze  # only now: it loads ONNX Runtime
    from ..library.index_sync import only_model
    from ..models import load_model
    from ..recommend.versions import known_as

    loaded = load_model(model or only_model(catalog).rpartition("@")[0])
    collection = open_collection(catalog, loaded.id if model else None)
    heard = analyze(source, loaded, profile=profile)
    same = None if versions else known_as(collection, heard)
    return (query_of_track(collection, same) if same else query_of_analysis(heard)), collection


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
