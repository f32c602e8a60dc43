"""The steps to the present form: from every version, once, refused when too new."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, inspect, text

from auricle.errors import CatalogError, CatalogTooNew
from auricle.library import Catalog
from auricle.library.catalog_engine import locate, make_engine, reading, writing
from auricle.library.migrations import MIGRATIONS, Migration, migrate, version
from auricle.library.schema import METADATA

from .make import add

NEWEST = MIGRATIONS[-1].version
NEXT = Migration(
    NEWEST + 1,
    (
        "CREATE TABLE moods (track_id {id} NOT NULL PRIMARY KEY, mood {double}, data {blob})",
        "INSERT INTO moods (track_id, mood) SELECT track_id, 0.5 FROM tracks",
    ),
)
BROKEN = Migration(NEWEST + 1, ("CREATE TABLE moods (mood TEXT)", "INSERT INTO nowhere VALUES (1)"))


@pytest.fixture
def engine(catalog_url: str) -> Iterator[Engine]:
    """Return the engine of a database that is still empty."""
    made = make_engine(locate(catalog_url), create=True)
    yield made
    made.dispose()


def test_steps_are_numbered_without_gaps() -> None:
    assert [step.version for step in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize("start", range(len(MIGRATIONS) + 1))
def test_every_version_comes_to_the_form_that_the_code_sees(engine: Engine, start: int) -> None:
    with writing(engine) as connection:
        if start:
            migrate(connection, MIGRATIONS[:start])
        assert version(connection) == start
    with writing(engine) as connection:
        expected = [step.version for step in MIGRATIONS[start:]]
        assert migrate(connection) == expected
    with reading(engine) as connection:
        assert version(connection) == MIGRATIONS[-1].version
        found = inspect(connection)
        assert set(METADATA.tables) == set(found.get_table_names())
        for name, table in METADATA.tables.items():
            columns = {column["name"]: column["nullable"] for column in found.get_columns(name)}
            key = set(found.get_pk_constraint(name)["constrained_columns"])
            expected_columns = {column.name: column.nullable for column in table.columns}
            assert {name: null and name not in key for name, null in columns.items()} == {
                name: bool(null) for name, null in expected_columns.items()
            }
            assert key == {column.name for column in table.primary_key}
            indexes = {str(index["name"]) for index in found.get_indexes(name)}
            assert {str(index.name) for index in table.indexes} <= indexes


def test_steps_run_once(engine: Engine) -> None:
    with writing(engine) as connection:
        assert migrate(connection) == [step.version for step in MIGRATIONS]
    with writing(engine) as connection:
        assert migrate(connection) == []


def test_a_later_step_keeps_what_is_there(catalog_url: str, engine: Engine) -> None:
    with Catalog.open(catalog_url) as catalog:
        track_id = add(catalog, "/music/a.mp3")
    with writing(engine) as connection:
        assert migrate(connection, (*MIGRATIONS, NEXT)) == [NEWEST + 1]
        assert connection.execute(text("SELECT track_id, mood FROM moods")).all() == [
            (track_id, 0.5)
        ]
    with pytest.raises(
        CatalogTooNew, match=f"has version {NEWEST + 1}, this auricle knows .* to {NEWEST}"
    ):
        Catalog.open(catalog_url)


def test_a_step_that_fails_leaves_nothing_behind(catalog_url: str, engine: Engine) -> None:
    Catalog.open(catalog_url).close()
    with pytest.raises(CatalogError), writing(engine) as connection:
        migrate(connection, (*MIGRATIONS, BROKEN))
    with reading(engine) as connection:
        assert version(connection) == NEWEST
        assert not inspect(connection).has_table("moods")


def test_what_is_too_new_is_refused_and_named(catalog_url: str, engine: Engine) -> None:
    with Catalog.open(catalog_url) as catalog:
        name = catalog.name
    with writing(engine) as connection:
        connection.execute(text("UPDATE state SET value = 99 WHERE name = 'version'"))
    with pytest.raises(CatalogTooNew, match="version 99") as refused:
        Catalog.open(catalog_url)
    assert str(refused.value).startswith(f"{name}: ")
    assert "upgrade auricle" in str(refused.value)
