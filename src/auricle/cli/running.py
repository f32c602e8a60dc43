"""Run a batch for a command: progress and complaints on stderr, results to the command."""

from collections.abc import Generator

import typer

from ..batch import BatchOptions, analyze_many
from ..types import Analysis, Failure
from .inputs import Inputs
from .lines import complain
from .progress import Progress


class Tally:
    """Counts what failed, for the exit code."""

    def __init__(self) -> None:
        self.failed = 0

    def fail(self, message: str) -> None:
        """Count a failure and tell it in one line on stderr."""
        self.failed += 1
        complain(message)

    def leave(self) -> None:
        """End the command with exit code 1 if anything failed.

        Raises:
            typer.Exit: with code 1.
        """
        if self.failed:
            raise typer.Exit(1)


def listen(
    inputs: Inputs, options: BatchOptions, tally: Tally
) -> Generator[Analysis | Failure, None, None]:
    """Yield the result of every input in order; failures are told and counted.

    Close it, so that its workers end at once when the command is interrupted.
    """
    for problem in inputs.problems:
        tally.fail(problem)
    progress = Progress(len(inputs.sources))
    results = analyze_many(inputs.sources, options)
    try:
        for result in map(inputs.shown, results):
            progress.hide()
            if isinstance(result, Failure):
                tally.fail(reason(result))
            yield result
            progress.step(failed=isinstance(result, Failure))
    finally:
        progress.hide()
        results.close()


def reason(failure: Failure) -> str:
    """Return a failure as one sentence that names the file once."""
    if failure.message.startswith(failure.path) or failure.path == "-":
        return f"{failure.type}: {failure.message}"
    return f"{failure.type}: {failure.path}: {failure.message}"
