"""A stand-in for the analysis: a file says in words how it sounds, so a scan takes no time.

``python -m tests.library.hearing CATALOG FOLDER`` is a scan that can be killed.
"""

import os
import sys
import time
from collections.abc import Generator, Iterable
from importlib import import_module

from auricle.batch import BatchOptions
from auricle.library import Catalog, Origin, ScanOptions, add_roots, scan
from auricle.library.scan_hear import Told
from auricle.types import Failure

from .make import ORIGIN, analysis

BAD = "bad"
"""What a file that cannot be heard begins with."""

heard: list[str] = []
"""Paths that were analysed, in order."""

slowness_s = 0.0


def hear(sources: Iterable[str], _: BatchOptions) -> Generator[Told, None, None]:
    """Stand in for ``hear_many``; the genre is the file's first word."""
    for path in sources:
        heard.append(path)
        time.sleep(slowness_s)
        with open(path, encoding="utf-8") as file:
            words = file.read().split()
        if words[0] == BAD:
            yield Failure(path, "CorruptAudio", f"{path}: damaged"), {}
        else:
            direction = [float(len(word)) for word in (*words, "x", "xx", "xxx")[:3]]
            yield analysis(path, direction, label=words[0]), {}


def origin_of(_: BatchOptions) -> Origin:
    """Stand in for the model."""
    return ORIGIN


def content_of(catalog: Catalog) -> set[tuple[object, ...]]:
    """Return all that a scan writes, but for the numbers that it gives to tracks."""
    from auricle.library import STATES

    return {
        (
            track.path,
            track.paths,
            track.content_hash,
            track.state,
            track.label,
            track.error,
            track.timeline,
            catalog.excerpt_vectors(track.track_id).tobytes(),
        )
        for track in catalog.tracks(states=STATES)
    }


def main() -> None:
    """Scan a folder, slowly enough to be killed in the middle."""
    global slowness_s
    slowness_s = 0.004
    module = import_module("auricle.library.scan")
    setattr(module, "hear_many", hear)  # noqa: B010
    setattr(module, "origin_of", origin_of)  # noqa: B010
    with Catalog.open(sys.argv[1]) as catalog:
        add_roots(catalog, [sys.argv[2]])
        os.write(1, b"go\n")
        scan(catalog, ScanOptions())


if __name__ == "__main__":
    main()
