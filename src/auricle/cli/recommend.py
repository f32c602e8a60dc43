"""``auricle recommend``: the group of commands that know who plays what."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .text import examples

if TYPE_CHECKING:
    from ..library import Catalog
    from ..recommend.coldstart import Interactions
    from ..recommend.coldstart.reading import ReadReport

PARTS = ("recommend_fit", "recommend_for", "recommend_audience", "recommend_evaluate")
"""Modules of this room with a function ``register(group)``, in the order of the help."""

EXAMPLES = examples(
    "auricle recommend fit plays.csv",
    "auricle recommend for ann --explain",
    "auricle recommend audience new.flac",
    "auricle recommend evaluate plays.csv",
)

Plays = Annotated[
    str,
    typer.Argument(
        metavar="PLAYS",
        show_default=False,
        help="CSV, JSON Lines or Parquet with the columns listener, track (path, track_id or "
        "content hash) and, if known, weight or plays, and time; - for standard input.",
    ),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--recommender",
        metavar="FOLDER",
        file_okay=False,
        show_default="the catalog's own",
        help="Made by auricle recommend fit -o FOLDER.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True, epilog=EXAMPLES)
    group.callback()(recommend)
    for name in PARTS:
        import_module(f".{name}", __package__).register(group)
    app.add_typer(group, name="recommend")


def recommend() -> None:
    """Recommend tracks to listeners, also tracks that nobody has played yet."""


def read_plays(catalog: "Catalog", plays: str) -> "tuple[Interactions, ReadReport]":
    """Read who played what of the tracks of a catalog; tell what was wrong, or is not there.

    Raises:
        InteractionsError: there is not one event that can be used.
    """
    import os

    from ..recommend.coldstart.reading import read_interactions
    from ..recommend.listening import track_namer
    from .lines import complain

    folder = os.path.dirname(os.path.abspath(plays))
    interactions, report = read_interactions(plays, match=track_namer(catalog, folder))
    for row in report.bad:
        complain(f"{report.path}, line {row.line}: {row.reason}: {row.remedy}")
    if report.n_bad > len(report.bad):
        complain(f"{report.path}: {report.n_bad} of {report.n_rows} rows are wrong; left out")
    if report.n_unmatched:
        some = ", ".join(report.unmatched[:3]) + (", ..." if report.n_unmatched_tracks > 3 else "")
        complain(
            f"{report.path}: rows left out, as their tracks are not in {catalog.name}: "
            f"{report.n_unmatched}; such tracks: {report.n_unmatched_tracks}: {some}"
        )
    return interactions, report
