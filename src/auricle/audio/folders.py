"""Which files of a folder are audio, told by their names alone."""

import os
from collections.abc import Callable, Iterator

from .formats import SUFFIXES


def is_audio(name: str) -> bool:
    """Tell whether a file's name, or its path, ends as audio files do."""
    return os.path.splitext(name)[1].lower() in SUFFIXES


def find_audio(
    folder: str | os.PathLike[str], unsearched: Callable[[OSError], None] | None = None
) -> Iterator[str]:
    """Yield the audio files anywhere below a folder, in order of names, without hidden ones.

    Args:
        folder: to be searched.
        unsearched: is told why a folder cannot be searched; without it such folders are passed
            over.
    """
    for here, folders, files in os.walk(folder, onerror=unsearched):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and is_audio(name):
                yield os.path.join(here, name)
