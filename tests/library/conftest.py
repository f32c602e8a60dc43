"""A catalog in SQLite and, where a server is given, the same tests in PostgreSQL."""

import os
import uuid
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from auricle.library import Catalog

from . import hearing

POSTGRES = os.environ.get("AURICLE_TEST_POSTGRES")
"""The address of a database that the tests may fill, see scripts/with-postgres."""

no_postgres = pytest.mark.skipif(
    not POSTGRES, reason="AURICLE_TEST_POSTGRES is not set; see scripts/with-postgres"
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=no_postgres)])
def catalog_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a catalog that does not exist yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "catalog.sqlite")
        return
    schema = f"test_{uuid.uuid4().hex}"
    engine = create_engine(str(POSTGRES))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    joint = "&" if "?" in str(POSTGRES) else "?"
    yield f"{POSTGRES}{joint}options=-csearch_path%3D{schema}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def catalog(catalog_url: str) -> Iterator[Catalog]:
    """Return an empty catalog."""
    with Catalog.open(catalog_url) as opened:
        yield opened


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let scans hear with ``hearing.hear``, and return the paths that were analysed."""
    scan = import_module("auricle.library.scan")
    monkeypatch.setattr(scan, "hear_many", hearing.hear)
    monkeypatch.setattr(scan, "origin_of", hearing.origin_of)
    hearing.heard.clear()
    return hearing.heard


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Return a folder with three songs, of which two are in a folder of it."""
    folder = tmp_path / "music"
    (folder / "more").mkdir(parents=True)
    for name, words in {"a.mp3": "jazz one", "more/b.ogg": "rock", "more/c.wav": "folk x"}.items():
        (folder / name).write_text(words)
    return folder
