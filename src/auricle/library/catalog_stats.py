"""What a catalog holds, in numbers."""

from dataclasses import dataclass

from sqlalchemy import func, select

from .catalog import Catalog
from .catalog_rows import State
from .roots import Roots, read_roots
from .schema import TRACKS


@dataclass(frozen=True, slots=True)
class Overview:
    """A catalog in numbers.

    Attributes:
        name: of the catalog.
        roots: what belongs to it.
        states: number of tracks in each state.
        models: number of ready tracks by model.
        heads: number of ready tracks by the hash of the heads that named them.
        labels: number of ready tracks by label, most frequent first.
        duration_s: of all ready tracks together.
        generation: see ``Catalog.generation``.
    """

    name: str
    roots: Roots
    states: dict[State, int]
    models: dict[str, int]
    heads: dict[str, int]
    labels: dict[str, int]
    duration_s: float
    generation: int


def overview(catalog: Catalog) -> Overview:
    """Return the numbers of a catalog."""
    ready = TRACKS.c.state == "ready"
    count = func.count()
    by_label = select(TRACKS.c.label, count).where(ready).group_by(TRACKS.c.label)
    with catalog.reading() as connection:
        rows = connection.execute(by_label.order_by(count.desc(), TRACKS.c.label)).all()
        total = select(func.sum(TRACKS.c.duration_s)).where(ready)
        duration_s = float(connection.execute(total).scalar() or 0.0)
    return Overview(
        name=catalog.name,
        roots=read_roots(catalog),
        states=catalog.counts(),
        models=catalog.models(),
        heads=heads(catalog),
        labels={row[0]: int(row[1]) for row in rows},
        duration_s=duration_s,
        generation=catalog.generation,
    )


def heads(catalog: Catalog) -> dict[str, int]:
    """Return how many ready tracks were named by each set of heads, by its hash."""
    ready = select(TRACKS.c.head, func.count()).where(TRACKS.c.state == "ready")
    query = ready.group_by(TRACKS.c.head).order_by(TRACKS.c.head)
    with catalog.reading() as connection:
        return {row[0]: int(row[1]) for row in connection.execute(query)}
