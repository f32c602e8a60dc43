"""``auricle train``: from a recipe to a bundle; interrupted, it goes on where it was."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..errors import MissingExtra
from .text import examples

if TYPE_CHECKING:
    from ..training.fit import EpochLog
    from ..training.run import RunProgress
    from ..types import Failure
    from .running import Tally

EXAMPLES = examples(
    "auricle train recipes/auricle-1.toml --data DATA -o runs/auricle-1",
    "auricle train recipes/auricle-1.toml --data DATA --refit runs/auricle-1/bundle",
    "auricle classify song.mp3 --model runs/auricle-1/bundle",
)

RecipeFile = Annotated[
    Path, typer.Argument(metavar="RECIPE", help="TOML: data, network, schedule, heads.")
]
Data = Annotated[
    Path,
    typer.Option(metavar="DIR", file_okay=False, help="Folder that the recipe's paths start from."),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        file_okay=False,
        help="Folder of the run [default: runs/NAME, runs/NAME-refit].",
    ),
]
Cache = Annotated[
    Path, typer.Option(metavar="DIR", file_okay=False, help="Log-mels, shared by several runs.")
]
Refit = Annotated[
    Path | None,
    typer.Option(
        metavar="BUNDLE",
        file_okay=False,
        help="Measured run of this recipe: learn from its validation tracks, too.",
    ),
]
Threads = Annotated[int, typer.Option(min=0, metavar="N", help="CPU threads; 0 takes all cores.")]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(train)


def train(
    recipe: RecipeFile,
    data: Data = Path(),
    output: Output = None,
    cache: Cache = Path("cache"),
    threads: Threads = 0,
    refit: Refit = None,
) -> None:
    """Train a model on data of your own (extra train).

    The run's folder keeps a checkpoint after every epoch, log.csv, and at the end bundle, a folder
    that every command takes as --model. Interrupted, the same command goes on where it was. Files
    that cannot be heard are told and left out; the exit code is 1 then, and the bundle is made.

    Once a run is measured, --refit makes the model to use: the same recipe learns from the
    validation tracks as well, and takes temperatures and thresholds over. It cannot be measured
    on them any more; its figures are those of the measured run.
    """
    try:
        from ..training.recipe import Recipe
        from ..training.run import Places
        from ..training.run import train as run
        from .lines import emit
        from .running import Tally
    except ImportError as error:
        raise MissingExtra("training", "train") from error
    chosen, tally = Recipe.read(recipe), Tally()
    name = f"{chosen.name}-refit" if refit else chosen.name
    places = Places(data, output or Path("runs") / name, cache, threads)
    with _progress() as progress:
        bundle = run(chosen, places, _progress_of(progress, tally), measured=refit)
    emit(f"{bundle}\n")
    tally.leave()


def _progress() -> Progress:
    """Return a progress display on stderr, silent unless that is a terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
        disable=not console.is_terminal,
    )


def _progress_of(progress: Progress, tally: "Tally") -> "RunProgress":
    """Show each stage as one line with its own bar; tell every file that is left out, once."""
    from ..training.run import RunProgress  # deferred: imports torch
    from .lines import complain
    from .running import reason

    task = progress.add_task("", note="", total=None)

    def stage(name: str) -> None:
        progress.update(task, description=name, completed=0, total=None, note="")

    def cache(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    def step(log: "EpochLog", done: int, total: int) -> None:
        note = f"epoch {log.epoch}  loss {log.loss:.4f}"
        if not math.isnan(log.validation_cosine):
            note += f"  cosine {log.validation_cosine:.4f}"
        if not math.isnan(log.validation_accuracy):
            note += f"  accuracy {log.validation_accuracy:.3f}"
        progress.update(task, completed=done, total=total, note=note)

    told: set[str] = set()

    def failed(failure: "Failure") -> None:
        if failure.path not in told:
            told.add(failure.path)
            tally.fail(reason(failure))

    return RunProgress(cache=cache, step=step, stage=stage, failed=failed, note=complain)
