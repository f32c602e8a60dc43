"""``auricle evaluate``: judge a model on labelled tracks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import examples

if TYPE_CHECKING:
    from ..evaluate import EvaluateOptions, Report

EXAMPLES = examples(
    "auricle evaluate --manifest songs.csv --split validation -o report/",
    "auricle evaluate --manifest songs.csv --probe --audit --robustness -o report/",
    "auricle evaluate --manifest songs.csv --probe --embeddings peer.npz",
    "auricle evaluate --manifest sounds.csv --probe --kind noises=other --kind '*=music'",
    "auricle evaluate --manifest songs.csv --head my.head --split '' --json",
    "",
    "The manifest is a CSV with the columns path and label; it may also have clip_id, source,",
    "artist_id, album, split, fold, kind, duration_s, licence, sha256.",
)

Manifest = Annotated[
    Path, typer.Option("--manifest", "-m", metavar="CSV", help="Tracks with their labels.")
]
Split = Annotated[
    str, typer.Option("--split", metavar="NAME", help="Tracks to judge; '' for all of them.")
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Stay within a data set; repeatable."),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        metavar="SOURCE=KIND",
        help="What a source is: music, speech, other or silence; * for all others; repeatable.",
    ),
]
Probe = Annotated[
    bool, typer.Option("--probe", help="Fit linear probes of the embedding (extra teach).")
]
Embeddings = Annotated[
    Path | None,
    typer.Option("--embeddings", metavar="NPZ", help="Judge stored embeddings, anybody's."),
]
Arrays = Annotated[
    list[str] | None,
    typer.Option(
        "--array",
        metavar="NAME",
        show_default="embedding",
        help="Array of the .npz to take; several are joined.",
    ),
]
Battery = Annotated[
    bool, typer.Option("--robustness", help="Analyse again as MP3, band-limited, noisy, short ...")
]
Audit = Annotated[
    bool, typer.Option("--audit", help="Find the same recording across splits, by listening.")
]
AllowLeaks = Annotated[
    bool, typer.Option("--allow-leaks", help="Go on although splits overlap; the report says so.")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FOLDER",
        file_okay=False,
        help="Write report.json, .md and figures.",
    ),
]
Card = Annotated[
    Path | None,
    typer.Option("--card", metavar="FILE", help="Update the marked part of a model card."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(evaluate)


def evaluate(
    manifest: Manifest,
    split: Split = "validation",
    source: Sources = None,
    kind: Kinds = None,
    probe: Probe = False,
    embeddings: Embeddings = None,
    array: Arrays = None,
    robustness: Battery = False,
    audit: Audit = False,
    allow_leaks: AllowLeaks = False,
    output: Output = None,
    card: Card = None,
    as_json: AsJson = False,
    profile: options.Profile = "full",
    jobs: options.Jobs = 1,
    timeout: options.Timeout = None,
    model: options.ModelName = None,
    head: options.HeadFile = None,
) -> None:
    """Judge a model on labelled tracks: accuracy, calibration, leaks, robustness.

    Intervals resample artists. Labels that the head does not know are left out, and told. Splits
    that share artists, albums or files are refused. With -o, embeddings are remembered there.
    """
    from ..batch import BatchOptions
    from ..evaluate import EvaluateOptions

    if embeddings and not (probe or head):
        raise typer.BadParameter("--embeddings: say what to judge them by, --probe or --head")
    _check_card(card)
    wanted = EvaluateOptions(
        split=split or None,
        sources=tuple(source or ()),
        kinds=_kinds(kind or []),
        probe=probe,
        audit=audit,
        robustness=robustness,
        allow_leaks=allow_leaks,
        embeddings=embeddings,
        arrays=tuple(array or ("embedding",)),
        batch=BatchOptions(model, head, profile, jobs, timeout),
        folder=output,
    )
    _publish(_run(manifest, wanted), output, card, as_json)


def _check_card(card: Path | None) -> None:
    """Refuse a card that could not be updated, before hours of work."""
    from ..evaluate.render import check_card

    if card:
        check_card(card)


def _kinds(given: list[str]) -> dict[str, str]:
    """Return kinds by source.

    Raises:
        typer.BadParameter: not SOURCE=KIND, or no such kind.
    """
    from ..evaluate.manifest import KINDS

    kinds = {}
    for text in given:
        source, equals, kind = text.partition("=")
        if not equals or kind not in KINDS:
            raise typer.BadParameter(f"--kind {text}: say SOURCE=KIND, KIND one of {KINDS}")
        kinds[source] = kind
    return kinds


def _run(manifest: Path, wanted: "EvaluateOptions") -> "Report":
    from ..evaluate import evaluate as run
    from .hearing import Hearers

    with Hearers() as hearers:
        return run(manifest, wanted, hearers.tell, hearers.tick)


def _publish(report: "Report", output: Path | None, card: Path | None, as_json: bool) -> None:
    """Write and print the report.

    Raises:
        typer.Exit: with code 1 when files could not be heard.
    """
    from ..evaluate import to_text, update_card, write_report
    from .lines import complain, emit, json_line

    if output:
        written = write_report(report, output)
        if report.scores and not any(path.suffix == ".png" for path in written):
            complain("no figures: drawing needs the extra 'plot'")
    if card:
        update_card(card, report)
    emit(json_line(report.to_dict()) if as_json else to_text(report))
    if report.failures:
        raise typer.Exit(1)
