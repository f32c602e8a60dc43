"""Where a catalog is, and what its database promises."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from auricle.errors import CatalogBusy, CatalogError, CatalogNotFound, MissingExtra
from auricle.library import Catalog, catalog_engine
from auricle.library.catalog_engine import describe, exclusive, locate, make_engine, writing

from .make import add


def test_default_is_in_the_home(home: Path) -> None:
    assert locate(None).database == str(home / "catalog.sqlite")


def test_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert locate("x.db").database == str(tmp_path / "x.db")
    assert locate(tmp_path / "x.db").database == str(tmp_path / "x.db")
    assert locate("~/x.db").database == str(Path.home() / "x.db")
    assert locate(f"sqlite:///{tmp_path}/y").database == f"{tmp_path}/y"


def test_postgresql_always_takes_the_same_driver() -> None:
    for given in ("postgresql", "postgresql+psycopg", "postgresql+psycopg2"):
        assert locate(f"{given}://me@host/music").drivername == "postgresql+psycopg"


@pytest.mark.parametrize("bad", ["mysql://me@host/x", "sqlite://", "http://x", "://", "a b://c"])
def test_other_addresses_are_refused(bad: str) -> None:
    with pytest.raises(CatalogError):
        locate(bad)


def test_a_password_is_never_shown() -> None:
    engine = make_engine(locate("postgresql://me:secret@host/music"), create=False)
    assert describe(engine) == "postgresql+psycopg://me:***@host/music"


def test_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match="'postgres'"):
        make_engine(locate("postgresql://me@host/music"), create=False)


def test_nothing_is_made_unless_wanted(tmp_path: Path) -> None:
    with pytest.raises(CatalogNotFound, match="auricle library add"):
        Catalog.open(tmp_path / "deep" / "x.sqlite", create=False)
    assert not (tmp_path / "deep").exists()
    Catalog.open(tmp_path / "deep" / "x.sqlite").close()
    assert (tmp_path / "deep" / "x.sqlite").is_file()


def test_a_file_that_is_no_catalog(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("these are notes, not a database\n" * 100)
    with pytest.raises(CatalogError, match=r"x\.sqlite: file is not a database"):
        Catalog.open(tmp_path / "x.sqlite")


def test_a_folder_is_no_catalog(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="unable to open"):
        Catalog.open(tmp_path)


def test_sqlite_writes_ahead(tmp_path: Path) -> None:
    with Catalog.open(tmp_path / "x.sqlite") as catalog, catalog.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_an_error_takes_the_whole_transaction_back(catalog: Catalog) -> None:
    track_id = add(catalog, "/a.mp3")

    def half() -> None:
        with catalog.writing() as connection:
            connection.execute(text("UPDATE tracks SET label = 'polka'"))
            connection.execute(text("INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(CatalogError):
        half()
    assert catalog.track(track_id).label == "jazz"


def test_readers_see_the_last_state_while_one_writes(catalog_url: str, catalog: Catalog) -> None:
    track_id = add(catalog, "/a.mp3")
    with Catalog.open(catalog_url) as other, catalog.writing() as connection:
        connection.execute(text("UPDATE tracks SET label = 'polka'"))
        assert other.track(track_id).label == "jazz"
    assert catalog.track(track_id).label == "polka"


def test_a_writer_that_waits_too_long_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_engine, "BUSY_S", 0.05)
    path = tmp_path / "x.sqlite"
    with Catalog.open(path) as catalog, Catalog.open(path) as other:
        writer = catalog.writing()
        with writer, pytest.raises(CatalogBusy, match="locked"):
            add(other, "/a.mp3")


def test_only_one_scan_at_a_time(catalog_url: str, catalog: Catalog) -> None:
    with Catalog.open(catalog_url) as other:
        with catalog.exclusive():
            with pytest.raises(CatalogBusy, match="another process"), other.exclusive():
                pytest.fail("both have the lock")
            assert add(other, "/a.mp3")  # writing is not scanning
        with other.exclusive():
            assert other.counts()["ready"] == 1


def test_who_has_the_lock_may_ask_for_it_again(catalog_url: str, catalog: Catalog) -> None:
    with Catalog.open(catalog_url) as other:
        with catalog.exclusive():
            with catalog.exclusive():
                pass
            with pytest.raises(CatalogBusy), other.exclusive():
                pytest.fail("the inner one gave the lock away")
        with other.exclusive():
            pass


def test_another_thread_is_another_scan(catalog: Catalog) -> None:
    with ThreadPoolExecutor(1) as pool, catalog.exclusive():
        assert isinstance(pool.submit(catalog.exclusive().__enter__).exception(), CatalogBusy)


@pytest.mark.parametrize("garbage", [True, False])
def test_a_lock_that_is_none_is_told(tmp_path: Path, garbage: bool) -> None:
    lock = tmp_path / "x.sqlite.lock"
    if garbage:
        lock.write_bytes(b"no database at all " * 100)
    else:
        lock.mkdir()
    with (
        Catalog.open(tmp_path / "x.sqlite") as catalog,
        pytest.raises(CatalogError, match="cannot be used as a lock"),
        catalog.exclusive(),
    ):
        pytest.fail("locked by nothing")


def test_nor_in_an_error() -> None:
    with pytest.raises(CatalogError) as told:
        locate("mysql://me:secret@host/music")
    assert "secret" not in str(told.value)


def test_the_lock_goes_with_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    code = (
        "import sys, time; from auricle.library import Catalog\n"
        f"with Catalog.open({str(path)!r}).exclusive():\n"
        "    print('locked', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder, Catalog.open(path) as catalog:
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(CatalogBusy), catalog.exclusive():
            pytest.fail("both have the lock")
        holder.kill()
        holder.wait()
        with catalog.exclusive():
            assert catalog.counts()["ready"] == 0


def test_the_lock_is_beside_the_catalog(tmp_path: Path) -> None:
    engine = make_engine(locate(tmp_path / "x.sqlite"), create=True)
    with exclusive(engine), writing(engine):
        assert (tmp_path / "x.sqlite.lock").is_file()
    engine.dispose()
    with sqlite3.connect(tmp_path / "x.sqlite.lock") as lock:
        assert lock.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    lock.close()


def test_a_file_that_is_just_being_made_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite answers a change to WAL mode with "locked" at once, whatever the patience."""

    class Busy:
        tries = 0

        def execute(self, statement: str) -> None:
            self.tries += 1
            if self.tries < 3:
                raise sqlite3.OperationalError("database is locked")

    busy = Busy()
    catalog_engine._write_ahead(busy)  # type: ignore[arg-type]
    assert busy.tries == 3
    monkeypatch.setattr(catalog_engine, "BUSY_S", 0.0)
    busy.tries = -100
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        catalog_engine._write_ahead(busy)  # type: ignore[arg-type]
