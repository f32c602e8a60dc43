"""Compare the disk with the catalog: what is new, changed, back or gone. One stat per file."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from ..errors import UnknownTrack
from . import catalog_write as write
from .catalog import Catalog
from .catalog_rows import Origin, Stamp
from .roots import Roots, below, read_roots
from .scan_read import Task
from .schema import FILES, TRACKS
from .walk import Walk, stamp_of


class Known(NamedTuple):
    """A file as the catalog knows it; its stamp, and what made its track's analysis."""

    path: str
    size: int
    mtime_ns: int
    present: bool
    failed: bool
    model: str
    head: str
    profile: str

    @property
    def stamp(self) -> Stamp:
        """Size and time of change."""
        return Stamp(self.size, self.mtime_ns)


_KNOWN = select(
    FILES.c.path,
    FILES.c.size,
    FILES.c.mtime_ns,
    FILES.c.present,
    TRACKS.c.error.is_not(None).label("failed"),
    TRACKS.c.model,
    TRACKS.c.head,
    TRACKS.c.profile,
).join(TRACKS, TRACKS.c.track_id == FILES.c.track_id)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a scan should look into besides new and changed files.

    Attributes:
        retry: files that failed.
        instead_of: tracks that were analysed by anything but this; None for none.
    """

    retry: bool = False
    instead_of: Origin | None = None


@dataclass(slots=True)
class Survey:
    """What a scan has to do.

    Attributes:
        tasks: files to look into.
        new: those of which the catalog knows nothing yet.
        back: files that were gone and are there again, unchanged.
        gone: files that are not there any more.
        unchanged: how many files need nothing.
        problems: what could not be searched, one line each.
    """

    tasks: list[Task] = field(default_factory=list)
    new: list[tuple[str, Stamp]] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)


def survey(catalog: Catalog, scopes: Sequence[str], wishes: Wishes) -> Survey:
    """Compare, and write down the new files and those that are back.

    Args:
        catalog: the collection.
        scopes: files and folders to look at, inside the roots; empty for all roots.
        wishes: what else to look into.

    Raises:
        UnknownTrack: a scope is in no root.
    """
    roots = read_roots(catalog)
    inside = [os.path.abspath(path) for path in scopes] or list(roots.included)
    for path in inside:
        if not roots.covers(path):
            raise UnknownTrack(f"{path}: not in the catalog; auricle library add puts it there")
    known = _known_files(catalog, inside)
    found = _look(inside, roots, known)
    result = compare(found, known, wishes)
    with catalog.writing() as connection:
        write.set_present(connection, result.back, True)
    for few in write.chunks(result.new):
        with catalog.writing() as connection:
            write.discover(connection, few)
    return result


def has_changed(catalog: Catalog, path: str) -> bool:
    """Tell whether a file is there, but not as it was when the catalog last read it."""
    stamp = select(FILES.c.size, FILES.c.mtime_ns).where(FILES.c.path == os.path.abspath(path))
    with catalog.reading() as connection:
        known = connection.execute(stamp).first()
    try:
        return known is not None and Stamp(*known) != stamp_of(path)
    except OSError:
        return False


def compare(found: Walk, known: Mapping[str, Known], wishes: Wishes) -> Survey:
    """Return what to do about what was found, given what was known."""
    result = Survey(problems=list(found.problems))
    for path, stamp in found.files.items():
        row = known.get(path)
        if row is None:
            result.new.append((path, stamp))
            result.tasks.append(Task(path, stamp))
        elif row.stamp != stamp or not (row.failed or row.model):
            result.tasks.append(Task(path, stamp))
        elif (row.failed and wishes.retry) or _is_old(row, wishes.instead_of):
            result.tasks.append(Task(path, stamp, again=True))
        else:
            result.unchanged += 1
        if row is not None and not row.present and row.stamp == stamp:
            result.back.append(path)
    lost = (path for path, row in known.items() if row.present and path not in found.files)
    result.gone = [path for path in lost if found.saw(path)]
    return result


def _is_old(row: Known, wanted: Origin | None) -> bool:
    """Tell whether a track was analysed by something else, or less of it heard, than is wanted."""
    if wanted is None or row.failed:
        return False
    heard_less = row.profile == "fast" != wanted.profile
    return heard_less or (row.model, row.head) != (wanted.model, wanted.head)


def _known_files(catalog: Catalog, scopes: Iterable[str]) -> dict[str, Known]:
    """Return the files that the catalog knows below some paths."""
    known: dict[str, Known] = {}
    with catalog.reading() as connection:
        for scope in scopes:
            for row in connection.execute(_KNOWN.where(below(FILES.c.path, scope))):
                known[row.path] = Known(*row)
    return known


def _look(scopes: Iterable[str], roots: Roots, known: Mapping[str, Known]) -> Walk:
    """Return what is on the disk; a root that is not there may be a drive that is not mounted."""
    found = Walk()
    for scope in scopes:
        if scope in roots.included and scope not in known and not os.path.lexists(scope):
            found.blind(scope, "not there; its tracks are kept (auricle library remove drops them)")
        else:
            found.look(scope, skip=roots.excluded)
    return found
