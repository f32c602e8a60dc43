"""Store many analyses with few statements, inside one transaction of the caller.

What ``catalog_write.store`` does file by file, for the usual case: files that were new to the
catalog, whose content nothing else has. All others are left to it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from ..types import Analysis
from . import catalog_write as write
from .catalog_rows import BLANK, Content, Origin, analysis_columns, content_columns, vector_rows
from .schema import EXCERPTS, FILES, TRACKS, VECTORS


class Heard(NamedTuple):
    """A file that has been analysed."""

    path: str
    content: Content
    analysis: Analysis


# Made once, because making a statement takes longer than running it.
_BLANK = (
    select(FILES.c.path, FILES.c.track_id)
    .join(TRACKS)
    .where(FILES.c.path.in_(bindparam("paths", expanding=True)), TRACKS.c.content_hash.is_(None))
)
_TAKEN = select(TRACKS.c.content_hash).where(
    TRACKS.c.content_hash.in_(bindparam("hashes", expanding=True))
)
_VECTOR, _EXCERPTS = insert(VECTORS), insert(EXCERPTS)


def store_many(connection: Connection, heard: Iterable[Heard], origin: Origin) -> None:
    """Keep the analyses of files."""
    for few in write.chunks(heard):
        blank = _blank_tracks(connection, [each.path for each in few])
        taken = _taken(connection, [each.content.content_hash for each in few])
        usual: dict[int, Heard] = {}
        others: list[Heard] = []
        for each in few:
            track_id = blank.get(each.path)
            if track_id is None or track_id in usual or each.content.content_hash in taken:
                others.append(each)
            else:
                usual[track_id] = each
                taken.add(each.content.content_hash)
        if usual:
            _fill(connection, usual, origin)
        for each in others:
            write.store(connection, *each, origin)


def _blank_tracks(connection: Connection, paths: Sequence[str]) -> dict[str, int]:
    """Return the tracks of those files whose content has not been read yet."""
    return {path: track_id for path, track_id in connection.execute(_BLANK, {"paths": paths})}


def _taken(connection: Connection, hashes: Sequence[str]) -> set[str]:
    """Return those of the contents that a track has."""
    return set(connection.execute(_TAKEN, {"hashes": hashes}).scalars())


def _fill(connection: Connection, heard: dict[int, Heard], origin: Origin) -> None:
    """Fill blank tracks, whose numbers are the keys."""
    tracks, files = [], []
    vectors: list[dict[str, Any]] = []
    excerpts: list[dict[str, Any]] = []
    for track_id, (path, content, analysis) in heard.items():
        columns = {**content_columns(content), **analysis_columns(analysis, origin)}
        tracks.append({"fingerprint": BLANK["fingerprint"], **columns, "this": track_id})
        stamp = content.stamp
        files.append(
            {"size": stamp.size, "mtime_ns": stamp.mtime_ns, "present": True, "this": path}
        )
        of_track, of_excerpts = vector_rows(track_id, analysis)
        vectors += of_track
        excerpts += of_excerpts
    for statement, values in (
        (write.FILL, tracks),
        (write.STAMP, files),
        (_VECTOR, vectors),
        (_EXCERPTS, excerpts),
    ):
        if values:
            connection.execute(statement, values)
    write.grow(connection)
