"""``auricle library quality``: how good the lists of similar tracks are on this collection."""

from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import examples, percent
from .tracks import AsJson

if TYPE_CHECKING:
    from ..recommend.quality import ListQuality, Quality, Share

EXAMPLES = examples("auricle library quality", "auricle library quality -k 20 --json")

K = Annotated[int, typer.Option("-k", metavar="N", min=1, help="Length of the lists.")]


def register(group: typer.Typer) -> None:
    """Add the command to the group."""
    group.command(epilog=EXAMPLES)(quality)


def quality(k: K = 10, catalog: options.Catalog = None, as_json: AsJson = False) -> None:
    """Measure the lists of similar tracks on your own collection.

    How many neighbours are by the same artist, of the same album and of the same genre, against
    chance; and how uneven the lists are: a hub is in very many, an unreachable track in none. Each
    by plain cosine (raw) and as auricle similar ranks (corrected).
    """
    from ..library import Catalog
    from ..recommend.collection import open_collection
    from ..recommend.quality import measure_quality
    from .lines import emit, json_line

    with Catalog.open(catalog, create=False) as opened:
        measured = measure_quality(open_collection(opened), k=k)
    if as_json:
        emit(json_line(measured.to_dict()))
        return
    for line in table(measured):
        emit(f"{line}\n")


def table(measured: "Quality") -> list[str]:
    """Return the measures as a table."""
    raw, corrected = measured.raw, measured.corrected
    lines = [
        f"{measured.tracks} tracks, lists of {measured.k}",
        "",
        f"{'':<34}{'raw':>10}{'corrected':>11}{'(95 % interval)':>18}{'chance':>9}",
        _shares("neighbours by the same artist", raw.artist, corrected.artist),
        _shares("neighbours of the same album", raw.album, corrected.album),
        _shares("neighbours with the same label", raw.genre, corrected.genre),
        f"{'skewness (0 is even)':<34}{raw.skewness:>10.2f}{corrected.skewness:>11.2f}",
        f"{'tracks in no list':<34}{_unreached(raw):>10}{_unreached(corrected):>11}",
        f"{'lists with the greatest hub':<34}{raw.most_often:>10}{corrected.most_often:>11}",
    ]
    return lines


def _shares(name: str, raw: "Share", corrected: "Share") -> str:
    values = (raw.value, corrected.value, raw.chance)
    first, second, chance = ("unknown" if each is None else percent(each) for each in values)
    return f"{name:<34}{first:>10}{second:>11}{_interval(corrected):>18}{chance:>9}"


def _interval(share: "Share") -> str:
    if share.low is None or share.high is None:
        return ""
    return f"({share.low:.0%} to {share.high:.0%})".replace("%", " %")


def _unreached(lists: "ListQuality") -> str:
    return f"{lists.unreachable:.2%}".replace("%", " %")
