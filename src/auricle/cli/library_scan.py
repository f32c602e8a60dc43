"""``auricle library add``, ``scan`` and ``watch``: bring the catalog up to date with the disk."""

import os
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UnknownTrack
from . import options
from .text import clock, examples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..library import Catalog, ScanOptions, ScanReport, Step, Survey
    from .progress import Progress
    from .running import Tally

ADD_EXAMPLES = examples(
    "auricle library add ~/Music",
    "auricle library add ~/Music --profile fast --cpu-limit 50%",
    "auricle library add /disk/music --no-scan --catalog postgresql+psycopg://me@host/music",
)
SCAN_EXAMPLES = examples(
    "auricle library scan",
    "auricle library scan ~/Music/new --jobs 4",
    "auricle library scan --retry",
    "auricle library scan --reanalyze --model NAME",
)
WATCH_EXAMPLES = examples("auricle library watch --cpu-limit 50%")

Paths = Annotated[
    list[str], typer.Argument(metavar="PATH", show_default=False, help="Files and folders.")
]
Scopes = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH", show_default=False, help="Only these files and folders of the collection."
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", metavar="N", min=1, show_default="all cores", help="Files at once."
    ),
]
CpuLimit = Annotated[
    str | None,
    typer.Option(
        "--cpu-limit",
        metavar="LIMIT",
        help="Share of the machine (50%) or number of cores (1.5); other programs go first.",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON object per line and file that was looked into.")
]
NoScan = Annotated[bool, typer.Option("--no-scan", help="Only write down where to look.")]
Retry = Annotated[bool, typer.Option("--retry", help="Try failed files again.")]
Reanalyze = Annotated[
    bool,
    typer.Option(
        "--reanalyze",
        help="Analyse again what another model or head, or only the fast profile, has heard.",
    ),
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group."""
    group.command(epilog=ADD_EXAMPLES)(add)
    group.command(epilog=SCAN_EXAMPLES)(scan)
    group.command(epilog=WATCH_EXAMPLES)(watch)


def add(
    paths: Paths,
    no_scan: NoScan = False,
    profile: options.Profile = "full",
    jobs: Jobs = None,
    cpu_limit: CpuLimit = None,
    timeout: options.Timeout = None,
    model: options.ModelName = None,
    head: options.HeadFile = None,
    catalog: options.Catalog = None,
    as_json: AsJson = False,
) -> None:
    """Add files and folders to the collection and scan them.

    Folders are searched for audio files, without hidden ones. The catalog is made if it is not
    there. Interrupted, auricle library scan goes on where it was.
    """
    from ..library import Catalog, add_roots

    plan = make_scan_options(profile, jobs, cpu_limit, timeout, model, head)
    with Catalog.open(catalog) as opened:
        scopes = add_roots(opened, paths)
        if not no_scan:
            _scan(opened, replace(plan, scopes=scopes), as_json)


def scan(
    paths: Scopes = None,
    retry: Retry = False,
    reanalyze: Reanalyze = False,
    profile: options.Profile = "full",
    jobs: Jobs = None,
    cpu_limit: CpuLimit = None,
    timeout: options.Timeout = None,
    model: options.ModelName = None,
    head: options.HeadFile = None,
    catalog: options.Catalog = None,
    as_json: AsJson = False,
) -> None:
    """Bring the catalog up to date: analyse new and changed files, notice moved and missing ones.

    Unchanged files cost a look at their size and time. It may be interrupted at any time, and goes
    on where it was. A file that fails is one line on stderr; it is tried again when it has changed.
    """
    from ..library import Catalog

    plan = make_scan_options(profile, jobs, cpu_limit, timeout, model, head)
    plan = replace(plan, scopes=paths or (), retry=retry, reanalyze=reanalyze)
    with Catalog.open(catalog, create=False) as opened:
        _check_scopes(opened, plan.scopes)
        _scan(opened, plan, as_json)


def watch(
    profile: options.Profile = "full",
    jobs: Jobs = None,
    cpu_limit: CpuLimit = None,
    timeout: options.Timeout = None,
    model: options.ModelName = None,
    head: options.HeadFile = None,
    catalog: options.Catalog = None,
    as_json: AsJson = False,
) -> None:
    """Scan, then keep the catalog up to date while files change, until it is interrupted."""
    from ..library import Catalog
    from ..library.watch import watch as keep_watch
    from .lines import emit
    from .running import Tally

    plan = make_scan_options(profile, jobs, cpu_limit, timeout, model, head)
    with Catalog.open(catalog, create=False) as opened:
        view = View(Tally(), as_json)
        with closing(keep_watch(opened, plan, view)) as reports:
            for report in reports:
                view.end(report)
                if not as_json:
                    emit(summary(report))


class View:
    """Shows how a scan goes on: progress and complaints on stderr, JSON Lines on stdout."""

    def __init__(self, tally: "Tally", as_json: bool) -> None:
        """Show nothing yet."""
        self._tally, self._as_json = tally, as_json
        self._progress: Progress | None = None

    def plan(self, found: "Survey") -> None:
        """Tell what could not be searched, and begin to count."""
        from .progress import Progress

        for problem in found.problems:
            self._tally.fail(problem)
        self._progress = Progress(len(found.tasks))

    def step(self, step: "Step") -> None:
        """Count a file, and tell if it failed."""
        from .lines import emit, json_line

        self.hide()
        if step.error is not None:
            self._tally.fail(step.error)
        if self._as_json:
            row = {"path": step.path, "outcome": step.outcome, "error": step.error}
            emit(json_line(row))
        if self._progress:
            self._progress.step(failed=step.outcome == "failed")

    def hide(self) -> None:
        """Clear the line of progress."""
        if self._progress:
            self._progress.hide()

    def end(self, report: "ScanReport") -> None:
        """Tell what a scan leaves to do."""
        from .lines import complain

        self.hide()
        if report.outcomes["changing"]:
            files = report.outcomes["changing"]
            complain(f"{files} changed or went away meanwhile; the next scan looks at them again")


def summary(report: "ScanReport") -> str:
    """Return what a scan did, as one line."""
    counts = {
        "analysed": report.outcomes["analysed"],
        "moved or copied": report.outcomes["recognised"],
        "failed": report.outcomes["failed"],
        "back": report.back,
        "missing": report.gone,
        "unchanged": report.unchanged,
    }
    words = [f"{count} {name}" for name, count in counts.items() if count]
    return f"{', '.join(words) or 'nothing there'} in {clock(report.seconds)}\n"


def make_scan_options(
    profile: options.Profile,
    jobs: int | None,
    cpu_limit: str | None,
    timeout: float | None,
    model: str | None,
    head: str | None,
) -> "ScanOptions":
    """Return the options of a scan; a limit also lets other programs go first."""
    from ..batch import BatchOptions
    from ..library import ScanOptions
    from ..library.cpu import jobs_for, parse_cpu_limit, yield_to_others

    cores = None
    if cpu_limit is not None:
        try:
            cores = parse_cpu_limit(cpu_limit)
        except ValueError as error:
            raise typer.BadParameter(f"--cpu-limit {error}") from error
        yield_to_others()
    batch = BatchOptions(model, head, profile, jobs or jobs_for(cores), timeout)
    return ScanOptions(batch, cores=cores)


def _check_scopes(catalog: "Catalog", scopes: "Sequence[str]") -> None:
    """Refuse a path that is neither on the disk nor known to the catalog: it was mistyped.

    Raises:
        UnknownTrack: naming it.
    """
    from ..library.roots import knows

    for path in scopes:
        if not os.path.lexists(path) and not knows(catalog, os.path.abspath(path)):
            raise UnknownTrack(f"{path}: no such file or folder, and nothing of it is known")


def _scan(catalog: "Catalog", plan: "ScanOptions", as_json: bool) -> None:
    """Scan, show it, and end with exit code 1 if a file failed."""
    from ..library.scan import scan as run
    from .lines import emit
    from .running import Tally

    tally = Tally()
    view = View(tally, as_json)
    try:
        report = run(catalog, plan, view)
    finally:
        view.hide()
    view.end(report)
    if not as_json:
        emit(summary(report))
    tell_models(catalog)
    tally.leave()


def tell_models(catalog: "Catalog") -> None:
    """Tell of tracks that do not compare, as several models or heads have analysed them."""
    from ..library.catalog_stats import heads
    from .lines import complain

    models = catalog.models()
    if len(models) > 1:
        complain(
            f"tracks of {', '.join(models)} do not compare; auricle library scan --reanalyze "
            "analyses all of them with one model"
        )
    elif (n_heads := len(heads(catalog))) > 1:
        complain(
            f"{n_heads} different heads have named the genres; auricle library scan --reanalyze "
            "lets one name them all"
        )
