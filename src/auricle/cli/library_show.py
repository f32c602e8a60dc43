"""``auricle library status`` and ``list``: what is in the catalog."""

import os
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from . import options
from .text import clock, examples, percent
from .tracks import Where, parse_where

if TYPE_CHECKING:
    from ..library import Catalog, State, Track
    from ..library.catalog_stats import Overview

SHOWN_LABELS = 8

STATUS_EXAMPLES = examples(
    "auricle library status",
    "auricle library status --errors",
    "auricle library status --errors --json",
)
LIST_EXAMPLES = examples(
    "auricle library list",
    "auricle library list ~/Music/new --state failed",
    "auricle library list --where 'genre = jazz and probability > 0.8'",
    "auricle library list --json > tracks.jsonl",
)

AsJson = Annotated[bool, typer.Option("--json", help="JSON Lines for machines.")]
Errors = Annotated[bool, typer.Option("--errors", help="List every failed file with its reason.")]
Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH", show_default=False, help="Only these files and folders."),
]
Which = Annotated[
    Literal["ready", "failed", "pending", "missing"] | None,
    typer.Option(
        "--state", show_default="all", help="Analysed, failed, not yet analysed, or not there."
    ),
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group."""
    group.command(epilog=STATUS_EXAMPLES)(status)
    group.command(name="list", epilog=LIST_EXAMPLES)(list_tracks)


def status(
    errors: Errors = False, catalog: options.Catalog = None, as_json: AsJson = False
) -> None:
    """Show how many tracks there are, in which state, and where."""
    from ..library import Catalog
    from ..library.catalog_stats import overview
    from .lines import emit, json_line

    with Catalog.open(catalog, create=False) as opened:
        if errors:
            _emit_errors(opened, as_json)
            return
        found = overview(opened)
    emit(json_line(row_of_overview(found)) if as_json else text_of_overview(found))


def list_tracks(
    paths: Paths = None,
    state: Which = None,
    where: Where = None,
    catalog: options.Catalog = None,
    as_json: AsJson = False,
) -> None:
    """List tracks, ordered by path.

    A path that is not there, and of which the catalog knows nothing, is told, with exit code 1.
    """
    from ..library import STATES, Catalog
    from ..library.roots import knows, read_roots
    from .lines import emit, json_line
    from .running import Tally

    wanted, tally = parse_where(where), Tally()
    scopes = [os.path.abspath(path) for path in paths or ()]
    with Catalog.open(catalog, create=False) as opened:
        for track in opened.tracks(states=(state,) if state else STATES):
            if (not scopes or lies_in(track, scopes)) and (wanted is None or wanted(track)):
                emit(json_line(row_of(track)) if as_json else f"{line_of(track)}\n")
        roots = read_roots(opened)
        for scope in scopes:
            if not knows(opened, scope) and not (os.path.lexists(scope) and roots.covers(scope)):
                tally.fail(f"{scope}: nothing of it is in the catalog")
    tally.leave()


def row_of_overview(found: "Overview") -> dict[str, Any]:
    """Return the numbers of a catalog as ``status --json`` shows them."""
    return {
        "catalog": found.name,
        "roots": list(found.roots.included),
        "excluded": sorted(found.roots.excluded),
        **{str(state): count for state, count in found.states.items()},
        "duration_s": round(found.duration_s, 1),
        "models": found.models,
        "heads": found.heads,
        "labels": found.labels,
        "generation": found.generation,
    }


def text_of_overview(found: "Overview") -> str:
    """Return the numbers of a catalog for reading."""
    from .lines import printable

    states = [f"{count} {state}" for state, count in found.states.items() if count]
    labels = [f"{count} {label}" for label, count in list(found.labels.items())[:SHOWN_LABELS]]
    models = [f"{name} ({count})" for name, count in found.models.items()]
    heads = [f"{name or 'unknown'} ({count})" for name, count in found.heads.items()]
    lines = [
        ("catalog", found.name),
        *(("root", root) for root in found.roots.included),
        *(("without", path) for path in sorted(found.roots.excluded)),
        ("tracks", ", ".join(states) or "none"),
        ("duration", clock(found.duration_s)),
        ("model", ", ".join(models) or "none"),
        *([("heads", ", ".join(heads))] if len(heads) > 1 else []),
        ("labels", ", ".join(labels) or "none"),
    ]
    return "".join(f"{name:<10}{printable(text)}\n" for name, text in lines)


def row_of(track: "Track") -> dict[str, Any]:
    """Return a track as ``list --json`` shows it."""
    return {
        "path": track.path,
        "state": track.state,
        "error": track.error,
        "kind": track.kind,
        "label": track.label,
        "probability": round(track.probability, 6),
        "duration_s": round(track.duration_s, 3),
        "artist": track.artist,
        "album": track.album,
        "title": track.title,
        "track_id": track.track_id,
        "paths": list(track.paths),
        "content_hash": track.content_hash,
        "model": track.model,
        "warnings": list(track.warnings),
    }


def line_of(track: "Track") -> str:
    """Return a track as one line."""
    from .lines import printable

    heard = f"{track.label} {percent(track.probability)}" if track.state == "ready" else track.state
    return f"{heard:<22}  {clock(track.duration_s):>8}  {printable(track.path)}"


def lies_in(track: "Track", scopes: list[str]) -> bool:
    """Tell whether any file of a track is one of some paths, or below it."""
    from ..library.walk import is_within

    paths = track.paths or (track.path,)
    return any(is_within(path, scope) for path in paths for scope in scopes)


def _emit_errors(catalog: "Catalog", as_json: bool) -> None:
    """Show every failed file and why."""
    from .lines import emit, json_line, printable

    failed: State = "failed"
    for track in catalog.tracks(states=(failed,)):
        for path in track.paths:
            row = {"path": path, "state": track.state, "error": track.error}
            text = f"{printable(path)}\n  {printable(track.error or '')}\n"
            emit(json_line(row) if as_json else text)
