"""``auricle playlist``: a list by liked tracks, from track to track, or along genres."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import examples
from .tracks import AsJson, Versions, Where

if TYPE_CHECKING:
    from ..library import Catalog
    from ..recommend.playlist.ask import Asked

EXAMPLES = examples(
    "auricle playlist --like a.mp3 --like b.mp3 --dislike c.mp3 --count 30",
    "auricle playlist --from calm.mp3 --to wild.mp3 --count 30 -o way.m3u8",
    "auricle playlist --curve 'jazz -> electronic' --minutes 90 -o evening.xspf",
    "auricle playlist --like ~/Downloads/new.flac --where 'duration < 6:00' --json",
)

Like = Annotated[
    list[str] | None,
    typer.Option("--like", metavar="FILE", help="A liked track or file; several times too."),
]
Dislike = Annotated[
    list[str] | None,
    typer.Option("--dislike", metavar="FILE", help="A disliked one; several times too."),
]
Start = Annotated[str | None, typer.Option("--from", metavar="FILE", help="The first track.")]
End = Annotated[str | None, typer.Option("--to", metavar="FILE", help="The last track.")]
Via = Annotated[
    list[str] | None,
    typer.Option("--via", metavar="FILE", help="A track on the way; several times, in order."),
]
CurveOption = Annotated[
    str | None,
    typer.Option("--curve", metavar="GENRES", help="Genres in order: 'jazz -> electronic'."),
]
Count = Annotated[
    int | None,
    typer.Option("--count", metavar="N", min=1, show_default="20", help="How many tracks."),
]
Minutes = Annotated[
    float | None, typer.Option("--minutes", metavar="M", min=1.0, help="How long, about.")
]
ArtistWindow = Annotated[
    int,
    typer.Option(
        "--artist-window", metavar="N", min=1, help="Any N tracks in a row: different artists."
    ),
]
AlbumWindow = Annotated[
    int,
    typer.Option(
        "--album-window", metavar="N", min=1, help="Any N tracks in a row: different albums."
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--kind", metavar="KIND", show_default="music", help="Allowed kind of sound."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write .m3u8, .xspf, .json or .csv."),
]
Absolute = Annotated[bool, typer.Option("--absolute", help="Write absolute paths to the file.")]
Seed = Annotated[int, typer.Option("--seed", help="Another seed, another list.")]


@dataclass(frozen=True, slots=True)
class Names:
    """What the list is to be like, as given on the command line."""

    like: list[str]
    dislike: list[str]
    way: list[str]
    genres: tuple[str, ...]

    def find(self, catalog: "Catalog") -> "Asked":
        """Return the same with the tracks of the catalog; what is only liked may be from elsewhere.

        Raises:
            UnknownTrack: a track to go through is not there.
            AudioError: a file cannot be heard.
        """
        from ..recommend.playlist.ask import Asked
        from .sounds import Ear
        from .tracks import find_track

        ear = Ear(catalog)
        liked, disliked = (tuple(map(ear.find, names)) for names in (self.like, self.dislike))
        stops = tuple(find_track(catalog, name) for name in self.way)
        return Asked(liked, disliked, stops, self.genres)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(playlist)


def playlist(
    like: Like = None,
    dislike: Dislike = None,
    start: Start = None,
    end: End = None,
    via: Via = None,
    curve: CurveOption = None,
    count: Count = None,
    minutes: Minutes = None,
    artist_window: ArtistWindow = 3,
    album_window: AlbumWindow = 1,
    kind: Kinds = None,
    versions: Versions = False,
    where: Where = None,
    seed: Seed = 0,
    output: Output = None,
    absolute: Absolute = False,
    catalog: options.Catalog = None,
    as_json: AsJson = False,
) -> None:
    """Make a playlist in which every track follows smoothly from the one before.

    Say what it is to be like: --like, --from and --to, --curve, or several of them. The scorecard
    below the list tells its steps (1 - cosine; smaller is smoother), and those of a list that
    takes the best next track each time and of random ones.
    """
    from ..library import Catalog
    from ..recommend.formats import WRITERS
    from ..recommend.playlist.ask import make_wish
    from ..recommend.playlist.make import Rules, make_playlist
    from .outputs import check_output
    from .playlist_show import show, write
    from .tracks import parse_where

    names = Names(like or [], dislike or [], _way(start, via, end), _genres(curve))
    _check(names, count, minutes)
    check_output(output, *WRITERS)
    kinds = tuple(each.lower() for each in kind or ("music",))
    rules = Rules(parse_where(where), kinds, artist_window, album_window, versions, seed)
    with Catalog.open(catalog, create=False) as opened:
        wish, collection = make_wish(opened, names.find(opened), count=count, minutes=minutes)
        made = make_playlist(collection, wish, rules)
    write(made, output, relative=not absolute)
    show(made, as_json)


def _check(names: Names, count: int | None, minutes: float | None) -> None:
    """Refuse what says nothing, or too much."""
    if not (names.like or names.way or names.genres):
        raise typer.BadParameter("say what it is to be like: --like, --from and --to, or --curve")
    if count is not None and minutes is not None:
        raise typer.BadParameter("choose --count or --minutes, not both")


def _way(start: str | None, via: list[str] | None, end: str | None) -> list[str]:
    """Return the tracks to go through, in order."""
    if start is None and end is None and not via:
        return []
    if start is None or end is None:
        raise typer.BadParameter("--from and --to belong together, and --via goes between them")
    return [start, *(via or ()), end]


def _genres(curve: str | None) -> tuple[str, ...]:
    """Return the genres of ``jazz -> electronic``."""
    if curve is None:
        return ()
    genres = tuple(part.strip() for part in curve.replace("→", "->").split("->"))
    if not all(genres):
        raise typer.BadParameter(f"--curve {curve}: write genres with -> between them")
    return genres
