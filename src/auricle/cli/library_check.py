"""``auricle library check``: which files are broken, or not what they seem."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import examples

if TYPE_CHECKING:
    from ..library import Catalog
    from ..library.check import Finding

EXAMPLES = examples(
    "auricle library check",
    "auricle library check -o report.html --jobs 2",
    "auricle library check --json > findings.jsonl",
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line and finding.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="HTML", help="Also write a page that opens offline."),
]


def register(group: typer.Typer) -> None:
    """Add the command to the group."""
    group.command(epilog=EXAMPLES)(check)


def check(
    catalog: options.Catalog = None,
    jobs: options.Jobs = 1,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Look for files that are broken, or not what they seem.

    Every file is decoded once: damaged, cut short, silent, clipped, mono stored as stereo, made
    from a lower sample rate. Speech and duplicates come from the catalog. Nothing is changed. The
    exit code is 1 when files are damaged, cut short or silent.
    """
    from ..library import Catalog
    from .lines import emit
    from .outputs import check_output
    from .running import Tally
    from .traces import take_missing

    check_output(output)
    with Catalog.open(catalog, create=False) as opened:
        take_missing(opened, Tally())
        findings, n_files = _look(opened, jobs, as_json=as_json)
    if output:
        _write_page(output, findings, n_files)
    if not as_json:
        emit(summary(findings, n_files) + "\n")
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)


def _look(catalog: "Catalog", jobs: int, *, as_json: bool) -> "tuple[list[Finding], int]":
    """Check all files; show each finding when it is there."""
    from ..library.check import check_catalog
    from .lines import emit
    from .progress import Progress

    paths = [track.paths for track in catalog.tracks(states=("ready", "failed"))]
    progress = Progress(sum(map(len, paths)))
    findings: list[Finding] = []
    seen: set[str] = set()
    for checked in check_catalog(catalog, jobs=jobs):
        progress.hide()
        for finding in checked.findings:
            emit(_line(finding, as_json=as_json))
        findings += checked.findings
        if checked.path not in seen:
            progress.step(failed=any(each.severity == "error" for each in checked.findings))
        seen.add(checked.path)
    progress.hide()
    return findings, len(seen)


def _line(finding: "Finding", *, as_json: bool) -> str:
    from .lines import json_line, printable

    if as_json:
        return json_line(finding.to_dict())
    kind = finding.kind.replace("_", " ")
    text = f"{finding.severity:<8} {kind:<15} {finding.path}: {finding.message}"
    return printable(text) + "\n"


def _write_page(path: Path, findings: "Sequence[Finding]", n_files: int) -> None:
    from ..files import write_text
    from ..library.check_report import to_html

    write_text(path, to_html(findings, n_files=n_files))


def summary(findings: "Sequence[Finding]", n_files: int) -> str:
    """Return how many files were looked at, and how often what was found."""
    n = Counter(finding.kind.replace("_", " ") for finding in findings)
    found = ", ".join(f"{kind}: {count}" for kind, count in n.most_common()) or "nothing found"
    good = n_files - len({finding.path for finding in findings})
    return f"{n_files} files, {good} without findings. {found}"
