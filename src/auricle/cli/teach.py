"""``auricle teach``: labels of your own, from a few examples."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ManifestError
from . import options
from .text import examples

if TYPE_CHECKING:
    from ..teach.lesson import Lesson
    from ..teach.material import LessonOptions

EXAMPLES = examples(
    "auricle teach examples/ -o my.head       (examples/tango/*.mp3, examples/fado/*.mp3 ...)",
    "auricle teach songs.csv -o my.head       (columns path, label; better also artist_id)",
    "auricle teach music/ --tags -o my.head   (labels are the files' own genre tags)",
    "auricle teach examples/ -o my.head --suggest 10 --unlabelled music/",
    "auricle classify song.mp3 --head my.head",
)

Place = Annotated[
    Path, typer.Argument(metavar="PLACE", help="A folder with a sub-folder per label, or a CSV.")
]
Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the head.")
]
Tags = Annotated[bool, typer.Option("--tags", help="Take labels from the files' own genre tags.")]
Suggest = Annotated[
    int, typer.Option("--suggest", metavar="N", min=0, help="Name N tracks to label next.")
]
Unlabelled = Annotated[
    Path | None,
    typer.Option(
        "--unlabelled", metavar="FOLDER", exists=True, file_okay=False, help="Where those are."
    ),
]
Source = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Of a CSV, only these sources; repeatable."),
]
Embeddings = Annotated[
    Path | None,
    typer.Option("--embeddings", metavar="NPZ", help="Of auricle embed: hear nothing again."),
]
MusicOnly = Annotated[
    bool,
    typer.Option("--music-only", help="The head leaves what does not sound like music unknown."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(teach)


def teach(
    place: Place,
    output: Output,
    tags: Tags = False,
    source: Source = None,
    suggest: Suggest = 0,
    unlabelled: Unlabelled = None,
    embeddings: Embeddings = None,
    music_only: MusicOnly = False,
    as_json: AsJson = False,
    profile: options.Profile = "full",
    jobs: options.Jobs = 1,
    timeout: options.Timeout = None,
    model: options.ModelName = None,
) -> None:
    """Teach labels of your own from 5 to 20 examples each (extra teach).

    Any sound will do. Says honestly what to expect on artists it has not heard, which labels are
    probably wrong, and which tracks to label next.
    """
    from ..batch import BatchOptions
    from ..teach.material import LessonOptions

    _check(output, suggest, unlabelled)
    wanted = LessonOptions(
        batch=BatchOptions(model, None, profile, jobs, timeout),
        embeddings=embeddings,
        domain="music" if music_only else "any",
        suggestions=suggest,
        unlabelled=unlabelled,
    )
    lesson = _teach(place, tags, source or [], wanted)
    lesson.head.save(output)
    _print(lesson, output, model, as_json)
    if lesson.failures:
        raise typer.Exit(1)


def _check(output: Path, suggest: int, unlabelled: Path | None) -> None:
    """Refuse what cannot work, before anything is heard.

    Raises:
        typer.BadParameter: no such folder, or only half of a pair of options.
        MissingExtra: scikit-learn is not installed.
    """
    from ..evaluate.linear import need_scikit_learn
    from .outputs import check_output

    check_output(output)
    if bool(suggest) != bool(unlabelled):
        raise typer.BadParameter("--suggest N and --unlabelled FOLDER belong together")
    need_scikit_learn()


def _teach(place: Path, tags: bool, sources: list[str], wanted: "LessonOptions") -> "Lesson":
    from ..evaluate import select
    from ..teach.lesson import teach as run
    from ..teach.sources import loose_files, read_examples
    from .hearing import Hearers
    from .lines import complain

    found = read_examples(place, tags=tags)
    tracks = select(found, sources=sources)
    if not tracks:
        known = ", ".join(sorted({track.source or "(empty)" for track in found}))
        raise ManifestError(f"{place}: no source {' or '.join(sources)}; there are {known}")
    if place.is_dir() and not tags and (loose := loose_files(place)):
        complain(f"{place}: {len(loose)} files lie in no folder of a label and are left out")
    with Hearers() as hearers:
        return run(tracks, wanted, hearers.tell)


def _print(lesson: "Lesson", output: Path, named: str | None, as_json: bool) -> None:
    from ..teach.render import to_text
    from .lines import emit, json_line

    if as_json:
        emit(json_line(lesson.to_dict() | {"path": str(output)}))
    else:
        model = _model_for(lesson, named)
        emit(f"{to_text(lesson)}\n{output}: use it with auricle classify --head {output}{model}\n")


def _model_for(lesson: "Lesson", named: str | None) -> str:
    """Return the option that names the head's model, where that is not the default one."""
    from ..models import find_bundle

    if named:
        return f" --model {named}"
    model_id = lesson.head.model_id
    return "" if model_id == find_bundle().id else f" --model {model_id}"
