"""A catalog for the commands that recommend, made without any sound."""

from pathlib import Path

from auricle.library import Catalog

from ..recommend.conftest import N_TRACKS, store


def fill(path: Path) -> Path:
    """Write a catalog of 40 tracks between jazz and techno, and return its path."""
    with Catalog.open(path) as catalog:
        for number in range(N_TRACKS):
            tags = {"artist": f"artist {number % 8}", "album": f"album {number // 10}"}
            store(catalog, number, number / (N_TRACKS - 1), title=f"song {number}", **tags)
    return path
