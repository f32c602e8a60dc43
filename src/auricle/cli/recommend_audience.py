"""``auricle recommend audience``: the listeners who would want a track."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import SpaceMismatch
from . import options
from .recommend import Folder
from .text import examples
from .tracks import AsJson

if TYPE_CHECKING:
    from ..library import Catalog

EXAMPLES = examples(
    "auricle recommend audience new.flac",
    "auricle recommend audience ~/Downloads/demo.mp3 -k 50 --json",
)

K = Annotated[int, typer.Option("-k", metavar="N", min=1, help="How many listeners.")]


def register(group: typer.Typer) -> None:
    """Add the command to the group."""
    group.command(epilog=EXAMPLES)(audience)


def audience(
    source: Annotated[
        str, typer.Argument(metavar="TRACK", help="A track of the catalog, or any audio file.")
    ],
    k: K = 20,
    recommender: Folder = None,
    catalog: options.Catalog = None,
    profile: options.Profile = "fast",
    as_json: AsJson = False,
) -> None:
    """List the listeners who would want a track most, and have not played it.

    A file that is not in the catalog is heard first, a few excerpts unless --profile says full;
    then the recommender must be one that hears (hybrid, audio-to-factors or content).
    """
    from ..library import Catalog
    from .lines import complain, emit, json_line

    with Catalog.open(catalog, create=False) as opened:
        found = _audience(opened, source, recommender, profile, k)
    if not found:
        complain("no listener is left who has not played it")
    for number, (listener, score) in enumerate(found, 1):
        if as_json:
            row = {"listener": listener, "score": round(score, 6)}
            emit(json_line(row))
        else:
            emit(_line(number, listener, score))


def _audience(
    catalog: "Catalog", source: str, folder: Path | None, profile: options.Profile, k: int
) -> list[tuple[str, float]]:
    """Ask for a track of the catalog by its name, for another file by its sound."""
    from ..recommend.collection import open_collection
    from ..recommend.listening import open_recommender, with_tracks_of_today

    collection = open_collection(catalog)
    recommender = open_recommender(collection, folder)
    track = catalog.find(source)
    if track is not None and track.model == collection.model:
        today = with_tracks_of_today(recommender, collection)
        return today.audience(str(track.track_id), k)
    from ..analysis import analyze  # only now: it loads ONNX Runtime
    from ..models import load_model
    from ..recommend.similar import query_of_analysis

    model = load_model(collection.model.rpartition("@")[0])
    query = query_of_analysis(analyze(source, model, profile=profile))
    if query.model != collection.model:
        raise SpaceMismatch(
            f"{source}: heard by {query.model}, the catalog by {collection.model}: they do not "
            "compare; auricle library scan --reanalyze hears the catalog again"
        )
    return recommender.audience(query.embedding, k)


def _line(number: int, listener: str, score: float) -> str:
    from .lines import printable

    return f"{number:>3}  {score:7.3f}  {printable(listener)}\n"
