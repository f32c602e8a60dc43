"""``auricle recommend fit``: learn from who played what."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .recommend import Plays, read_plays
from .text import examples
from .tracks import AsJson

if TYPE_CHECKING:
    from ..recommend.coldstart import Interactions, Recommender

CONTENT = "content"
ALONE = (CONTENT, "genre", "popularity", "random")
"""Models that need no other listener."""

EXAMPLES = examples(
    "auricle recommend fit plays.csv",
    "auricle recommend fit plays.parquet --model content -o taste/",
    "auricle recommend fit - < plays.jsonl",
)

ModelOption = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="NAME",
        help="hybrid, content, audio-to-factors, factors, item-knn, genre, popularity or random.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FOLDER",
        file_okay=False,
        show_default="where the other commands look",
        help="Where to keep it.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Of everything random.")]


def register(group: typer.Typer) -> None:
    """Add the command to the group."""
    group.command(epilog=EXAMPLES)(fit)


def fit(
    plays: Plays,
    model: ModelOption = "hybrid",
    output: Output = None,
    seed: Seed = 0,
    catalog: options.Catalog = None,
    as_json: AsJson = False,
) -> None:
    """Learn who likes what, from plays and from the sound of the tracks in the catalog.

    The hybrid trusts the sound of a track that nobody has played, and more and more its plays as
    they come. Wrong rows are told, left out, and give exit code 1; tracks that are not in the
    catalog are told. Some models need the extra recommend.
    """
    from ..library import Catalog
    from ..recommend.coldstart import make_recommender
    from ..recommend.collection import open_collection
    from ..recommend.listening import items_of, recommender_folder
    from .lines import emit, json_line
    from .traces import take_missing

    check_model(model)
    start_s = time.monotonic()
    with Catalog.open(catalog, create=False) as opened:
        take_missing(opened)
        collection = open_collection(opened)
        interactions, report = read_plays(opened, plays)
        model = _fitting(model, interactions)
        fitted = make_recommender(model).fit(interactions, items_of(collection), seed=seed)
        folder = output or recommender_folder(opened)
        fitted.save(folder)
    seconds = time.monotonic() - start_s
    if as_json:
        values = {"model": model, "folder": str(folder), "seconds": round(seconds, 3)}
        emit(json_line(values | sizes(fitted) | report.to_dict()))
    else:
        emit(summary(fitted, report.n_events, seconds) + "\n")
    if report.n_bad:
        raise typer.Exit(1)


def _fitting(model: str, interactions: "Interactions") -> str:
    """Return the model, or ``content`` where there is no other listener to learn from; tell it."""
    from .lines import complain

    if len(set(interactions.listener_index.tolist())) > 1 or model in ALONE:
        return model
    complain(f"one listener only, so no other's plays to learn from: {CONTENT} instead of {model}")
    return CONTENT


def check_model(name: str) -> None:
    """Refuse a model that is not there.

    Raises:
        typer.BadParameter: naming those that are.
    """
    from ..recommend.coldstart import MODELS

    if name not in MODELS:
        raise typer.BadParameter(f"--model {name}: it is one of {', '.join(MODELS)}")


def sizes(fitted: "Recommender") -> dict[str, int]:
    """Return how much a recommender has learnt from."""
    return {
        "listeners": len(fitted.listeners),
        "tracks": len(fitted.items),
        "new_tracks": int((fitted.plays.popularity == 0).sum()),
        "pairs": len(fitted.plays),
    }


def summary(fitted: "Recommender", n_events: int, seconds: float) -> str:
    """Return what was learnt, as one line."""
    n = sizes(fitted)
    return (
        f"{fitted.name}: {n_events} events of {n['listeners']} listeners; {n['tracks']} tracks, "
        f"{n['new_tracks']} of them not played by anybody yet; {seconds:.1f} s"
    )
