"""Carry what was heard to another machine: a catalog's tracks as one Parquet file, and back.

A track is known by its content hash, so it fits wherever the same file turns up: imported tracks
wait as missing until a scan finds their files, and are ready then, without another analysis.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, RowMapping, bindparam, insert, select

from ..errors import CatalogError, MissingExtra
from ..files import replacing
from ..text import encodable
from . import catalog_write as write
from .catalog import Catalog
from .catalog_rows import BLANK, STORED, pack
from .schema import DECISIONS, EXCERPTS, TRACKS, VECTORS
from .taken_in import Decision, keep_later

FORMAT_VERSION = 1
_VERSION_KEY = b"auricle_catalog"

_NUMBERS = {
    "size": "int64",
    "duration_s": "float64",
    "probability": "float64",
    "fingerprint": "binary",
}
"""Columns that are no text, and their types in the file."""

_NAMES = ("content_hash", "kind", "label", "artist", "album", "title", "model", "head", "profile")
_PLAIN = (*_NAMES, *_NUMBERS)
_JSON = ("genres", "subgenres", "timeline", "tags", "warnings")
"""Columns that are JSON text in the file."""

_DECIDED = {"decided_label": "string", "decided_heard": "string", "decided_s": "int64"}
"""Columns of what a person said, and their types in the file; null where nobody did."""

_FOUND = select(TRACKS.c.track_id, TRACKS.c.content_hash, TRACKS.c.model, TRACKS.c.error).where(
    TRACKS.c.content_hash.in_(bindparam("hashes", expanding=True))
)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, in tracks.

    Attributes:
        added: new to the catalog; ready as soon as a scan finds their files.
        filled: their files are here, and were not analysed or had failed; ready now.
        known: already analysed here, left as they are.
        decided: a person has said there what they are, and nothing since then here.
    """

    added: int
    filled: int
    known: int
    decided: int = 0


def export_tracks(catalog: Catalog, path: str | os.PathLike[str]) -> int:
    """Write all analysed tracks to a Parquet file, also missing ones; return how many.

    The file appears whole or not at all; an old one is replaced.

    Raises:
        MissingExtra: Parquet needs pyarrow.
        OSError: it cannot be written.
    """
    arrow, parquet = _pyarrow("writing Parquet")
    schema = _schema(arrow)
    written = 0
    with replacing(Path(path)) as unfinished, parquet.ParquetWriter(unfinished, schema) as file:
        for rows in _analysed(catalog):
            file.write_table(arrow.Table.from_pylist(rows, schema=schema))
            written += len(rows)
    return written


def import_tracks(catalog: Catalog, path: str | os.PathLike[str]) -> ImportReport:
    """Add the tracks of a Parquet file that ``export_tracks`` wrote, all of them or none.

    Raises:
        CatalogError: it is no such file, or of a newer version.
        CatalogBusy: a scan is running.
        MissingExtra: Parquet needs pyarrow.
        OSError: it cannot be read.
    """
    arrow, parquet = _pyarrow("reading Parquet")
    counts = {"added": 0, "filled": 0, "known": 0, "decided": 0}
    with open(path, "rb") as stream, catalog.exclusive():
        try:
            file = parquet.ParquetFile(stream)
            _check(file.schema_arrow, path)
            with catalog.writing() as connection:
                for batch in file.iter_batches(batch_size=write.AT_ONCE):
                    rows = batch.to_pylist()
                    for what, n in _take_in(connection, rows).items():
                        counts[what] += n
                    counts["decided"] += _take_decisions(connection, rows)
        except arrow.ArrowException as error:
            raise CatalogError(f"{os.fspath(path)}: not a Parquet file ({error})") from error
        except (KeyError, ValueError, TypeError) as error:
            raise CatalogError(f"{os.fspath(path)}: damaged, nothing taken in ({error})") from error
    return ImportReport(**counts)


def _analysed(catalog: Catalog) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of all tracks that have an analysis, a batch at a time."""
    said = (DECISIONS.c.label.label("decided_label"), DECISIONS.c.heard.label("decided_heard"))
    query = (
        select(
            TRACKS,
            VECTORS.c.embedding,
            EXCERPTS.c.dim,
            EXCERPTS.c.embeddings,
            *said,
            DECISIONS.c.decided_s,
        )
        .outerjoin(VECTORS, VECTORS.c.track_id == TRACKS.c.track_id)
        .outerjoin(EXCERPTS, EXCERPTS.c.track_id == TRACKS.c.track_id)
        .outerjoin(DECISIONS, DECISIONS.c.track_id == TRACKS.c.track_id)
        .where(TRACKS.c.model != "", TRACKS.c.error.is_(None))
        .order_by(TRACKS.c.track_id)
        .limit(write.AT_ONCE)
    )
    last = 0
    while True:
        with catalog.reading() as connection:
            rows = connection.execute(query.where(TRACKS.c.track_id > last)).mappings().all()
        if not rows:
            return
        last = rows[-1]["track_id"]
        yield [_to_file(row) for row in rows]


def _to_file(row: RowMapping) -> dict[str, Any]:
    """Return the row of the file for a row of the catalog."""
    values = {name: row[name] for name in (*_PLAIN, *_DECIDED)}
    values["path"] = encodable(row["path"])
    values |= {name: json.dumps(row[name]) for name in _JSON}
    stored = row["embedding"]
    values["embedding"] = None if stored is None else np.frombuffer(stored, STORED).astype("f4")
    values["excerpt_embeddings"] = row["embeddings"]
    values["dim"] = row["dim"] or 0
    return values


def _take_in(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Add rows of the file to the catalog and return how many were what to it."""
    hashes = [row["content_hash"] for row in rows]
    found = connection.execute(_FOUND, {"hashes": hashes}).all()
    analysed = {each.content_hash for each in found if each.model and each.error is None}
    waiting = {each.content_hash: each.track_id for each in found}
    new: dict[str, Mapping[str, Any]] = {}
    filled: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        content_hash = row["content_hash"]
        if content_hash not in analysed:
            (filled if content_hash in waiting else new)[content_hash] = row
    if new:
        connection.execute(
            insert(TRACKS), [{**BLANK, **_columns(row), "state": "missing"} for row in new.values()]
        )
        added = connection.execute(_FOUND, {"hashes": list(new)}).all()
        _put_vectors(connection, {each.track_id: new[each.content_hash] for each in added})
    if filled:
        by_track = {waiting[content_hash]: row for content_hash, row in filled.items()}
        values = [{**_columns(row), "this": track_id} for track_id, row in by_track.items()]
        connection.execute(write.FILL, values)
        _put_vectors(connection, by_track)
        write.settle(connection, list(by_track))
    known = len(rows) - len(new) - len(filled)
    return {"added": len(new), "filled": len(filled), "known": known}


def _take_decisions(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Keep what a person said of tracks of the file, and return of how many; old files say nothing.

    A word that was said here later stands.
    """
    said = {row["content_hash"]: row for row in rows if row.get("decided_label") is not None}
    found = connection.execute(_FOUND, {"hashes": list(said)}).all() if said else []
    decisions = []
    for track_id, content_hash, *_ in found:
        label, heard, decided_s = (said[content_hash][name] for name in _DECIDED)
        decisions.append(Decision(track_id, label, heard or "", int(decided_s)))
    return keep_later(connection, decisions)


def _columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a track for a row of the file."""
    values = {name: row[name] for name in _PLAIN} | {name: json.loads(row[name]) for name in _JSON}
    return values | {"error": None, "path": row["path"]}


def _put_vectors(connection: Connection, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Store the vectors of rows, whose keys are the numbers of their tracks."""
    vectors = [
        {
            "track_id": track_id,
            "model": row["model"],
            "embedding": pack(np.array(row["embedding"], dtype=np.float32)),
        }
        for track_id, row in rows.items()
        if row["embedding"] is not None
    ]
    excerpts = [
        {"track_id": track_id, "dim": row["dim"], "embeddings": row["excerpt_embeddings"]}
        for track_id, row in rows.items()
        if row["dim"]
    ]
    for table, values in ((VECTORS, vectors), (EXCERPTS, excerpts)):
        if values:
            connection.execute(insert(table), values)


def _schema(arrow: Any) -> Any:  # noqa: ANN401  pyarrow is untyped
    """Return the columns of the file, with the version of the format."""
    names = (*_NAMES, "path", *_JSON)
    columns = {name: arrow.string() for name in names}
    columns |= {name: getattr(arrow, kind)() for name, kind in (_NUMBERS | _DECIDED).items()}
    columns |= {
        "embedding": arrow.list_(arrow.float32()),
        "excerpt_embeddings": arrow.binary(),
        "dim": arrow.int32(),
    }
    return arrow.schema(columns, metadata={_VERSION_KEY: str(FORMAT_VERSION).encode()})


def _check(schema: Any, path: str | os.PathLike[str]) -> None:  # noqa: ANN401  pyarrow is untyped
    """Refuse a file that is not an export, or of a newer auricle."""
    version = (schema.metadata or {}).get(_VERSION_KEY, b"")
    if not version.isdigit():
        raise CatalogError(f"{os.fspath(path)}: not written by auricle library export")
    if int(version) > FORMAT_VERSION:
        raise CatalogError(
            f"{os.fspath(path)}: has version {int(version)}, this auricle reads up to "
            f"{FORMAT_VERSION}: upgrade auricle"
        )


def _pyarrow(feature: str) -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra(feature, "parquet") from error
    return pyarrow, pyarrow.parquet
