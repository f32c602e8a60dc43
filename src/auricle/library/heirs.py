"""What a person said of a track stays when its file is tagged: new bytes, the same sound."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, select, update

from .catalog_rows import STORED
from .catalog_write import chunks, drop_tracks
from .schema import DECISIONS, FILES, INTAKE, TRACKS, VECTORS

SAME_SOUND = 0.999
"""Cosine of the embeddings: tags change nothing, but a decoder may begin a little elsewhere."""

SAME_LENGTH_S = 0.1


def sweep(connection: Connection) -> int:
    """Take out tracks whose only file holds something else now; nothing else has their content."""
    gone = select(TRACKS.c.track_id).where(TRACKS.c.superseded, TRACKS.c.state == "missing")
    track_ids = connection.execute(gone).scalars().all()
    for few in chunks(track_ids):
        hand_on(connection, few)
    return drop_tracks(connection, track_ids)


def hand_on(connection: Connection, track_ids: Sequence[int]) -> None:
    """Give decisions, and what the intake wrote down, of tracks to those in place of them.

    That is the track which their file is now, if it sounds the same and nothing was said of it.

    Args:
        connection: inside a transaction.
        track_ids: whose files hold something else now.
    """
    for table in (DECISIONS, INTAKE):
        mine = table.c.track_id.in_(track_ids)
        for former in connection.execute(select(table.c.track_id).where(mine)).scalars().all():
            heir = _heir(connection, former)
            taken = select(table.c.track_id).where(table.c.track_id == heir)
            if heir is not None and connection.execute(taken).first() is None:
                row = update(table).where(table.c.track_id == former)
                connection.execute(row.values(track_id=heir))


def _heir(connection: Connection, former: int) -> int | None:
    """Return the track that a superseded track's file is now, if it is the same sound."""
    path = select(TRACKS.c.path).where(TRACKS.c.track_id == former).scalar_subquery()
    heir = connection.execute(select(FILES.c.track_id).where(FILES.c.path == path)).scalar()
    if heir is None or heir == former:
        return None
    query = select(TRACKS.c.duration_s, VECTORS.c.model, VECTORS.c.embedding).join(VECTORS)
    before, now = (
        connection.execute(query.where(TRACKS.c.track_id == each)).first()
        for each in (former, heir)
    )
    if before is None or now is None or before.model != now.model:
        return None
    vectors = [np.frombuffer(row.embedding, STORED).astype(np.float32) for row in (before, now)]
    alike = float(vectors[0] @ vectors[1]) >= SAME_SOUND
    return int(heir) if alike and abs(before.duration_s - now.duration_s) < SAME_LENGTH_S else None
