"""Keep a catalog up to date while files change: each burst of changes is one small scan."""

import os
import time
from collections.abc import Generator, Iterable
from contextlib import closing, suppress
from dataclasses import replace
from threading import Event

from ..audio import is_audio
from ..errors import CatalogBusy, UnknownTrack
from .catalog import Catalog
from .roots import Roots, read_roots
from .scan import scan
from .scan_report import ScanOptions, ScanProgress, ScanReport
from .walk import is_within

SETTLE_MS = 500
"""A burst of changes is over when nothing happens for this long."""

LONGEST_MS = 2000
"""A burst that does not end is looked at after this long all the same."""

ROOTS_EVERY_S = 3.0
"""How often it is asked whether roots were added or removed."""

MANY = 500
"""Changed paths from which on everything is looked at: a stat is cheaper than a query."""

_OWN_FILES = ("", "-wal", "-shm", "-journal", ".lock", ".lock-journal")
"""Endings of the files that a catalog in a watched folder changes itself."""

_LOOK_MS = 250
_RETRY_S = 0.5


def watch(
    catalog: Catalog,
    options: ScanOptions | None = None,
    progress: ScanProgress | None = None,
    stop: Event | None = None,
) -> Generator[ScanReport, None, None]:
    """Scan all roots, then whatever changes, and yield a report after each scan.

    A file that is still being written is left alone until it is done. Roots that are added, removed
    or mounted meanwhile are noticed, and then all is scanned again.

    Args:
        catalog: the collection.
        options: as of ``scan``, but always for all roots.
        progress: hears how each scan goes on.
        stop: ends the watch when it is set.

    Raises:
        UnknownTrack: there are no roots that could be watched.
    """
    options = options or ScanOptions()
    stop = stop or Event()
    if not _places(read_roots(catalog)):
        raise UnknownTrack(f"{catalog.name}: nothing to watch; auricle library add FOLDER first")
    while not stop.is_set():
        roots = read_roots(catalog)
        with closing(_changes(catalog, roots, stop)) as bursts:
            for changed in bursts:
                scopes = scopes_of(changed, roots)
                if scopes is not None:
                    yield _patiently(catalog, replace(options, scopes=scopes), progress, stop)
                options = replace(options, retry=False, reanalyze=False)


def scopes_of(changed: Iterable[str], roots: Roots) -> list[str] | None:
    """Return what to scan after some changes; empty for everything, None for nothing.

    Args:
        changed: paths that changed; none at all at the start, when everything must be scanned.
        roots: what belongs to the collection.
    """
    paths = sorted(changed, key=lambda path: path.split(os.sep))  # a folder, then what is in it
    mine = [path for path in paths if roots.covers(path)]
    strange = any(not roots.covers(path) and not _is_excluded(path, roots) for path in paths)
    if not paths or strange or len(mine) > MANY:  # strange: the system calls a root otherwise
        return []
    outermost: list[str] = []
    for path in mine:
        if not outermost or not is_within(path, outermost[-1]):
            outermost.append(path)
    return outermost or None


def is_interesting(path: str, roots: Roots) -> bool:
    """Tell whether a change of a path may matter: audio, or a folder, and nothing hidden."""
    root = max((root for root in roots.included if is_within(path, root)), key=len, default=os.sep)
    if any(part.startswith(".") for part in os.path.relpath(path, root).split(os.sep) if part[1:]):
        return False
    return is_audio(path) or path in roots.included or not os.path.isfile(path)


def _changes(catalog: Catalog, roots: Roots, stop: Event) -> Generator[set[str], None, None]:
    """Yield nothing at once, when the watch is on, then the paths of each burst of changes.

    Ends when the roots have changed, or one of them was taken away, made anew, or has come.
    """
    from watchfiles import Change  # deferred: only a watch needs it
    from watchfiles import watch as bursts

    there = _places(roots)
    if not there:
        stop.wait(ROOTS_EVERY_S)
        return
    own = {f"{catalog.name}{ending}" for ending in _OWN_FILES}
    asked_s, first = time.monotonic(), True
    with closing(
        bursts(
            *there,
            watch_filter=lambda _, path: is_interesting(path, roots),
            debounce=LONGEST_MS,
            step=SETTLE_MS,
            rust_timeout=_LOOK_MS,
            stop_event=stop,
            yield_on_timeout=True,
        )
    ) as found:
        for burst in found:
            if any(change == Change.deleted and path in there for change, path in burst):
                return  # made anew, it may have the place on the disk that it had
            changed = {path for _, path in burst if path not in own}
            if changed or first:
                yield set() if first else changed
            first = False
            if time.monotonic() - asked_s > ROOTS_EVERY_S:
                asked_s = time.monotonic()
                if read_roots(catalog) != roots or _places(roots) != there:
                    return


def _places(roots: Roots) -> dict[str, tuple[int, int]]:
    """Return which roots are there, and where on the disk: one that was made anew is elsewhere."""
    found = {}
    for path in roots.included:
        with suppress(OSError):
            status = os.stat(path)
            found[path] = status.st_dev, status.st_ino
    return found


def _patiently(
    catalog: Catalog, options: ScanOptions, progress: ScanProgress | None, stop: Event
) -> ScanReport:
    """Scan; wait while another process does."""
    while True:
        try:
            return scan(catalog, options, progress)
        except CatalogBusy:
            if stop.wait(_RETRY_S):
                raise


def _is_excluded(path: str, roots: Roots) -> bool:
    return any(is_within(path, hole) for hole in roots.excluded)
