"""Analyses and contents made by hand, to fill a catalog without any sound."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from auricle.library import Catalog, Content, Origin, Stamp
from auricle.library.scan_read import hash_file
from auricle.library.walk import stamp_of
from auricle.types import Analysis, Genre, TimelineEntry

ORIGIN = Origin("tiny@000000000000", head="abc", profile="full")


def analysis(
    path: str,
    direction: Sequence[float] = (1.0, 0.0, 0.0),
    **fields: Any,  # noqa: ANN401  fields of any type
) -> Analysis:
    """Return an analysis whose embedding points in a direction; all zero is silence."""
    vector = np.array(direction, dtype=np.float32)
    length = float(np.linalg.norm(vector))
    unit = vector / length if length else vector
    values: dict[str, Any] = {
        "duration_s": 61.5,
        "kind": "music" if length else "silence",
        "label": "jazz",
        "probability": 0.75,
        "genres": (Genre("jazz", 0.75), Genre("rock", 0.25)),
        "timeline": (
            TimelineEntry(0.0, 10.0, "jazz", 0.5),
            TimelineEntry(10.0, 20.0, "rock", 0.25),
        ),
        "model": ORIGIN.model,
        "subgenres": (Genre("bebop", 0.5),),
        "excerpt_embeddings": np.stack([unit, unit]),
        "warnings": ("odd header",),
    }
    return Analysis(path=path, embedding=unit, **{**values, **fields})


def content(name: str, *, size: int = 1000, mtime_ns: int = 5, **tags: str) -> Content:
    """Return a content whose hash is made of a name."""
    return Content(f"hash-{ascii(name)[1:-1]}", Stamp(size, mtime_ns), tags)


def add_file(catalog: Catalog, path: str | os.PathLike[str]) -> int:
    """Store a track for a file that is there, as a scan would, and return its number."""
    where = os.fspath(path)
    real = Content(hash_file(where), stamp_of(where), {})
    return catalog.store(where, real, analysis(where), ORIGIN)


def add(catalog: Catalog, path: str, direction: Sequence[float] = (1, 0, 0), **tags: str) -> int:
    """Store a track whose content is called like its path and return its number."""
    return catalog.store(path, content(path, **tags), analysis(path, direction), ORIGIN)
