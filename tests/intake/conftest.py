"""A catalog, in every database, and an inbox of files that say in words how they sound."""

from importlib import import_module
from pathlib import Path

import pytest

from ..library import hearing
from ..library.conftest import catalog, catalog_url

__all__ = ["catalog", "catalog_url"]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let scans hear with ``hearing.hear``, and return the paths that were analysed."""
    scan = import_module("auricle.library.scan")
    monkeypatch.setattr(scan, "analyze_many", hearing.hear)
    monkeypatch.setattr(scan, "origin_of", hearing.origin_of)
    hearing.heard.clear()
    return hearing.heard


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
