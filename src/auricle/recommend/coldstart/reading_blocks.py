"""Files of plays as blocks of columns: CSV, JSON Lines and Parquet."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate, islice
from typing import Any, NamedTuple

from ...errors import InteractionsError, MissingExtra

ROWS_AT_ONCE = 50_000
REQUIRED = ("listener", "track")
WEIGHTS = ("weight", "plays")
TIME = "time"
SEPARATORS = ",;\t"
MOST_TOLD = 200
"""Letters of a header that are told when it is none: other files have no end of them."""

COLUMNS = "the columns are listener, track, weight or plays (optional) and time (optional)"


class BadRow(NamedTuple):
    """A row that is left out.

    Attributes:
        line: of the file, from 1; in Parquet the row, from 1.
        reason: what is wrong.
        remedy: what to do.
    """

    line: int
    reason: str
    remedy: str


@dataclass(slots=True)
class Block:
    """Some rows, by columns of equal length.

    Attributes:
        lines: of the file.
        listeners: as they stand.
        tracks: as they stand.
        weights: as they stand; None: there is no such column.
        times: as they stand; None: there is no such column.
        bad: rows that are no rows; they are in no column.
    """

    lines: Sequence[int]
    listeners: Sequence[Any]
    tracks: Sequence[Any]
    weights: Sequence[Any] | None
    times: Sequence[Any] | None
    bad: list[BadRow] = field(default_factory=list)


class Layout(NamedTuple):
    """Which columns a file has; None: there is none."""

    weight: str | None
    time: str | None


def blocks_of(stream: io.BufferedReader, name: str) -> Iterator[Block]:
    """Yield the blocks of a file, whose format is seen from its first bytes.

    Raises:
        InteractionsError: it is not a file of plays.
        MissingExtra: Parquet needs pyarrow.
    """
    start = stream.peek(1)
    if start.startswith(b"PAR1"):
        yield from parquet_blocks(stream, name)
        return
    text = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
    try:
        is_json = start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
        yield from json_blocks(text) if is_json else csv_blocks(text, name)
    finally:
        text.detach()  # who opened the stream closes it


def csv_blocks(text: io.TextIOBase, name: str) -> Iterator[Block]:
    """Yield the blocks of CSV with a header; separated by comma, semicolon or tab."""
    header = text.readline()
    separator = max(SEPARATORS, key=header.count)
    try:
        columns = next(csv.reader([header], delimiter=separator), [])
    except csv.Error as error:
        raise InteractionsError(f"{name}, line 1: {error}") from error
    names = [column.strip().lower() for column in columns]
    layout = _layout(names, name)
    places = [names.index(column) for column in (*REQUIRED, *filter(None, layout))]
    reader = csv.reader(text, delimiter=separator)
    while True:
        first = reader.line_num + 2
        try:
            rows = list(islice(reader, ROWS_AT_ONCE))
        except csv.Error as error:
            raise InteractionsError(f"{name}, line {reader.line_num + 1}: {error}") from error
        if not rows:
            return
        straight = reader.line_num + 2 - first == len(rows)
        lines = range(first, first + len(rows)) if straight else _lines(rows, first)
        yield _csv_block(rows, lines, places, layout, len(names))


def _csv_block(
    rows: list[list[str]], lines: Sequence[int], places: list[int], layout: Layout, n_columns: int
) -> Block:
    bad = []
    if set(map(len, rows)) != {n_columns}:
        bad = [
            BadRow(line, f"{len(row)} columns, the header has {n_columns}", "quote such names")
            for line, row in zip(lines, rows, strict=True)
            if row and len(row) != n_columns
        ]
        good = [place for place, row in enumerate(rows) if len(row) == n_columns]
        rows, lines = [rows[place] for place in good], [lines[place] for place in good]
    columns = list(zip(*rows, strict=True)) or [()] * n_columns
    return _block(lines, [columns[place] for place in places], layout, bad)


def _lines(rows: list[list[str]], first: int) -> Sequence[int]:
    """Return the line on which each row begins; a quoted field may hold several lines."""
    more = [sum(field.count("\n") for field in row) for row in rows]
    return list(accumulate((1 + many for many in more[:-1]), initial=first))


def _block(lines: Sequence[int], columns: list[Any], layout: Layout, bad: list[BadRow]) -> Block:
    """Return a block of columns that come as listener, track and what the layout has."""
    more = iter(columns[2:])
    weights = next(more) if layout.weight else None
    return Block(lines, columns[0], columns[1], weights, next(more, None), bad)


def json_blocks(text: io.TextIOBase) -> Iterator[Block]:
    """Yield the blocks of JSON Lines; a row may leave out what is optional."""
    lines = enumerate(text, start=1)
    while some := list(islice(lines, ROWS_AT_ONCE)):
        yield _json_block(some)


def _json_block(some: list[tuple[int, str]]) -> Block:
    block = Block([], [], [], [], [])
    rows: list[tuple[int, Mapping[str, Any]]] = []
    for line, text in some:
        found, problem = _json_row(text)
        if problem:
            block.bad.append(BadRow(line, problem, 'write {"listener": ..., "track": ...}'))
        elif found is not None:
            rows.append((line, found))
    block.lines = [line for line, _ in rows]
    block.listeners = [row["listener"] for _, row in rows]
    block.tracks = [row["track"] for _, row in rows]
    block.weights = [row.get("weight", row.get("plays", 1)) for _, row in rows]
    block.times = [row.get(TIME) for _, row in rows]
    return block


def _json_row(text: str) -> tuple[Mapping[str, Any] | None, str]:
    """Return a row, None for an empty line, or what is wrong with it."""
    if text.isspace():
        return None, ""
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        return None, f"not JSON ({error})"
    if not isinstance(row, dict):
        return None, "not a JSON object"
    missing = [column for column in REQUIRED if column not in row]
    return (None, f"no {' and no '.join(missing)}") if missing else (row, "")


def parquet_blocks(stream: io.BufferedReader, name: str) -> Iterator[Block]:
    """Yield the blocks of Parquet."""
    with _parquet(stream, name) as file:
        actual = {column.lower(): column for column in file.schema_arrow.names}
        layout = _layout(list(actual), name)
        wanted = [actual[column] for column in (*REQUIRED, *filter(None, layout))]
        for first, columns in _tables(file, wanted):
            yield _block(range(first, first + len(columns[0])), columns, layout, [])


def parquet_tables(
    stream: io.BufferedReader, name: str, wanted: Sequence[str]
) -> Iterator[tuple[int, list[list[Any]]]]:
    """Yield the number of the first row, from 1, and some rows of columns.

    Raises:
        InteractionsError: it is no Parquet, or has not all of the columns.
        MissingExtra: Parquet needs pyarrow.
    """
    with _parquet(stream, name) as file:
        missing = [column for column in wanted if column not in file.schema_arrow.names]
        if missing:
            raise InteractionsError(f"{name}: no column {' and no column '.join(missing)}")
        yield from _tables(file, wanted)


def _tables(file: Any, wanted: Sequence[str]) -> Iterator[tuple[int, list[list[Any]]]]:  # noqa: ANN401
    first = 1
    for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=list(wanted)):
        yield first, [batch.column(column).to_pylist() for column in wanted]
        first += len(batch)


@contextmanager
def _parquet(stream: io.BufferedReader, name: str) -> Iterator[Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra("reading Parquet", "recommend") from error
    try:
        yield parquet.ParquetFile(stream if stream.seekable() else io.BytesIO(stream.read()))
    except pyarrow.ArrowException as error:
        raise InteractionsError(f"{name}: not a Parquet file that can be read ({error})") from error


def _layout(names: Sequence[str], name: str) -> Layout:
    """Return which columns are there.

    Raises:
        InteractionsError: one that must be there is not.
    """
    missing = [column for column in REQUIRED if column not in names]
    if missing:
        found = ", ".join(filter(None, names)) or "nothing"
        found = found if len(found) <= MOST_TOLD else f"{found[:MOST_TOLD]} ..."
        raise InteractionsError(
            f"{name}: no column {' and no column '.join(missing)} among {found}; {COLUMNS}"
        )
    weight = next((column for column in WEIGHTS if column in names), None)
    return Layout(weight, TIME if TIME in names else None)
