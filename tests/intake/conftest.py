"""A catalog, in every database, and an inbox of files that say in words how they sound."""

from pathlib import Path

import pytest

from ..library.conftest import catalog, catalog_url, heard

__all__ = ["catalog", "catalog_url", "heard"]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Return a folder with new songs, one of which cannot be heard."""
    return write(
        tmp_path / "inbox",
        {"a b.mp3": "jazz one", "more/c\nd.ogg": "rock", "bad.mp3": "bad", "note.txt": "x"},
    )


def write(folder: Path, words: dict[str, str]) -> Path:
    """Write files and return their folder."""
    for name, text in words.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
