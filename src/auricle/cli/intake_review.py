"""``auricle intake review``: the queue for a person."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import bar, clock, examples, percent

if TYPE_CHECKING:
    from ..intake.review import Waiting
    from ..library import Catalog, Track

EXAMPLES = examples(
    "auricle intake review                       (asks for each; q leaves, nothing is lost)",
    "auricle intake review --list",
    "auricle intake review --accept song.mp3 --correct 'other.mp3=drum and bass'",
    "auricle intake review --export mine.csv && auricle teach mine.csv -o my.head",
)
N_CHOICES = 5
BAR_WIDTH = 24

Accept = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="TRACK", help="It is what was heard; a path or track_id."),
]
Correct = Annotated[
    list[str] | None,
    typer.Option("--correct", metavar="TRACK=LABEL", help="It is LABEL; any word of yours."),
]
Export = Annotated[
    Path | None,
    typer.Option("--export", metavar="CSV", help="Write all decisions, for auricle teach."),
]
List = Annotated[bool, typer.Option("--list", help="Only show the queue.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line and track.")]


def register(group: typer.Typer) -> None:
    """Add the command to the group."""
    group.command(epilog=EXAMPLES)(review)


def review(
    accept: Accept = None,
    correct: Correct = None,
    export: Export = None,
    only_list: List = False,
    as_json: AsJson = False,
    catalog: options.Catalog = None,
) -> None:
    """Accept or correct the genres of tracks that wait for a person.

    On a terminal it asks for one track after the other; every answer is kept at once. With
    --accept, --correct or --export it asks nothing, and --accept and --correct take any track of
    the catalog, also one that was set aside as no music. A person's word stands above what is heard
    later. --json and --list only show the queue.
    """
    from ..library import Catalog
    from .outputs import check_output

    check_output(export, option="--export")
    with Catalog.open(catalog, create=False) as opened:
        if accept or correct:
            _decide(opened, accept or [], correct or [], as_json=as_json)
        if export is not None:
            _export(opened, export)
        if not (accept or correct or export):
            _go_through(opened, ask=on_terminal() and not (only_list or as_json), as_json=as_json)


def on_terminal() -> bool:
    """Tell whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _decide(
    catalog: "Catalog", accepted: Sequence[str], corrected: Sequence[str], *, as_json: bool
) -> None:
    """Keep what the options say; nothing, if one of them is wrong."""
    from ..intake import review

    tracks = [review.find(catalog, name) for name in accepted]
    labels = [_labelled(catalog, given) for given in corrected]
    for track, label in labels:
        _warn(catalog, track, label)
    for waiting in [*review.accept(catalog, tracks), *review.correct(catalog, labels)]:
        _show(waiting, as_json=as_json)


def _labelled(catalog: "Catalog", given: str) -> "tuple[Track, str]":
    """Return the track and the label of ``TRACK=LABEL``; the track may have a = in its name."""
    from ..intake.review import find

    name, sign, label = given.rpartition("=")
    if not (sign and name and label.strip()):
        raise typer.BadParameter(f"--correct {given}: write TRACK=LABEL")
    return find(catalog, name), label.strip()


def _warn(catalog: "Catalog", track: "Track", label: str) -> None:
    """Tell of a label that may be a slip; it is taken all the same."""
    from ..intake.review import near_labels
    from .lines import complain

    near = near_labels(catalog, label, track)
    if near:
        complain(f"{label}: a new label (known: {', '.join(near)}); --correct again changes it")


def _export(catalog: "Catalog", target: Path) -> None:
    from ..intake.review import export
    from .lines import complain

    n_rows, odd = export(catalog, target)
    for path in odd:
        complain(f"{path}: left out; a CSV cannot hold this name")
    complain(f"{target}: {n_rows} decisions; auricle teach {target} -o my.head learns from them")


def _go_through(catalog: "Catalog", *, ask: bool, as_json: bool) -> None:
    """Show the queue, or ask for each track of it."""
    from ..intake.review import queue
    from .lines import complain

    waiting = queue(catalog)
    if not waiting:
        complain("nothing waits for a person")
    for number, each in enumerate(waiting, 1):
        if not ask:
            _show(each, as_json=as_json)
        elif not _ask(catalog, each, f"{number} of {len(waiting)}"):
            return


def _ask(catalog: "Catalog", waiting: "Waiting", place: str) -> bool:
    """Ask for one track and keep the answer at once; False to leave."""
    from ..intake import review
    from .lines import emit

    track = waiting.track
    emit(f"\n{place}\n{card(waiting)}")
    while True:
        answer = _answer()
        if answer.lower() in ("q", "s"):
            return answer.lower() == "s"
        if not answer.isdecimal():
            _warn(catalog, track, answer)
            review.correct(catalog, [(track, answer)])
            return True
        if 1 <= int(answer) <= min(N_CHOICES, len(track.genres)):
            review.correct(catalog, [(track, track.genres[int(answer) - 1].label)])
            return True


def _answer() -> str:
    """Return what a person types; the end of the input leaves, as q does."""
    sys.stderr.write("Enter accepts 1; a number, a label, s to skip, q to leave: ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        sys.stderr.write("\n")
        return "q"
    return line.strip() or "1"


def _show(waiting: "Waiting", *, as_json: bool) -> None:
    from .lines import emit, json_line

    if as_json:
        emit(json_line(waiting.to_dict()))
    else:
        emit(card(waiting))


def card(waiting: "Waiting") -> str:
    """Return what helps to decide: the file, where to listen, the genres as bars."""
    from ..recommend.formats import uri
    from .lines import printable
    from .track_rows import show_short

    track = waiting.track
    lines = [
        f"{show_short(track)}  {clock(track.duration_s)}  (track {track.track_id})",
        f"  {printable(track.path)}",
        f"  listen: {uri(track.path)}",
    ]
    if waiting.decision:
        lines.append(f"  decided: {printable(waiting.decision.label)}")
    else:
        lines += [
            f"  {number} {genre.label:<16} {percent(genre.probability):>5}  "
            f"{bar(genre.probability, BAR_WIDTH)}"
            for number, genre in enumerate(track.genres[:N_CHOICES], 1)
        ]
    return "".join(f"{line.rstrip()}\n" for line in lines)
