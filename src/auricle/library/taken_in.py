"""What the intake keeps in a catalog: which tracks came with which run, and what a person says."""

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Column, Connection, delete, insert, select

from .catalog import Catalog
from .catalog_rows import Track
from .catalog_write import chunks
from .roots import below
from .schema import DECISIONS, FILES, INTAKE


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A track that an intake took in.

    Attributes:
        track_id: its number.
        run: number of the intake, counted from 1.
        taken_s: when, in seconds since 1970.
        path: the file that it was taken in from; others with the same bytes are copies of it.
        verdict: what the last intake made of it.
    """

    track_id: int
    run: int
    taken_s: int
    path: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says a track is.

    Attributes:
        track_id: its number.
        label: the person's word.
        heard: the most probable label at that time; equal when the person accepted it.
        decided_s: when, in seconds since 1970.
    """

    track_id: int
    label: str
    heard: str
    decided_s: int

    @property
    def accepted(self) -> bool:
        """Whether the person agreed with what was heard."""
        return self.label == self.heard


def files_below(catalog: Catalog, folders: Iterable[str] | None = None) -> dict[str, int]:
    """Return the files that are there, each with its track, in order of path.

    Args:
        catalog: the collection.
        folders: only at or below these absolute paths; None is all files.
    """
    query = select(FILES.c.path, FILES.c.track_id).where(FILES.c.present)
    asked = [query] if folders is None else [query.where(below(FILES.c.path, f)) for f in folders]
    with catalog.reading() as connection:
        rows = [row for each in asked for row in connection.execute(each)]
    return {row.path: row.track_id for row in sorted(rows, key=lambda row: os.fsencode(row.path))}


def read_taken_in(catalog: Catalog) -> dict[int, TakenIn]:
    """Return what was ever taken in, by track."""
    with catalog.reading() as connection:
        rows = connection.execute(select(INTAKE).order_by(INTAKE.c.track_id)).all()
    return {row.track_id: TakenIn(**row._mapping) for row in rows}


def write_taken_in(catalog: Catalog, rows: Sequence[TakenIn]) -> None:
    """Keep what was taken in, in one transaction; rows of the same tracks are replaced."""
    with catalog.writing() as connection:
        for few in chunks(rows):
            _forget(connection, INTAKE.c.track_id, [row.track_id for row in few])
            connection.execute(insert(INTAKE), [asdict(row) for row in few])


def read_decisions(catalog: Catalog) -> dict[int, Decision]:
    """Return all decisions, by track."""
    with catalog.reading() as connection:
        rows = connection.execute(select(DECISIONS).order_by(DECISIONS.c.track_id)).all()
    return {row.track_id: Decision(**row._mapping) for row in rows}


def decide(
    catalog: Catalog, labels: Iterable[tuple[Track, str]], *, now_s: int | None = None
) -> list[Decision]:
    """Keep what a person says of tracks, in one transaction; a later word replaces an earlier one.

    Args:
        catalog: the tracks'.
        labels: each track and its label.
        now_s: the time in seconds since 1970; None asks the clock.
    """
    decided_s = int(time.time()) if now_s is None else now_s
    made = [
        Decision(track.track_id, label, track.genres[0].label if track.genres else "", decided_s)
        for track, label in labels
    ]
    with catalog.writing() as connection:
        _keep(connection, {each.track_id: each for each in made}.values())
    return made


def keep_later(connection: Connection, decisions: Iterable[Decision]) -> int:
    """Keep decisions, but for tracks of which a person has said something since; return how many.

    Args:
        connection: inside a transaction.
        decisions: one of a track.
    """
    kept = 0
    for few in chunks(decisions):
        mine = DECISIONS.c.track_id.in_([each.track_id for each in few])
        query = select(DECISIONS.c.track_id, DECISIONS.c.decided_s).where(mine)
        said = {track_id: decided_s for track_id, decided_s in connection.execute(query)}
        later = [each for each in few if each.decided_s > said.get(each.track_id, -1)]
        _keep(connection, later)
        kept += len(later)
    return kept


def _keep(connection: Connection, decisions: Iterable[Decision]) -> None:
    for few in chunks(decisions):
        _forget(connection, DECISIONS.c.track_id, [each.track_id for each in few])
        connection.execute(insert(DECISIONS), [asdict(each) for each in few])


def _forget(connection: Connection, column: Column[int], track_ids: Sequence[int]) -> None:
    connection.execute(delete(column.table).where(column.in_(track_ids)))
