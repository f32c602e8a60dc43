"""How a catalog changes: each function runs inside one transaction of its caller.

The state of a track follows from its files and its analysis: ``settle`` works it out after every
change, so that no caller has to.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, bindparam, case, delete, exists, insert, select, update

from ..types import Analysis
from .catalog_rows import (
    BLANK,
    Content,
    Origin,
    Stamp,
    analysis_columns,
    content_columns,
    vector_rows,
)
from .schema import EXCERPTS, FILES, STATE, TRACKS, VECTORS

T = TypeVar("T")

FILL = update(TRACKS).where(TRACKS.c.track_id == bindparam("this"))
STAMP = update(FILES).where(FILES.c.path == bindparam("this"))
"""Changes of one row, whose columns come with the values; made once, because making takes time."""

AT_ONCE = 500
"""Rows that one statement changes; databases limit the number of parameters."""


def discover(connection: Connection, found: Iterable[tuple[str, Stamp]]) -> None:
    """Write down files that are new, each with a track of which nothing is known yet."""
    for few in chunks(found):
        rows = [{**BLANK, "path": path, "size": stamp.size} for path, stamp in few]
        new = insert(TRACKS).returning(TRACKS.c.track_id, sort_by_parameter_order=True)
        track_ids = connection.execute(new, rows).scalars().all()
        files = [
            _file(path, stamp, track_id)
            for (path, stamp), track_id in zip(few, track_ids, strict=True)
        ]
        connection.execute(insert(FILES), files)


def recognise(
    connection: Connection, path: str, content: Content, origin: Origin | None = None
) -> int | None:
    """Give a file to the track that has its content; None if it has to be analysed.

    Args:
        connection: in a transaction.
        path: of the file.
        content: what it holds.
        origin: a track counts only if it was analysed by this, or more of it was heard; None for
            anything, also in vain.
    """
    known = select(TRACKS.c.track_id).where(TRACKS.c.content_hash == content.content_hash)
    if origin is not None:
        by_it = and_(TRACKS.c.model == origin.model, TRACKS.c.head == origin.head)
        profiles = {origin.profile, "full"}
        known = known.where(by_it, TRACKS.c.error.is_(None), TRACKS.c.profile.in_(profiles))
    track_id = connection.execute(known).scalar()
    if track_id is not None:
        _attach(connection, path, content.stamp, track_id)
    return track_id


def store(
    connection: Connection, path: str, content: Content, analysis: Analysis, origin: Origin
) -> int:
    """Keep the analysis of a file and return its track."""
    values = {**content_columns(content), **analysis_columns(analysis, origin)}
    track_id, fresh = _put(connection, path, content, values)
    if not fresh:
        _drop_vectors(connection, track_id)
    for table, rows in zip((VECTORS, EXCERPTS), vector_rows(track_id, analysis), strict=True):
        if rows:
            connection.execute(insert(table), rows)
    grow(connection)
    return track_id


def fail(connection: Connection, path: str, content: Content | Stamp, error: str) -> int:
    """Write down why a file could not be analysed; a bare stamp if it cannot even be read."""
    values = {**BLANK, "state": "failed", "error": error}
    if isinstance(content, Content):
        values |= content_columns(content)
        track_id, fresh = _put(connection, path, content, values)
    else:
        track_id, fresh = _put_unread(connection, path, content, values)
    if not fresh:
        _drop_vectors(connection, track_id)
    return track_id


def set_present(connection: Connection, paths: Iterable[str], present: bool) -> None:
    """Write down that files are gone, or there again, and what follows for their tracks."""
    for few in chunks(paths):
        mine = FILES.c.path.in_(few)
        track_ids = connection.execute(select(FILES.c.track_id).where(mine)).scalars().all()
        connection.execute(update(FILES).where(mine).values(present=present))
        settle(connection, track_ids)


def set_stamp(connection: Connection, path: str, stamp: Stamp) -> None:
    """Write down a file's new stamp: it was touched, not changed."""
    values = {"size": stamp.size, "mtime_ns": stamp.mtime_ns, "present": True}
    connection.execute(STAMP, {**values, "this": path})


def rename_content(connection: Connection, path: str, content: Content) -> bool:
    """Give a track the new bytes of its only file, whose sound is the same; False if it cannot."""
    track_id = connection.execute(select(FILES.c.track_id).where(FILES.c.path == path)).scalar()
    others = select(FILES.c.path).where(FILES.c.track_id == track_id, FILES.c.path != path)
    taken = select(TRACKS.c.track_id).where(TRACKS.c.content_hash == content.content_hash)
    if track_id is None or connection.execute(others).first():
        return False
    if connection.execute(taken).scalar() not in (None, track_id):
        return False
    mine = update(TRACKS).where(TRACKS.c.track_id == track_id, TRACKS.c.content_hash.is_not(None))
    changed = connection.execute(mine.values(**content_columns(content))).rowcount
    if changed:
        set_stamp(connection, path, content.stamp)
    return bool(changed)


def still_known(connection: Connection, paths: Iterable[str]) -> list[str]:
    """Return those of the files that are in the catalog and were there."""
    found: list[str] = []
    for few in chunks(paths):
        mine = select(FILES.c.path).where(FILES.c.path.in_(few), FILES.c.present)
        found += connection.execute(mine).scalars()
    return found


def drop_files(connection: Connection, paths: Iterable[str]) -> None:
    """Take files out; a track whose last file goes stays, as missing."""
    for few in chunks(paths):
        mine = FILES.c.path.in_(few)
        track_ids = connection.execute(select(FILES.c.track_id).where(mine)).scalars().all()
        connection.execute(delete(FILES).where(mine))
        settle(connection, track_ids)


def drop_tracks(connection: Connection, track_ids: Iterable[int]) -> int:
    """Take tracks out, with their files and vectors, and return how many there were."""
    dropped = 0
    for few in chunks(track_ids):
        grow_if(connection, few)
        for table in (EXCERPTS, VECTORS, FILES):
            connection.execute(delete(table).where(table.c.track_id.in_(few)))
        dropped += connection.execute(delete(TRACKS).where(TRACKS.c.track_id.in_(few))).rowcount
    return dropped


def settle(connection: Connection, track_ids: Sequence[int]) -> None:
    """Bring state and path of tracks in line with their files and their analysis.

    A track keeps its path for as long as that file is there, whatever copies of it come.
    """
    for few in chunks(set(track_ids)):
        mine = TRACKS.c.track_id.in_(few)
        there = and_(FILES.c.track_id == TRACKS.c.track_id, FILES.c.present)
        empty = ~exists().where(FILES.c.track_id == TRACKS.c.track_id)
        connection.execute(delete(TRACKS).where(mine, empty, TRACKS.c.content_hash.is_(None)))
        before = _ready(connection, few)
        first = select(FILES.c.path).where(there).order_by(FILES.c.path).limit(1).scalar_subquery()
        found = exists().where(there)
        stays = exists().where(there, FILES.c.path == TRACKS.c.path)
        state = case(
            (~found, "missing"),
            (TRACKS.c.error.is_not(None), "failed"),
            (TRACKS.c.model != "", "ready"),
            else_="pending",
        )
        values = {
            "state": state,
            "path": case((and_(found, ~stays), first), else_=TRACKS.c.path),
            "superseded": and_(TRACKS.c.superseded, ~found),
        }
        connection.execute(update(TRACKS).where(mine).values(**values))
        if _ready(connection, few) != before:
            grow(connection)


def grow(connection: Connection) -> None:
    """Count a change of what ``Catalog.vectors`` returns."""
    mine = STATE.c.name == "generation"
    connection.execute(update(STATE).where(mine).values(value=STATE.c.value + 1))


def grow_if(connection: Connection, track_ids: Sequence[int]) -> None:
    """Count a change if any of the tracks is ready."""
    if _ready(connection, track_ids):
        grow(connection)


def chunks(values: Iterable[T]) -> Iterator[tuple[T, ...]]:
    """Yield the values, a statement's worth at a time."""
    rest = iter(values)
    while few := tuple(islice(rest, AT_ONCE)):
        yield few


def _put(
    connection: Connection, path: str, content: Content, values: Mapping[str, Any]
) -> tuple[int, bool]:
    """Fill the track that has this content, or a blank one; tell whether it was blank."""
    known = select(TRACKS.c.track_id).where(TRACKS.c.content_hash == content.content_hash)
    track_id = connection.execute(known).scalar()
    if track_id is None:
        return _fill_blank(connection, path, content.stamp, values), True
    grow_if(connection, [track_id])
    connection.execute(update(TRACKS).where(TRACKS.c.track_id == track_id).values(**values))
    _attach(connection, path, content.stamp, track_id)
    return track_id, False


def _put_unread(
    connection: Connection, path: str, stamp: Stamp, values: Mapping[str, Any]
) -> tuple[int, bool]:
    """Fill a file's own track if it has not changed, else a blank one; tell whether it was blank.

    So what a person said of it stays, for when it can be read again.
    """
    values = {**values, "size": stamp.size}
    unchanged = and_(FILES.c.size == stamp.size, FILES.c.mtime_ns == stamp.mtime_ns)
    mine = select(FILES.c.track_id).where(FILES.c.path == path, unchanged)
    track_id = connection.execute(mine).scalar()
    others = select(FILES.c.path).where(FILES.c.track_id == track_id, FILES.c.path != path)
    if track_id is None or connection.execute(others).first():
        return _fill_blank(connection, path, stamp, values), True
    grow_if(connection, [track_id])
    connection.execute(update(TRACKS).where(TRACKS.c.track_id == track_id).values(**values))
    return int(track_id), False


def _fill_blank(connection: Connection, path: str, stamp: Stamp, values: Mapping[str, Any]) -> int:
    """Fill the track of a file that has not been read yet, made if there is none.

    ``values`` hold its state. The most frequent change of all, so it does not ``settle``.
    """
    blank = select(TRACKS.c.track_id).select_from(FILES.join(TRACKS))
    blank = blank.where(FILES.c.path == path, TRACKS.c.content_hash.is_(None))
    track_id = connection.execute(blank).scalar()
    if track_id is not None:
        connection.execute(FILL, {**values, "this": track_id})
        set_stamp(connection, path, stamp)
        return int(track_id)
    new = insert(TRACKS).values(**{**BLANK, **values, "path": path}).returning(TRACKS.c.track_id)
    track_id = int(connection.execute(new).scalar_one())
    _attach(connection, path, stamp, track_id)
    return track_id


def _attach(connection: Connection, path: str, stamp: Stamp, track_id: int) -> None:
    """Make a file one of a track; its former track is superseded if it has no other."""
    mine = FILES.c.path == path
    former = connection.execute(select(FILES.c.track_id).where(mine)).scalar()
    if former is None:
        connection.execute(insert(FILES), _file(path, stamp, track_id))
    else:
        connection.execute(update(FILES).where(mine).values(**_file(path, stamp, track_id)))
    if former is not None and former != track_id:
        alone = ~exists().where(FILES.c.track_id == TRACKS.c.track_id)
        left = update(TRACKS).where(TRACKS.c.track_id == former, alone)
        connection.execute(left.values(superseded=True))
    settle(connection, [track_id] if former is None else [track_id, former])


def _drop_vectors(connection: Connection, track_id: int) -> None:
    for table in (EXCERPTS, VECTORS):
        connection.execute(delete(table).where(table.c.track_id == track_id))


def _ready(connection: Connection, track_ids: Sequence[int]) -> set[int]:
    """Return which of the tracks are ready."""
    mine = TRACKS.c.track_id.in_(track_ids)
    query = select(TRACKS.c.track_id).where(mine, TRACKS.c.state == "ready")
    return set(connection.execute(query).scalars())


def _file(path: str, stamp: Stamp, track_id: int) -> dict[str, Any]:
    return {
        "path": path,
        "track_id": track_id,
        "size": stamp.size,
        "mtime_ns": stamp.mtime_ns,
        "present": True,
    }
