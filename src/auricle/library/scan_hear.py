"""Hear files, and read what they say about themselves, in processes that may crash or hang.

Both are one task: a file in whose tags a parser is lost is told as one that took too long.
"""

from collections.abc import Callable, Generator, Iterable
from functools import partial

from ..batch import BatchOptions
from ..batch.many import prepare
from ..batch.supervisor import supervise
from ..types import Analysis, Failure
from .file_tags import file_tags

Told = tuple[Analysis | Failure, dict[str, str]]
"""What was heard in a file, and its tags."""


def hear_many(paths: Iterable[str], options: BatchOptions) -> Generator[Told, None, None]:
    """Yield what comes of each file, in order; see ``analyze_many``.

    Raises:
        ModelError: the model or head cannot be used, so no file can be.
        WorkerCrashed: workers die before they have seen a file.
    """
    hear = partial(_prepare, options)
    for told in supervise(paths, hear, jobs=options.jobs, timeout_s=options.timeout_s):
        yield (told, {}) if isinstance(told, Failure) else told


def _prepare(options: BatchOptions) -> Callable[[str], Told]:
    """Load the model in a worker, and return what turns a path into what is told of it."""
    hear = prepare(options)

    def tell(path: str) -> Told:
        return hear(path), file_tags(path)

    return tell
