"""``auricle recommend for``: tracks for a listener, and why."""

from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .playlist import AlbumWindow, ArtistWindow, Kinds
from .recommend import Folder
from .similar import reasons
from .text import examples
from .tracks import AsJson, Versions, Where, parse_where

if TYPE_CHECKING:
    from ..recommend.suggest import Suggestion, SuggestOptions

EXAMPLES = examples(
    "auricle recommend for ann",
    "auricle recommend for ann -k 10 --only-new --explain",
    "auricle recommend for ann --where 'duration < 6:00' --artist-window 5 --json",
    "auricle recommend for ann --explore 0.2",
)

Listener = Annotated[
    str, typer.Argument(metavar="LISTENER", help="Called as in the plays that were learnt from.")
]
K = Annotated[int, typer.Option("-k", metavar="N", min=1, help="How many tracks.")]
OnlyNew = Annotated[
    bool, typer.Option("--only-new", help="Only tracks that nobody has played yet.")
]
Played = Annotated[bool, typer.Option("--played", help="Also what the listener has played.")]
Explain = Annotated[
    bool, typer.Option("--explain", help="Say what the listener plays that sounds like it, when.")
]
Explore = Annotated[
    float,
    typer.Option(
        "--explore",
        metavar="SHARE",
        min=0.0,
        max=1.0,
        help="Give this share of the list to tracks that nobody has played yet.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Of --explore: another seed, another draw.")]


def register(group: typer.Typer) -> None:
    """Add the command to the group."""
    group.command("for", epilog=EXAMPLES)(recommend_for)


def recommend_for(
    listener: Listener,
    k: K = 20,
    only_new: OnlyNew = False,
    played: Played = False,
    explain: Explain = False,
    where: Where = None,
    artist_window: ArtistWindow = 3,
    album_window: AlbumWindow = 1,
    kind: Kinds = None,
    versions: Versions = False,
    explore: Explore = 0.0,
    seed: Seed = 0,
    recommender: Folder = None,
    catalog: options.Catalog = None,
    as_json: AsJson = False,
) -> None:
    """List the tracks of the catalog that a listener would like most.

    What the listener has played is left out, and so are its versions. Tracks that came to the
    catalog after auricle recommend fit are among them. A listener of whom no play is known gets
    what most people play. Best first, but the windows keep tracks of one artist or album apart.
    """
    from ..library import Catalog
    from ..recommend.coldstart import Filters
    from ..recommend.collection import open_collection
    from ..recommend.listening import open_recommender, with_tracks_of_today
    from ..recommend.suggest import SuggestOptions, suggest
    from ..recommend.windows import Windows
    from .traces import take_missing

    filters = Filters(
        played=played, only_new=only_new, versions=versions, explore=explore, seed=seed
    )
    windows = Windows(artist_window, album_window)
    kinds = tuple(each.lower() for each in kind or ("music",))
    wanted = SuggestOptions(k, filters, parse_where(where), kinds, windows, explain)
    with Catalog.open(catalog, create=False) as opened:
        take_missing(opened)
        collection = open_collection(opened)
        today = with_tracks_of_today(open_recommender(collection, recommender), collection)
        found = suggest(collection, today, listener, wanted)
    show(found, wanted, as_json=as_json)


def show(found: "list[Suggestion]", wanted: "SuggestOptions", *, as_json: bool) -> None:
    """Print suggestions, best first."""
    from .track_rows import Ranked, show_ranked

    ranked = [
        Ranked(each.track, each.score, why(each) if wanted.explain else (), each.to_dict())
        for each in found
    ]
    show_ranked(ranked, as_json=as_json)


def why(suggestion: "Suggestion") -> list[str]:
    """Return what speaks for a suggestion, in words."""
    from .track_rows import show_name

    lines = [suggestion.reason]
    for each in suggestion.because:
        lines.append(f"because you play {show_name(each.track)}:")
        lines += [f"  {line}" for line in reasons(each.explanation)]
    return lines
