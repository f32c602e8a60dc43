"""Bring a catalog up to date with the disk; start reading at ``scan``.

It may be ended at any instant: what was analysed is in the catalog, each file whole or not at all,
and the next scan goes on with the rest. Files heard in quick succession are written together.
"""

import hashlib
import os
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from sqlalchemy import select

from ..batch import BatchOptions
from ..errors import BundleNotFound
from ..models import find_bundle
from ..types import Analysis, Failure
from . import catalog_write as write
from .catalog import Catalog
from .catalog_bulk import Heard, store_many
from .catalog_rows import Content, Origin, Stamp
from .cpu import Pause
from .heirs import sweep
from .scan_hear import Told, hear_many
from .scan_read import Read, ReadAhead, Task
from .scan_report import Outcome, ScanOptions, ScanProgress, ScanReport, Step
from .scan_survey import Wishes, survey
from .schema import FILES
from .walk import stamp_of

TOGETHER = 16
TOGETHER_S = 0.25
"""Files that are written in one transaction: at most so many, heard in at most so many seconds."""

LONGEST_S = 3600.0
"""Time after which a file is given up when nothing else is asked for: nothing may stop a scan."""


def scan(
    catalog: Catalog, options: ScanOptions | None = None, progress: ScanProgress | None = None
) -> ScanReport:
    """Bring a catalog up to date with the disk.

    Raises:
        CatalogBusy: another scan of this catalog is running.
        UnknownTrack: a scope is in no root.
        ModelError: there is something to analyse, and the model cannot be used.
    """
    options = options or ScanOptions()
    start_s = time.monotonic()
    outcomes: dict[Outcome, int] = {"analysed": 0, "failed": 0, "recognised": 0, "changing": 0}
    with catalog.exclusive():
        wanted = origin_of(options.batch) if options.reanalyze else None
        found = survey(catalog, options.scopes, Wishes(options.retry, wanted))
        if progress:
            progress.plan(found)
        if found.tasks:
            with closing(_Worklist(catalog, options).run(found.tasks)) as steps:
                for step in steps:
                    outcomes[step.outcome] += 1
                    if progress:
                        progress.step(step)
        gone = _note_gone(catalog, found.gone)
        back, problems = len(found.back), tuple(found.problems)
    seconds = time.monotonic() - start_s
    return ScanReport(outcomes, found.unchanged, back, gone, problems, seconds)


def origin_of(batch: BatchOptions) -> Origin:
    """Return what a batch would analyse with.

    Raises:
        BundleNotFound: there is no such model or head.
    """
    bundle = find_bundle(batch.model)
    digest = hashlib.sha256()
    for name in bundle.head_names:
        digest.update(f"{name} {bundle.files[f'heads/{name}.head']}\n".encode())
    if batch.head is not None:
        try:
            with open(batch.head, "rb") as file:
                digest.update(file.read())
        except OSError as error:
            raise BundleNotFound(f"{batch.head}: {error.strerror}") from error
    return Origin(bundle.id, digest.hexdigest()[:12], batch.profile)


class _Worklist:
    """The files that one scan looks into, on their way from the disk to the catalog."""

    def __init__(self, catalog: Catalog, options: ScanOptions) -> None:
        self._catalog, self._origin = catalog, origin_of(options.batch)
        self._batch = _supervised(options)
        self._pause = Pause(options.cores, options.batch.jobs)
        self._under_way: deque[tuple[str, Content]] = deque()
        self._same: dict[str, list[Read]] = {}
        self._held: set[str] = set()
        self._heard: list[tuple[str, Content, Analysis | Failure]] = []
        self._written_s = 0.0
        self._done: deque[Step] = deque()

    def run(self, tasks: Sequence[Task]) -> Generator[Step, None, None]:
        """Yield a step for every file, once the catalog has it."""
        try:
            with (
                ReadAhead(tasks) as reads,
                closing(hear_many(self._sources(reads), self._batch)) as results,
            ):
                for result in results:
                    self._keep(result)
                    yield from self._take_done()
        finally:  # also when interrupted
            self._write()
        yield from self._take_done()

    def _sources(self, reads: ReadAhead) -> Iterator[str]:
        """Yield the files that must be analysed; the others are dealt with here."""
        for ready in reads:
            hashes = [read.content.content_hash for read in ready if read.content]
            self._held = self._catalog.held(hashes)
            yield from filter(None, map(self._source, ready))

    def _source(self, read: Read) -> str | None:
        """Return the path of a file that must be analysed."""
        path, content = read.task.path, read.content
        if content is None:
            self._done.append(self._unread(read))
        elif content.content_hash in self._same:
            self._same[content.content_hash].append(read)
        elif not self._recognise(read):
            self._pause.rest()
            self._same[content.content_hash] = []
            self._under_way.append((path, content))
            return path
        return None

    def _unread(self, read: Read) -> Step:
        """Return what becomes of a file that could not be read; what was heard of it is kept."""
        path, error = read.task.path, read.error or ""
        if not os.path.lexists(path):  # with a drive, perhaps; the next survey tells
            return Step(path, "changing")
        if not read.task.again:
            self._catalog.mark_failed(path, read.task.stamp, error)
        return Step(path, "failed", error)

    def _recognise(self, read: Read) -> bool:
        """Give a file to the track that has its content, if it needs no analysis."""
        content = read.content
        if content is None or content.content_hash not in self._held:
            return False
        with self._catalog.writing() as connection:
            again = self._origin if read.task.again else None
            track_id = write.recognise(connection, read.task.path, content, again)
            if track_id is None:
                return False
            mine = select(FILES.c.path).where(FILES.c.track_id == track_id)
            others = connection.execute(mine.where(FILES.c.path != read.task.path)).scalars()
            write.drop_files(connection, [path for path in others if not os.path.lexists(path)])
        self._done.append(Step(read.task.path, "recognised"))
        return True

    def _keep(self, told: Told) -> None:
        """Take what was heard in the oldest file under way, and write it soon."""
        path, content = self._under_way.popleft()
        result, tags = told
        self._heard.append((path, replace(content, tags=tags), result))
        late = time.monotonic() - self._written_s > TOGETHER_S
        if late or len(self._heard) >= TOGETHER:
            self._write()

    def _write(self) -> None:
        """Write down what was heard, in one transaction, and deal with copies of it."""
        heard, self._heard = self._heard, []
        steps = [self._step(*each) for each in heard]
        with self._catalog.writing() as connection:
            store_many(connection, _analysed(heard, steps), self._origin)
            for (path, content, _), step in zip(heard, steps, strict=True):
                if step.error is not None:
                    write.fail(connection, path, content, step.error)
        self._written_s = time.monotonic()
        for (_, content, _), step in zip(heard, steps, strict=True):
            self._done.append(step)
            self._held.add(content.content_hash)
            for copy in self._same.pop(content.content_hash):
                if not self._recognise(replace(copy, task=replace(copy.task, again=False))):
                    self._done.append(Step(copy.task.path, "changing"))

    @staticmethod
    def _step(path: str, content: Content, result: Analysis | Failure) -> Step:
        """Return what has become of a file that was heard."""
        if _stamp_or_none(path) != content.stamp:
            return Step(path, "changing")
        if isinstance(result, Failure):
            return Step(path, "failed", f"{result.type}: {result.message}")
        return Step(path, "analysed")

    def _take_done(self) -> Iterator[Step]:
        while self._done:
            yield self._done.popleft()


def _analysed(
    heard: Sequence[tuple[str, Content, Analysis | Failure]], steps: Sequence[Step]
) -> Iterator[Heard]:
    """Yield what is to be stored."""
    for (path, content, result), step in zip(heard, steps, strict=True):
        if step.outcome == "analysed" and isinstance(result, Analysis):
            yield Heard(path, content, result)


def _supervised(options: ScanOptions) -> BatchOptions:
    """Return options that never analyse in this process, which must survive every file."""
    batch, traced = options.batch, options.traces or options.batch.profile == "full"
    return replace(batch, timeout_s=batch.timeout_s or LONGEST_S, fingerprint=traced)


def _stamp_or_none(path: str) -> Stamp | None:
    try:
        return stamp_of(path)
    except OSError:
        return None


def _note_gone(catalog: Catalog, paths: Sequence[str]) -> int:
    """Write down which files are missing, but not those that were found elsewhere."""
    gone = [path for path in paths if not os.path.lexists(path)]
    with catalog.writing() as connection:
        known = write.still_known(connection, gone)
        write.set_present(connection, known, False)
        sweep(connection)
    return len(known)
