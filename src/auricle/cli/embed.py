"""``auricle embed``: the feature vectors of files, in one file."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .text import examples

if TYPE_CHECKING:
    from ..batch import BatchOptions
    from .inputs import Request
    from .running import Tally
    from .vectors import Vectors

EXAMPLES = examples(
    "auricle embed music/ -o vectors.npz",
    "auricle embed music/ --profile fast --jobs 4 -o vectors.parquet",
    "auricle embed --files-from list.txt -o vectors.npz",
    "",
    "In Python: numpy.load('vectors.npz') has path (N,), embedding (N, dim), model.",
)

Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write: .npz or .parquet.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(embed)


def embed(
    output: Output,
    paths: options.Paths = None,
    files_from: options.FilesFrom = None,
    null: options.Null = False,
    profile: options.Profile = "full",
    jobs: options.Jobs = 1,
    timeout: options.Timeout = None,
    model: options.ModelName = None,
) -> None:
    """Write the feature vectors of songs to one file.

    A vector (embedding) has length 1; songs that sound alike have a large scalar product. Vectors
    compare only within one model. Files that fail are told on stderr and left out.
    """
    from ..batch import BatchOptions
    from .inputs import Request
    from .lines import emit
    from .running import Tally
    from .vectors import check_target, save

    check_target(output)
    tally = Tally()
    request = Request(paths or (), files_from, null)
    vectors = _collect(request, BatchOptions(model, None, profile, jobs, timeout), tally)
    if vectors.paths:
        save(output, vectors)
        emit(f"{output}: {len(vectors.paths)} x {vectors.rows[0].size}, {vectors.model}\n")
    else:
        tally.fail(f"{output}: not written, there is nothing to write")
    tally.leave()


def _collect(request: "Request", batch: "BatchOptions", tally: "Tally") -> "Vectors":
    """Return the vectors of all inputs in order; a silent file has none, so it fails."""
    from ..types import Analysis
    from .inputs import gather
    from .running import listen
    from .vectors import Vectors

    vectors = Vectors()
    with gather(request) as inputs, closing(listen(inputs, batch, tally)) as results:
        for result in results:
            if not isinstance(result, Analysis):
                continue
            if result.kind == "silence":
                tally.fail(f"{result.path}: nothing but silence, so there is no vector")
            else:
                vectors.add(result)
    return vectors
