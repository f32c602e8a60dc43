"""``auricle recommend evaluate``: how good every model's lists are, on your own plays."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .recommend import Plays, read_plays
from .recommend_fit import Seed, check_model
from .text import examples

if TYPE_CHECKING:
    from ..recommend.coldstart.evaluation import RecommendReport

EXAMPLES = examples(
    "auricle recommend evaluate plays.csv",
    "auricle recommend evaluate plays.csv -k 50 --model hybrid --model popularity --no-curve",
    "auricle recommend evaluate plays.parquet -o report/",
)

K = Annotated[int, typer.Option("-k", metavar="N", min=1, help="Length of the lists.")]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model", metavar="NAME", show_default="all", help="Only this model; several times too."
    ),
]
Curve = Annotated[
    bool,
    typer.Option("--curve/--no-curve", help="Also give cold tracks 0, 1, 2, 5, 10 and 50 plays."),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FOLDER",
        file_okay=False,
        help="Write report.json, report.txt and figures.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")]


def register(group: typer.Typer) -> None:
    """Add the command to the group."""
    group.command(epilog=EXAMPLES)(evaluate)


def evaluate(
    plays: Plays,
    k: K = 20,
    model: Models = None,
    curve: Curve = True,
    seed: Seed = 0,
    output: Output = None,
    catalog: options.Catalog = None,
    as_json: AsJson = False,
) -> None:
    """Fit every model on a part of the plays, and judge its lists by the rest.

    Cold: tracks of whole artists that nobody has played. Warm: known tracks. Mixed: all of them.
    When every event has a time, also: what came later. Nothing is kept of the models.
    """
    from .lines import emit, json_line

    for name in model or ():
        check_model(name)
    report = _evaluate(plays, catalog, (k, curve, seed), model)
    from ..recommend.coldstart.report import to_dict, to_text, write_report

    if output is not None:
        write_report(report, output)
    emit(json_line(to_dict(report)) if as_json else to_text(report))


def _evaluate(
    plays: str, url: str | None, wanted: tuple[int, bool, int], names: list[str] | None
) -> "RecommendReport":
    from ..library import Catalog
    from ..recommend.coldstart import MODELS
    from ..recommend.coldstart.evaluation import STEPS, EvaluateOptions, evaluate_recommenders
    from ..recommend.coldstart.splits import SplitOptions
    from ..recommend.collection import open_collection
    from ..recommend.listening import items_of
    from .traces import take_missing

    k, curve, seed = wanted
    with Catalog.open(url, create=False) as opened:
        take_missing(opened)
        items = items_of(open_collection(opened))
        interactions, _ = read_plays(opened, plays)
    chosen = {name: MODELS[name] for name in names or MODELS}
    how = EvaluateOptions(k, STEPS if curve else (), splits=SplitOptions(seed=seed), seed=seed)
    progress = Doing()
    try:
        return evaluate_recommenders(interactions, items, how, models=chosen, told=progress.tell)
    finally:
        progress.tell("")


class Doing:
    """Tells on a terminal what is being done, in one line that is drawn over itself."""

    def __init__(self) -> None:
        self._enabled = sys.stderr.isatty()

    def tell(self, what: str) -> None:
        """Show what is being done; nothing clears the line."""
        if self._enabled:
            sys.stderr.write(f"\r\x1b[2K{what}")
            sys.stderr.flush()
