"""``auricle library duplicates``: what is there twice."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import clock, examples, percent

if TYPE_CHECKING:
    from ..library.identity import Group
    from ..library.identity_members import Member

EXAMPLES = examples(
    "auricle library duplicates",
    "auricle library duplicates --no-versions --json",
    "auricle library duplicates --json | jq -r '.members[] | select(.keep | not).path'",
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line and group.")]
Versions = Annotated[
    bool,
    typer.Option("--versions/--no-versions", help="Also show versions: edits and other mixes."),
]


def register(group: typer.Typer) -> None:
    """Add the command to the group."""
    group.command(epilog=EXAMPLES)(duplicates)


def duplicates(
    catalog: options.Catalog = None, as_json: AsJson = False, versions: Versions = True
) -> None:
    """Find files that are there twice, by their sound.

    Three kinds of groups: equal bytes, the same recording (in another encoding, another level,
    trimmed by some seconds), and versions (an edit, another mix). One of each group of copies is
    marked keep. Nothing is ever deleted. What a fast scan left out is heard first, once; it may be
    interrupted. The exit code is 1 if a file cannot be heard.
    """
    from ..library import Catalog
    from ..library.identity import find_duplicates
    from .lines import emit, json_line
    from .running import Tally
    from .traces import take_missing

    tally = Tally()
    with Catalog.open(catalog, create=False) as opened:
        take_missing(opened, tally)
        groups = find_duplicates(opened)
    for group in groups:
        if versions or group.kind != "version":
            text = "".join(f"{line}\n" for line in (*table(group), ""))
            emit(json_line(group.to_dict()) if as_json else text)
    if not as_json:
        emit(summary(groups) + "\n")
    tally.leave()


def table(group: "Group") -> Iterator[str]:
    """Yield a group as lines of text."""
    from .lines import printable

    heard = f": {percent(group.bit_errors)} differs in {group.overlap_s:.0f} s"
    yield group.kind + (heard if group.kind != "bytes" else "")
    for member in group.members:
        mark = "keep" if member.keep else ""
        yield f"  {mark:<5}{_describe(member):<34}{printable(member.path)}"


def _describe(member: "Member") -> str:
    parts = [member.codec or "?", f"{member.bit_rate} kbit/s", clock(member.duration_s)]
    parts += ["damaged"] * member.damaged + ["hard link"] * member.hard_link
    return "  ".join(parts)


def summary(groups: "list[Group]") -> str:
    """Return how many groups there are, and what their copies take."""
    n = {kind: sum(group.kind == kind for group in groups) for kind in ("bytes", "recording")}
    spare = {
        member.path: member.size
        for group in groups
        for member in group.members
        if not member.keep and not member.hard_link
    }
    versions = len(groups) - sum(n.values())
    return (
        f"{n['bytes']} groups of equal files, {n['recording']} of copies, {versions} of versions; "
        f"{len(spare)} files could go ({sum(spare.values()) / 1e6:.1f} MB). Nothing was changed."
    )
