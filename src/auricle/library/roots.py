"""What belongs to a collection: the files and folders that a scan looks at."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, and_, delete, insert, literal, or_, select

from ..audio import is_audio
from ..errors import UnknownTrack
from . import catalog_write as write
from .catalog import Catalog
from .schema import FILES, ROOTS, TRACKS
from .walk import is_within


@dataclass(frozen=True, slots=True)
class Roots:
    """The paths that were added, and those inside them that were removed again; absolute."""

    included: tuple[str, ...]
    excluded: frozenset[str]

    def covers(self, path: str) -> bool:
        """Tell whether a scan would look at a path: the innermost of those around it decides."""
        roots = (len(root) for root in self.included if is_within(path, root))
        holes = (len(hole) for hole in self.excluded if is_within(path, hole))
        return max(roots, default=-1) > max(holes, default=-1)

    def reaches(self, path: str) -> bool:
        """Tell whether a scan would find a path by itself: it passes over what is hidden."""
        if not self.covers(path):
            return False
        root = max((root for root in self.included if is_within(path, root)), key=len)
        if path == root:
            return True
        hidden = any(part.startswith(".") for part in os.path.relpath(path, root).split(os.sep))
        return not hidden and (is_audio(path) or os.path.isdir(path))


def read_roots(catalog: Catalog) -> Roots:
    """Return the roots of a catalog, sorted."""
    with catalog.reading() as connection:
        return _read(connection)


def add_roots(catalog: Catalog, paths: Iterable[str], *, keep_removed: bool = False) -> list[str]:
    """Add files and folders and return them as absolute paths; a scan looks at them later.

    Args:
        catalog: the collection.
        paths: files and folders.
        keep_removed: what was removed inside a path that is there already stays removed.

    Raises:
        UnknownTrack: a path is not there.
    """
    wanted = [os.path.abspath(path) for path in paths]
    for path in wanted:
        if not os.path.exists(path):
            raise UnknownTrack(f"{path}: there is no such file or folder")
    with catalog.writing() as connection:
        for path in wanted:
            if keep_removed and _read(connection).reaches(path):
                continue
            connection.execute(delete(ROOTS).where(below(ROOTS.c.path, path)))
            if not _read(connection).reaches(path):
                connection.execute(insert(ROOTS).values(path=path, included=True))
    return wanted


def knows(catalog: Catalog, path: str) -> bool:
    """Tell whether the catalog knows a file at or below a path: there, missing or imported."""
    columns = (FILES.c.path, TRACKS.c.path)
    with catalog.reading() as connection:
        queries = (select(column).where(below(column, path)).limit(1) for column in columns)
        return any(connection.execute(query).first() is not None for query in queries)


def remove_paths(catalog: Catalog, paths: Iterable[str]) -> int:
    """Take files and folders out of a catalog, with their tracks; a scan passes over them.

    Returns:
        How many files were taken out.

    Raises:
        UnknownTrack: the catalog knows nothing at or below a path, and scans would not find it.
        CatalogBusy: another process is scanning.
    """
    with catalog.exclusive(), catalog.writing() as connection:
        return sum(_remove(connection, os.path.abspath(path)) for path in paths)


def forget(catalog: Catalog, *, imported: bool = False) -> int:
    """Take out the tracks that are missing, and return how many there were.

    Args:
        catalog: the collection.
        imported: also those that were imported and have not turned up here yet.

    Raises:
        CatalogBusy: another process is scanning.
    """
    missing = select(TRACKS.c.track_id).where(TRACKS.c.state == "missing")
    if not imported:
        missing = missing.where(TRACKS.c.track_id.in_(select(FILES.c.track_id)))
    with catalog.exclusive(), catalog.writing() as connection:
        return write.drop_tracks(connection, connection.execute(missing).scalars().all())


def below(column: Column[str], path: str) -> ColumnElement[bool]:
    """Return the condition that a column of paths holds ``path`` or something inside it."""
    start = os.path.join(path, "")
    end = start[:-1] + chr(ord(start[-1]) + 1)
    kind = column.type
    inside = and_(column >= literal(start, kind), column < literal(end, kind))
    return or_(column == path, inside)


def _read(connection: Connection) -> Roots:
    rows = connection.execute(select(ROOTS).order_by(ROOTS.c.path)).all()
    included = tuple(row.path for row in rows if row.included)
    return Roots(included, frozenset(row.path for row in rows if not row.included))


def _remove(connection: Connection, path: str) -> int:
    """Take out one path: its roots go, and inside a larger root it leaves a hole."""
    files = below(FILES.c.path, path)
    track_ids = set(connection.execute(select(FILES.c.track_id).where(files)).scalars())
    removed = connection.execute(delete(FILES).where(files)).rowcount
    roots = connection.execute(delete(ROOTS).where(below(ROOTS.c.path, path))).rowcount
    covered = _read(connection).covers(path)
    if covered:
        connection.execute(insert(ROOTS).values(path=path, included=False))
    if not (removed or roots or (covered and os.path.lexists(path))):
        raise UnknownTrack(f"{path}: nothing of it is in the catalog")
    kept = select(FILES.c.track_id)
    for few in write.chunks(track_ids):
        used = connection.execute(kept.where(FILES.c.track_id.in_(few))).scalars()
        write.drop_tracks(connection, set(few) - set(used))
    write.settle(connection, list(track_ids))
    return removed
