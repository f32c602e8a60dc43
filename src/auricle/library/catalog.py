"""The catalog: every track of a collection, as it was analysed, in one database."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import get_ident
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Select, bindparam, func, select, tuple_

from ..errors import SpaceMismatch, UnknownTrack
from ..types import Analysis, FloatArray
from . import catalog_write as write
from .catalog_engine import describe, exclusive, locate, make_engine, reading, writing
from .catalog_rows import STATES, STORED, Content, Origin, Stamp, State, Track, track_of, unpack
from .migrations import bring_up
from .schema import EXCERPTS, FILES, STATE, TRACKS, VECTORS

PAGE = 500
"""Tracks that are read at a time."""

_HELD = select(TRACKS.c.content_hash).where(
    TRACKS.c.content_hash.in_(bindparam("content_hashes", expanding=True))
)


class Catalog:
    """A collection's tracks; a context manager.

    Every change is one transaction: whatever happens to this process, a change is there whole or
    not at all. One process may write while others read.
    """

    def __init__(self, engine: Engine) -> None:
        """Use ``Catalog.open``."""
        self._engine = engine
        self._holder: int | None = None

    @classmethod
    def open(
        cls, url_or_path: str | os.PathLike[str] | None = None, *, create: bool = True
    ) -> Self:
        """Open a catalog and bring it to the present form.

        Args:
            url_or_path: a file, or ``"postgresql+psycopg://user@host/database"``; None is
                ``catalog.sqlite`` in auricle's home.
            create: make it if it is not there.

        Raises:
            CatalogNotFound: it is not there, and ``create`` is False.
            CatalogTooNew: a newer auricle has changed it.
            CatalogError: it cannot be used.
            MissingExtra: PostgreSQL needs the extra ``postgres``.
        """
        engine = make_engine(locate(url_or_path), create=create)
        try:
            bring_up(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @property
    def name(self) -> str:
        """Where it is, for messages; never with a password."""
        return describe(self._engine)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep other scans away; the lock goes with the process, however it ends.

        A thread that holds it may ask for it again, as what it calls does.

        Raises:
            CatalogBusy: another process holds it.
        """
        if self._holder == get_ident():
            yield
            return
        with exclusive(self._engine):
            self._holder = get_ident()
            try:
                yield
            finally:
                self._holder = None

    def reading(self) -> AbstractContextManager[Connection]:
        """Return a connection to read from; errors of the database become ``CatalogError``."""
        return reading(self._engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """Return a connection in one transaction that is kept whole or not at all."""
        return writing(self._engine)

    # What is in it

    def tracks(
        self, *, states: Sequence[State] = ("ready",), track_ids: Iterable[int] | None = None
    ) -> Iterator[Track]:
        """Yield tracks ordered by path, read a page at a time.

        Args:
            states: of the tracks.
            track_ids: only these; None for all.
        """
        query = select(TRACKS).where(TRACKS.c.state.in_(states))
        if track_ids is None:
            yield from self._pages(query)
            return
        # The state is asked for here: SQLite would walk the index of states for it.
        found = [
            track
            for few in write.chunks(track_ids)
            for track in self._pages(select(TRACKS).where(TRACKS.c.track_id.in_(few)))
            if track.state in states
        ]
        yield from sorted(found, key=lambda track: (os.fsencode(track.path), track.track_id))

    def track(self, track_id: int) -> Track:
        """Return a track by its number.

        Raises:
            UnknownTrack: there is none.
        """
        query = select(TRACKS).where(TRACKS.c.track_id == int(track_id))
        for track in self._pages(query):
            return track
        raise UnknownTrack(f"{self.name}: there is no track {track_id}")

    def find(self, path: str | os.PathLike[str]) -> Track | None:
        """Return the track of a file, or None; a relative path starts at the working folder."""
        where = FILES.c.path == os.path.abspath(path)
        mine = select(FILES.c.track_id).where(where).scalar_subquery()
        return next(self._pages(select(TRACKS).where(TRACKS.c.track_id == mine)), None)

    def held(self, content_hashes: Sequence[str]) -> set[str]:
        """Return those of some content hashes, few at a time, that tracks have."""
        with self.reading() as connection:
            return set(connection.execute(_HELD, {"content_hashes": content_hashes}).scalars())

    def columns(self, *names: str) -> Iterator[Any]:
        """Yield one tuple per ready track, ordered by track_id: much cheaper than whole tracks.

        Args:
            names: columns, which are fields of ``Track`` such as ``"artist"``; not ``"paths"``.
                ``genres``, ``subgenres`` and ``timeline`` come as lists of lists.
        """
        query = select(*(TRACKS.c[name] for name in names)).where(TRACKS.c.state == "ready")
        with self.reading() as connection:
            rows = connection.execute(query.order_by(TRACKS.c.track_id))
            yield from map(tuple, rows.yield_per(PAGE * 10))

    def vectors(self, model: str | None = None) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Return the embeddings of all ready tracks with sound.

        Args:
            model: ``"name@hash12"``; may be left out when the catalog holds only one.

        Returns:
            ``track_ids``, shape (n,), ascending, and unit rows, shape (n, dim).

        Raises:
            SpaceMismatch: the catalog holds tracks of several models, and none is named.
        """
        query = select(VECTORS).join(TRACKS, TRACKS.c.track_id == VECTORS.c.track_id)
        query = query.where(TRACKS.c.state == "ready").order_by(VECTORS.c.track_id)
        if model is not None:
            query = query.where(VECTORS.c.model == model)
        with self.reading() as connection:
            rows = connection.execute(query).all()
        models = {row.model for row in rows}
        if len(models) > 1:
            raise SpaceMismatch(
                f"{self.name}: holds tracks of the models {', '.join(sorted(models))}, which do "
                "not compare: name one, or run auricle library scan --reanalyze"
            )
        track_ids = np.array([row.track_id for row in rows], dtype=np.int64)
        dim = len(rows[0].embedding) // STORED.itemsize if rows else 1
        packed = b"".join(row.embedding for row in rows)
        return track_ids, unpack(packed, dim) if rows else np.zeros((0, 0), np.float16)

    def excerpt_vectors(self, track_id: int) -> FloatArray:
        """Return the unit embeddings of a track's excerpts, shape (n, dim).

        Rows as in ``Track.timeline``; shape (0, 0) when the track has not been analysed.

        Raises:
            UnknownTrack: there is no such track.
        """
        query = select(EXCERPTS).where(EXCERPTS.c.track_id == int(track_id))
        with self.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            self.track(track_id)
            return np.zeros((0, 0), dtype=np.float32)
        return unpack(row.embeddings, row.dim).astype(np.float32)

    @property
    def generation(self) -> int:
        """A number that grows with every change of what ``vectors`` returns."""
        with self.reading() as connection:
            query = select(STATE.c.value).where(STATE.c.name == "generation")
            return int(connection.execute(query).scalar_one())

    def counts(self) -> dict[State, int]:
        """Return how many tracks there are in each state."""
        query = select(TRACKS.c.state, func.count()).group_by(TRACKS.c.state)
        with self.reading() as connection:
            found = {row[0]: int(row[1]) for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in STATES}

    def models(self) -> dict[str, int]:
        """Return how many ready tracks were analysed by each model."""
        ready = select(TRACKS.c.model, func.count()).where(TRACKS.c.state == "ready")
        query = ready.group_by(TRACKS.c.model).order_by(TRACKS.c.model)
        with self.reading() as connection:
            return {row[0]: int(row[1]) for row in connection.execute(query)}

    # How it changes

    def store(self, path: str, content: Content, analysis: Analysis, origin: Origin) -> int:
        """Keep the analysis of a file, in one transaction, and return its track."""
        with self.writing() as connection:
            return write.store(connection, path, content, analysis, origin)

    def mark_failed(self, path: str, content: Content | Stamp, error: str) -> int:
        """Write down why a file could not be analysed, in one transaction; return its track."""
        with self.writing() as connection:
            return write.fail(connection, path, content, error)

    def set_fingerprint(self, track_id: int, fingerprint: bytes) -> None:
        """Keep the audio identity of a track."""
        with self.writing() as connection:
            mine = TRACKS.c.track_id == int(track_id)
            connection.execute(TRACKS.update().where(mine).values(fingerprint=fingerprint))

    def rename_content(self, path: str, content: Content) -> bool:
        """Give a file's track the file's new bytes, whose sound is the same (its tags changed).

        Returns:
            False if the track has other files too, or the bytes are known: then a scan decides.
        """
        with self.writing() as connection:
            return write.rename_content(connection, os.path.abspath(path), content)

    def _pages(self, query: Select[Any]) -> Iterator[Track]:
        """Yield the tracks of a query, each page in a transaction of its own."""
        order = (TRACKS.c.path, TRACKS.c.track_id)
        page = query.order_by(*order).limit(PAGE)
        rest = page
        while True:
            with self.reading() as connection:
                rows = connection.execute(rest).mappings().all()
                paths = _paths(connection, [row["track_id"] for row in rows])
            for row in rows:
                yield track_of(row, paths.get(row["track_id"], ()))
            if len(rows) < PAGE:
                return
            last = rows[-1]
            rest = page.where(tuple_(*order) > (last["path"], last["track_id"]))


def _paths(connection: Connection, track_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the files that are there, by track, sorted."""
    query = select(FILES.c.track_id, FILES.c.path).where(
        FILES.c.track_id.in_(track_ids), FILES.c.present
    )
    found: dict[int, list[str]] = {}
    for track_id, path in connection.execute(query.order_by(FILES.c.path)):
        found.setdefault(track_id, []).append(path)
    return found
