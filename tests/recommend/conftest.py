"""A catalog whose neighbours are known: tracks on a quarter circle, one every few degrees."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from auricle.library import Catalog
from auricle.recommend.collection import Collection, open_collection
from auricle.types import Genre

from ..library.make import ORIGIN, analysis, content

N_TRACKS = 40


def direction(share: float) -> tuple[float, float, float]:
    """Return the direction at a share of a quarter circle, a little out of its plane."""
    angle = share * np.pi / 2
    return (float(np.cos(angle)), float(np.sin(angle)), 0.05)


def store(catalog: Catalog, number: int, share: float, **tags: str) -> int:
    """Store a track that is jazz at one end of the circle and techno at the other."""
    path = f"/music/{number:02}.mp3"
    genres = sorted(
        (Genre("jazz", 1 - share), Genre("techno", share)), key=lambda each: -each.probability
    )
    made = analysis(
        path,
        direction(share),
        label=genres[0].label,
        probability=genres[0].probability,
        genres=tuple(genres),
        duration_s=100.0 + 10 * number,
    )
    return catalog.store(path, content(path, **tags), made, ORIGIN)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """Return a catalog of 40 tracks by eight artists, numbered along the circle."""
    with Catalog.open(tmp_path / "catalog.sqlite") as opened:
        for number in range(N_TRACKS):
            tags = {"artist": f"artist {number % 8}", "album": f"album {number // 10}"}
            store(opened, number, number / (N_TRACKS - 1), title=f"song {number}", **tags)
        yield opened


@pytest.fixture
def collection(catalog: Catalog) -> Collection:
    """Return the collection of that catalog."""
    return open_collection(catalog)
