"""Do what was planned, and take it back."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...errors import AuricleError
from .containers import Fields, open_tags, save_tags
from .journal import DONE, Entry, Journal, read_journal
from .plan import TagChange
from .replace import n_other_names, real_file, replace_file


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of one entry of a journal; ``reason`` says why it stays as it is."""

    entry: Entry
    reason: str = ""


def write(change: TagChange, journal: Journal, *, keep_mtime: bool = False) -> str:
    """Write the tags of one file.

    Args:
        change: from ``plan``; one with a reason is not to be written.
        journal: where it is noted first.
        keep_mtime: the file keeps its time of change.

    Returns:
        A warning in words, or "".

    Raises:
        TagError: the file stays as it was.
        ValueError: there is nothing to do.
    """
    if change.reason:
        raise ValueError(f"{change.path}: nothing to write, {change.reason}")
    real = real_file(change.path)
    others = n_other_names(real)
    journal.add(Entry(real, change.before, change.after, keep_mtime))
    replace_file(real, partial(_put, change.after), keep_mtime=keep_mtime)
    if others:
        return f"{change.path}: has {others} other hard link(s), which keep the old tags"
    return ""


def undo(path: Path) -> Iterator[Undone]:
    """Put back what a journal tells, file by file; then rename the journal.

    A file whose tags were changed again since is left alone. A journal of which something could
    not be taken back keeps its name.

    Yields:
        One result per entry, the last change first.

    Raises:
        TagError: not a journal.
    """
    clean = True
    for entry in list(read_journal(path)):
        reason = _take_back(entry)
        clean = clean and not reason
        yield Undone(entry, reason)
    if clean:
        os.replace(path, f"{path}{DONE}")


def _take_back(entry: Entry) -> str:
    """Restore one file and return "", or why not."""
    try:
        now = open_tags(entry.path).read()
        if all(now[field] == values for field, values in entry.before.items()):
            return ""
        if any(now[field] != values for field, values in entry.after.items()):
            return "its tags were changed since; it is left as it is"
        replace_file(
            real_file(entry.path), partial(_put, entry.before), keep_mtime=entry.keep_mtime
        )
    except AuricleError as error:
        return str(error)
    return ""


def _put(fields: Fields, path: str) -> None:
    tags = open_tags(path)
    tags.write(fields)
    save_tags(tags, path)
