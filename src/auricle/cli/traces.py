"""Traces that a fast scan left out are taken before a command compares recordings."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..library import Catalog
    from .running import Tally


def take_missing(catalog: "Catalog", tally: "Tally | None" = None) -> None:
    """Take the traces that are missing.

    Each is kept at once: interrupted, the next command goes on where this one was.

    Args:
        catalog: the collection.
        tally: is told what cannot be compared; None where that does not matter.
    """
    from ..library.cpu import jobs_for
    from ..library.traces import fill_traces, untraced
    from .progress import Progress

    missing = untraced(catalog)
    progress = Progress(len(missing))
    try:
        for path, reason in fill_traces(catalog, missing, jobs=jobs_for(None)):
            if reason and tally:
                progress.hide()
                told = reason if path in reason else f"{path}: {reason}"
                tally.fail(f"{told}; it is not compared with others")
            progress.step(failed=bool(reason))
    finally:
        progress.hide()
