"""Where a catalog is, and how its database is spoken to: SQLite in WAL mode, or PostgreSQL."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError

from ..errors import CatalogBusy, CatalogError, CatalogNotFound, MissingExtra
from ..models import home

DEFAULT_NAME = "catalog.sqlite"
BUSY_S = 30
"""How long a write waits for that of another process, in seconds."""

_LOCK = "(7022354, hashtext(current_schema()))"
"""PostgreSQL's advisory locks are numbers of a database, and a schema of it holds one catalog."""

_WRITES = "auricle_writes"


def locate(url_or_path: str | os.PathLike[str] | None) -> URL:
    """Return the database's address; None is ``catalog.sqlite`` in auricle's home.

    Raises:
        CatalogError: an address that cannot be understood, or of another kind of database.
    """
    where = home() / DEFAULT_NAME if url_or_path is None else url_or_path
    if not (isinstance(where, str) and "://" in where):
        return URL.create("sqlite+pysqlite", database=str(Path(where).expanduser().absolute()))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError) as error:
        raise CatalogError(f"{where}: not an address of a database ({error})") from error
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database:
        return url
    shown = url.render_as_string(hide_password=True)
    raise CatalogError(f"{shown}: a catalog is a file, or postgresql+psycopg://user@host/database")


def make_engine(url: URL, *, create: bool) -> Engine:
    """Return the engine of a catalog; the folder of a new SQLite file is made.

    Raises:
        CatalogNotFound: ``create`` is False and there is no such file.
        MissingExtra: the driver of PostgreSQL is not installed.
    """
    if url.get_backend_name() == "postgresql":
        try:
            return create_engine(url, pool_pre_ping=True)  # a server may have been started anew
        except (ModuleNotFoundError, NoSuchModuleError) as error:
            raise MissingExtra("a catalog in PostgreSQL", "postgres") from error
    path = Path(str(url.database))
    if not create and not path.exists():
        raise CatalogNotFound(f"{path}: there is no catalog; auricle library add FOLDER makes one")
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection to read from; errors of the database become ``CatalogError``."""
    with _translated(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction that is kept whole or not at all."""
    with _translated(engine), engine.connect() as connection:
        connection = connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def exclusive(engine: Engine) -> Iterator[None]:
    """Be the only scan of a catalog; the lock goes with the process, however it ends.

    Raises:
        CatalogBusy: another process is scanning.
    """
    if engine.dialect.name == "postgresql":
        with _translated(engine), engine.connect() as connection:
            taken = connection.execute(text(f"SELECT pg_try_advisory_lock{_LOCK}")).scalar()
            connection.commit()
            _refuse_unless(bool(taken), engine)
            try:
                yield
            finally:
                connection.execute(text(f"SELECT pg_advisory_unlock{_LOCK}"))
        return
    with closing(_lock_file(engine)) as lock:
        _refuse_unless(_take(lock, engine), engine)
        yield


def describe(engine: Engine) -> str:
    """Return how to call a catalog in a message; never a password."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return engine.url.render_as_string(hide_password=True)


def _lock_file(engine: Engine) -> sqlite3.Connection:
    """Open SQLite's own lock, of an empty database: it works on every system that SQLite does."""
    path = f"{engine.url.database}.lock"
    try:
        return sqlite3.connect(path, timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise CatalogError(f"{path}: cannot be used as a lock ({error})") from error


def _take(lock: sqlite3.Connection, engine: Engine) -> bool:
    """Take the lock; False if another process has it."""
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            return False
        path = f"{engine.url.database}.lock"
        raise CatalogError(f"{path}: cannot be used as a lock ({error})") from error
    return True


def _refuse_unless(taken: bool, engine: Engine) -> None:
    if not taken:
        raise CatalogBusy(
            f"{describe(engine)}: another process scans or changes this catalog; "
            "wait until it is done, or end it"
        )


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    """Turn errors of the database into one sentence that names the catalog."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        kind = CatalogError
        if isinstance(error, OperationalError) and "locked" in reason:
            kind = CatalogBusy
        raise kind(f"{describe(engine)}: {reason}") from error


def _prepare_sqlite(connection: DBAPIConnection, _: object) -> None:
    """Write ahead, so that readers and a writer do not wait for each other.

    ``synchronous = NORMAL`` is safe in WAL mode: a killed process loses nothing, and after a power
    failure the newest transactions may be gone but the rest is whole.
    """
    connection.isolation_level = None  # transactions begin where the code says so
    cursor = connection.cursor()
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Change to WAL mode; of processes that open a new file at once, SQLite lets none wait."""
    last_s = time.monotonic() + BUSY_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > last_s:
                raise
            time.sleep(0.05)


def _begin_sqlite(connection: Connection) -> None:
    """Begin; a transaction that will write says so at once, so that none fails half-way."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
