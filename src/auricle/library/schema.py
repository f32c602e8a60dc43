"""The tables of a catalog as the code sees them; ``migrations.py`` is what makes them."""

import json
import os
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

from ..text import encodable


class PathText(TypeDecorator[str]):
    """A path, stored as its bytes: any name survives, and the order is the same everywhere."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Return the bytes of the name, as the file system has them."""
        return None if value is None else os.fsencode(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Return the path as Python writes it."""
        return None if value is None else os.fsdecode(value)


class CleanText(TypeDecorator[str]):
    """Text without what a database refuses: NUL characters and halves of surrogate pairs."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text that is stored."""
        if value is None:
            return None
        return encodable(value.replace("\0", " "))


class Json(TypeDecorator[Any]):
    """A value as compact JSON in plain text; reads the same in every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401
        """Return the JSON text, in ASCII."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Return the value."""
        return None if value is None else json.loads(value)


METADATA = MetaData()

STATE = Table(
    "state",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""Two rows: ``version``, the number of the last migration, and ``generation``."""

ROOTS = Table(
    "roots",
    METADATA,
    Column("path", PathText, primary_key=True),
    Column("included", Boolean, nullable=False),
)
"""The files and folders that a scan looks at, and those inside them that it passes over."""

TRACKS = Table(
    "tracks",
    METADATA,
    Column("track_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("path", PathText, nullable=False),
    Column("content_hash", Text, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("error", CleanText),
    Column("superseded", Boolean, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("kind", CleanText, nullable=False),
    Column("label", CleanText, nullable=False),
    Column("probability", Double, nullable=False),
    Column("genres", Json, nullable=False),
    Column("subgenres", Json, nullable=False),
    Column("timeline", Json, nullable=False),
    Column("artist", CleanText, nullable=False),
    Column("album", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("tags", Json, nullable=False),
    Column("model", CleanText, nullable=False),
    Column("head", CleanText, nullable=False),
    Column("profile", CleanText, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("warnings", Json, nullable=False),
    Index("tracks_by_path", "path"),
    Index("tracks_by_state", "state", "path"),
)
"""One row per content (recording as bytes). ``path`` is one of its files, or the last known one;
``content_hash`` is NULL until the file has been read; ``superseded`` marks a track whose only file
now holds something else."""

FILES = Table(
    "files",
    METADATA,
    Column("path", PathText, primary_key=True),
    Column("track_id", ForeignKey("tracks.track_id", ondelete="CASCADE"), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("present", Boolean, nullable=False),
    Index("files_by_track", "track_id"),
)
"""One row per file: its stamp (size and time of change) when its content was last read."""

VECTORS = Table(
    "vectors",
    METADATA,
    Column("track_id", ForeignKey("tracks.track_id", ondelete="CASCADE"), primary_key=True),
    Column("model", CleanText, nullable=False),
    Column("embedding", LargeBinary, nullable=False),
)
"""The unit embedding of each track with sound, float16, little endian."""

EXCERPTS = Table(
    "excerpts",
    METADATA,
    Column("track_id", ForeignKey("tracks.track_id", ondelete="CASCADE"), primary_key=True),
    Column("dim", Integer, nullable=False),
    Column("embeddings", LargeBinary, nullable=False),
)
"""The unit embeddings of a track's excerpts, (n, dim) float16, little endian, row after row."""

INTAKE = Table(
    "intake",
    METADATA,
    Column("track_id", ForeignKey("tracks.track_id", ondelete="CASCADE"), primary_key=True),
    Column("run", BigInteger, nullable=False),
    Column("taken_s", BigInteger, nullable=False),
    Column("path", PathText, nullable=False),
    Column("verdict", Text, nullable=False),
)
"""One row per track that ``auricle intake`` took in: with which run, when (seconds since 1970),
from which file, and what was made of it the last time."""

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("track_id", ForeignKey("tracks.track_id", ondelete="CASCADE"), primary_key=True),
    Column("label", CleanText, nullable=False),
    Column("heard", CleanText, nullable=False),
    Column("decided_s", BigInteger, nullable=False),
)
"""What a person says a track is, and what was heard at that time; kept whatever is heard later."""
