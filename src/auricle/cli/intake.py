"""``auricle intake``: the new tracks of the day; ``auricle intake DIR`` is ``intake add DIR``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from . import intake_review, options
from .library_scan import CpuLimit, Jobs, Retry, make_scan_options
from .text import examples

if TYPE_CHECKING:
    from ..intake import IntakeOptions, Report
    from ..library import ScanReport

EXAMPLES = examples(
    "auricle intake ~/Inbox",
    "auricle intake ~/Inbox -o today.html --playlists ~/Playlists",
    "auricle intake ~/Inbox --json | jq -r 'select(.verdict == \"duplicate\").path'",
    "auricle intake review",
    "auricle intake review --export mine.csv && auricle teach mine.csv -o my.head",
)

Folders = Annotated[
    list[str],
    typer.Argument(metavar="DIR", show_default=False, help="Folders and files that are new."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="HTML", help="Also write a page that opens offline."),
]
Playlists = Annotated[
    Path | None,
    typer.Option(
        "--playlists",
        metavar="FOLDER",
        exists=True,
        file_okay=False,
        help="Saved playlists (m3u8, xspf, json, csv): which would each new track fit?",
    ),
]
RecommenderFolder = Annotated[
    Path | None,
    typer.Option(
        "--recommender",
        metavar="FOLDER",
        file_okay=False,
        show_default="the catalog's own, if there is one",
        help="Made by auricle recommend fit: who would want each new track?",
    ),
]
Sure = Annotated[
    float,
    typer.Option(
        "--sure", metavar="P", min=0.0, max=1.0, help="A genre below this waits for a person."
    ),
]
NearestK = Annotated[
    int, typer.Option("-k", metavar="N", min=0, help="How many known tracks for each new one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line and file.")]


class DefaultGroup(TyperGroup):
    """A group that takes what is none of its commands for the arguments of ``add``."""

    default_command = "add"

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put ``add`` before arguments that begin with no command."""
        own = {*self.commands, *ctx.help_option_names}
        if args and args[0] not in own:
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(
        cls=DefaultGroup, rich_markup_mode=None, no_args_is_help=True, epilog=EXAMPLES
    )
    group.callback()(intake)
    group.command(epilog=EXAMPLES)(add)
    intake_review.register(group)
    app.add_typer(group, name="intake")


def intake() -> None:
    """Take in the new tracks of the day: auricle intake DIR.

    It is short for auricle intake add DIR.
    """


def add(
    folders: Folders,
    output: Output = None,
    playlists: Playlists = None,
    recommender: RecommenderFolder = None,
    sure: Sure = 0.5,
    k: NearestK = 3,
    retry: Retry = False,
    profile: options.Profile = "full",
    jobs: Jobs = None,
    cpu_limit: CpuLimit = None,
    timeout: options.Timeout = None,
    model: options.ModelName = None,
    head: options.HeadFile = None,
    catalog: options.Catalog = None,
    as_json: AsJson = False,
) -> None:
    """Analyse new tracks into the catalog, and say what is to be done with each.

    Copies, versions of what is known, and what is not music are set aside with the reason; tracks
    whose genre is not clear wait for a person (auricle intake review). For the others: genre,
    nearest known tracks, playlists they fit, listeners who would want them. No file is moved,
    changed or deleted. Interrupted, the same command goes on where it was; done twice, it changes
    nothing and says the same. The exit code is 1 when files could not be heard.
    """
    from dataclasses import replace

    from ..intake import IntakeOptions
    from .outputs import check_output

    check_output(output)
    scan = make_scan_options(profile, jobs, cpu_limit, timeout, model, head)
    wanted = IntakeOptions(
        replace(scan, retry=retry), sure, k, playlists=playlists, recommender=recommender
    )
    _run(folders, wanted, catalog, output, as_json)


def _run(
    folders: list[str],
    wanted: "IntakeOptions",
    url: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    from ..intake import take_in
    from ..intake.run import check
    from ..library import Catalog
    from .library_scan import View, tell_models
    from .running import Tally
    from .traces import take_missing

    tally = Tally()
    view = View(tally, as_json=False)
    with Catalog.open(url) as opened:
        check(folders, wanted)
        take_missing(opened, Tally())
        try:
            report, scanned = take_in(opened, folders, wanted, view)
        finally:
            view.hide()
        tell_models(opened)
    view.end(scanned)
    if output is not None:
        write_page(report, output)
    _show(report, scanned, as_json)
    if report.counts["failed"] or tally.failed:
        raise typer.Exit(1)


def _show(report: "Report", scanned: "ScanReport", as_json: bool) -> None:
    """Print the report; what differs from run to run goes to stderr."""
    from .formats import make_console, render
    from .intake_text import summary, table
    from .library_scan import summary as scan_summary
    from .lines import complain, emit, json_line

    for note in report.notes:
        complain(note)
    fresh = f"{report.n_fresh} new tracks" if report.n_fresh else "nothing new, nothing changed"
    complain(f"{fresh}; {scan_summary(scanned).strip()}")
    if as_json:
        for entry in report.entries:
            emit(json_line(entry.to_dict()))
        return
    console = make_console()
    for line in table(report):
        emit(render(console, line))
    emit(summary(report) + "\n")


def write_page(report: "Report", output: Path) -> None:
    """Write the page, whole or not at all."""
    from ..files import write_text
    from ..intake.page import to_html

    write_text(output, to_html(report))
