"""Public data sets of plays, for those who have them; none has audio.

``read_dataset`` knows them by name:

- ``hetrec-2k``: HetRec 2011 Last.fm, the folder or its ``user_artists.dat``; artists as tracks.
- ``lastfm-360k``: ``usersha1-artmbid-artname-plays.tsv``; artists as tracks.
- ``taste-profile``: ``train_triplets.txt`` of the Million Song Dataset's Echo Nest taste profile.
- ``yambda``: listens of Yambda as flat Parquet; a track that was played for more than half counts.
"""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ...errors import InteractionsError
from .interactions import Interactions
from .reading import ReadReport, gather
from .reading_blocks import ROWS_AT_ONCE, BadRow, Block, parquet_tables

HEARD_PERCENT = 50
"""A listen of Yambda counts above this share of the track, as in its own evaluation."""

YAMBDA_STEP_S = 5.0
"""What one step of Yambda's clock is, in seconds."""


class Table(NamedTuple):
    """A text file of plays with tabs and no names of columns.

    Attributes:
        file: its name in the folder of the data set.
        n_columns: in every row.
        listener: place of the column.
        track: places of columns; the first that is not empty names the track.
        plays: place of the column.
        header: lines before the first row.
    """

    file: str
    n_columns: int
    listener: int
    track: tuple[int, ...]
    plays: int
    header: int


TABLES = {
    "hetrec-2k": Table("user_artists.dat", 3, 0, (1,), 2, 1),
    "lastfm-360k": Table("usersha1-artmbid-artname-plays.tsv", 4, 0, (1, 2), 3, 0),
    "taste-profile": Table("train_triplets.txt", 3, 0, (1,), 2, 0),
}
YAMBDA = ("uid", "item_id", "timestamp", "played_ratio_pct")
DATASETS = (*TABLES, "yambda")


def read_dataset(name: str, path: str | os.PathLike[str]) -> tuple[Interactions, ReadReport]:
    """Read a public data set.

    Args:
        name: one of ``DATASETS``.
        path: the file, or the folder it is in.

    Raises:
        InteractionsError: there is no data set of that name, or it cannot be read.
        MissingExtra: Yambda needs pyarrow.
    """
    if name not in DATASETS:
        raise InteractionsError(f"no data set {name!r}: it is one of {', '.join(DATASETS)}")
    place = Path(path)
    if name in TABLES and place.is_dir():
        place /= TABLES[name].file
    try:
        blocks = _yambda(place) if name == "yambda" else _rows(place, TABLES[name])
        return gather(blocks, str(place))
    except OSError as error:
        raise InteractionsError(f"{place}: {error.strerror or error}") from error


def _rows(path: Path, table: Table) -> Iterator[Block]:
    """Yield the rows of a text file with tabs."""
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        lines = enumerate(islice(file, table.header, None), start=table.header + 1)
        while some := list(islice(lines, ROWS_AT_ONCE)):
            yield _block([(line, text.rstrip("\r\n").split("\t")) for line, text in some], table)


def _block(rows: list[tuple[int, list[str]]], table: Table) -> Block:
    remedy = f"a row has {table.n_columns} columns with tabs between them"
    bad = [
        BadRow(line, f"{len(row)} columns", remedy)
        for line, row in rows
        if len(row) != table.n_columns
    ]
    good = [(line, row) for line, row in rows if len(row) == table.n_columns]
    return Block(
        lines=[line for line, _ in good],
        listeners=[row[table.listener] for _, row in good],
        tracks=[next(filter(None, (row[place] for place in table.track)), "") for _, row in good],
        weights=[row[table.plays] for _, row in good],
        times=None,
        bad=bad,
    )


def _yambda(path: Path) -> Iterator[Block]:
    """Yield the listens that count."""
    with path.open("rb") as stream:
        for first, columns in parquet_tables(stream, str(path), YAMBDA):
            users, items, times, percents = columns
            kept = [place for place, share in enumerate(percents) if (share or 0) > HEARD_PERCENT]
            yield Block(
                lines=[first + place for place in kept],
                listeners=[users[place] for place in kept],
                tracks=[items[place] for place in kept],
                weights=None,
                times=[_yambda_s(times[place]) for place in kept],
            )


def _yambda_s(steps: int | None) -> float | None:
    return None if steps is None else steps * YAMBDA_STEP_S
