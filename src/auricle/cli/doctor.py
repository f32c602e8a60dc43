"""``auricle doctor``: whether this installation hears what it should."""

from typing import Annotated

import typer

from .text import examples

COLOURS = {"ok": "green", "warn": "yellow", "fail": "bold red"}
EXAMPLES = examples("auricle doctor", "auricle doctor --json")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line and check.")]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(doctor)


def doctor(as_json: AsJson = False) -> None:
    """Check this installation.

    Shows versions and readable formats, and runs every model on its golden vectors. The exit code
    is 1 when anything is broken.
    """
    from rich.text import Text

    from ..models import diagnose
    from .formats import make_console, render
    from .lines import emit, json_line, printable

    console = make_console()
    findings = diagnose()
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        if as_json:
            row = {"name": finding.name, "status": finding.status, "detail": finding.detail}
            emit(json_line(row))
        else:
            line = Text(f"{finding.status:<5}", style=COLOURS[finding.status])
            line.append(f"{finding.name:<{width}}  {printable(finding.detail)}", "default")
            emit(render(console, line))
    if any(finding.status == "fail" for finding in findings):
        raise typer.Exit(1)
