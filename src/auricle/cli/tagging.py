"""What ``auricle tag`` does with each file: plan, show, write, tell the catalog."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer

from ..errors import AuricleError
from ..library.scan_survey import has_changed
from ..library.tags import (
    Heard,
    Journal,
    TagChange,
    TagOptions,
    Undone,
    newest_journal,
    plan,
    read_journal,
    undo,
    write,
)
from .lines import complain, emit, json_line, printable
from .running import Tally

if TYPE_CHECKING:
    from ..library import Catalog

State = str
WOULD_WRITE, WRITTEN, SKIPPED, FAILED = "would_write", "written", "skipped", "failed"
UNDONE, LEFT = "undone", "left"
CHANGED = "has changed since the catalog heard it; auricle library scan hears it again"


class Tagger:
    """Tags one file after the other and keeps the journal; a context manager."""

    def __init__(
        self, options: TagOptions, tally: Tally, *, write: bool = False, as_json: bool = False
    ) -> None:
        self._options, self._tally = options, tally
        self._write, self._as_json = write, as_json
        self._journal = Journal()
        self._catalog: Catalog | None = None
        self._counts: Counter[State] = Counter()

    def __enter__(self) -> Self:
        """Begin; the journal is made when the first file is written."""
        self._journal.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the journal."""
        self._journal.__exit__(kind, error, trace)

    def follow(self, catalog: "Catalog") -> None:
        """Tell this catalog of every file that is written, so that no scan hears it again."""
        self._catalog = catalog

    def take(self, path: str, heard: Heard) -> None:
        """Plan one file, show what changes, and write it if that was asked for."""
        change = TagChange(path, {}, {})
        try:
            change = self._plan(path, heard)
            state = SKIPPED if change.reason else self._apply(change)
        except AuricleError as error:
            self._tally.fail(str(error))
            change, state = TagChange(path, {}, {}, str(error)), FAILED
        self._counts[state] += 1
        _show(change, state, heard, as_json=self._as_json)

    def _plan(self, path: str, heard: Heard) -> TagChange:
        """Return what is to be done; nothing with a file that the catalog knows otherwise."""
        if self._catalog is not None and has_changed(self._catalog, path):
            return TagChange(path, {}, {}, CHANGED)
        return plan(path, heard, self._options)

    def _apply(self, change: TagChange) -> State:
        if not self._write:
            return WOULD_WRITE
        warning = write(change, self._journal, keep_mtime=self._options.keep_mtime)
        if warning:
            complain(warning)
        if self._catalog is not None:
            _tell(self._catalog, change.path)
        return WRITTEN

    def finish(self) -> None:
        """Say what was done, and how it is undone."""
        if self._as_json:
            return
        n = self._counts
        skipped = f"{n[SKIPPED]} left as they are"
        if not self._write:
            emit(f"{n[WOULD_WRITE]} files would change, {skipped}. To do it, add --write.\n")
            return
        emit(f"{n[WRITTEN]} files changed, {skipped}.\n")
        if n[WRITTEN]:
            catalog = "--library " if self._catalog is not None else ""
            emit(f"To take it back: auricle tag --undo {catalog}{self._journal.path}\n")


def undo_journal(
    paths: Sequence[str], tally: Tally, catalog: "Catalog | None" = None, *, as_json: bool
) -> None:
    """Take back the last run, or that of the journal that is named.

    A catalog is told of the files that change, so that no scan hears them again.

    Raises:
        typer.BadParameter: several journals were named.
    """
    if len(paths) > 1:
        raise typer.BadParameter("--undo takes back one journal at a time")
    journal = Path(paths[0]) if paths else newest_journal()
    known = set(_known_files(journal, catalog) if catalog else ())
    done = 0
    for undone in undo(journal):
        done += not undone.reason
        if undone.reason:
            tally.fail(f"{undone.entry.path}: {undone.reason}")
        elif catalog is not None and undone.entry.path in known:
            _tell(catalog, undone.entry.path)
        _show_undone(undone, as_json=as_json)
    if not as_json:
        emit(f"{done} files have their former tags again ({journal}).\n")


def _known_files(journal: Path, catalog: "Catalog") -> Iterator[str]:
    """Yield the files of a journal that are as the catalog last read them."""
    for entry in read_journal(journal):
        if not has_changed(catalog, entry.path):
            yield entry.path


def _tell(catalog: "Catalog", path: str) -> None:
    """Give the track its file's new content; what the catalog cannot take, a scan finds."""
    from ..library.file_tags import file_tags
    from ..library.scan_read import Task, read
    from ..library.walk import stamp_of

    whole = os.path.abspath(path)
    content = read(Task(whole, stamp_of(whole))).content
    if content is not None:
        catalog.rename_content(whole, replace(content, tags=file_tags(whole)))


def _show(change: TagChange, state: State, heard: Heard, *, as_json: bool) -> None:
    if as_json:
        row = {
            "path": change.path,
            "state": state,
            "reason": change.reason,
            "label": heard.label,
            "probability": round(heard.probability, 6),
            "before": change.before if change.after else {},
            "after": change.after,
        }
        emit(json_line(row))
    elif state == SKIPPED:
        emit(f"{printable(change.path)}: {printable(change.reason)}\n")
    elif state != FAILED:
        lines = [printable(change.path), *_difference(change)]
        emit("".join(f"{line}\n" for line in lines))


def _difference(change: TagChange) -> list[str]:
    return [
        f"  {field:<12} {_values(change.before[field])} -> {_values(after)}"
        for field, after in change.after.items()
    ]


def _values(values: Sequence[str]) -> str:
    return printable("; ".join(values)) if values else "(none)"


def _show_undone(done: Undone, *, as_json: bool) -> None:
    if as_json:
        row = {
            "path": done.entry.path,
            "state": LEFT if done.reason else UNDONE,
            "reason": done.reason,
            "before": done.entry.after,
            "after": done.entry.before,
        }
        emit(json_line(row))
    elif not done.reason:
        emit(f"{printable(done.entry.path)}\n")
        for field, values in done.entry.before.items():
            emit(f"  {field:<12} {_values(done.entry.after[field])} -> {_values(values)}\n")
