"""A catalog in SQLite and, where a server is given, the same tests in PostgreSQL."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from auricle.library import Catalog

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
