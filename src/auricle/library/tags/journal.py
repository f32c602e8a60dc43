"""What was written into which file, so that it can be taken back."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ...errors import TagError
from ...models import home
from .containers import FIELDS, Values

DONE = ".undone"
"""What is added to the name of a journal that was taken back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file whose tags were changed; ``before`` and ``after`` hold only what changed."""

    path: str
    before: dict[str, Values]
    after: dict[str, Values]
    keep_mtime: bool = False

    def to_line(self) -> str:
        """Return the JSON form, with a line break."""
        row = {
            "path": self.path,
            "before": self.before,
            "after": self.after,
            "keep_mtime": self.keep_mtime,
        }
        return json.dumps(row) + "\n"


class Journal:
    """A journal being written: every entry is on the disk before its file is changed.

    Attributes:
        path: of the journal; the file is made with its first entry.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Prepare a journal in a folder, that of the user's journals by default."""
        folder = folder or journals_folder()
        name = datetime.now(UTC).strftime("tags-%Y%m%d-%H%M%S")
        self.path = folder / f"{name}-{os.getpid()}.jsonl"
        self._handle = -1

    def add(self, entry: Entry) -> None:
        """Write an entry down, now.

        Raises:
            TagError: the journal cannot be written.
        """
        try:
            if self._handle < 0:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.write(self._handle, entry.to_line().encode())
            os.fsync(self._handle)
        except OSError as error:
            raise TagError(f"{self.path}: cannot be written ({error.strerror})") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def journals_folder() -> Path:
    """Return the folder of the user's journals; it need not exist."""
    return home() / "journals"


def newest_journal() -> Path:
    """Return the last journal that was not taken back.

    Raises:
        TagError: there is none.
    """
    found = sorted(journals_folder().glob("tags-*.jsonl"), key=lambda path: path.stat().st_mtime_ns)
    if not found:
        raise TagError(f"{journals_folder()}: no journal, so there is nothing to undo")
    return found[-1]


def read_journal(path: Path) -> Iterator[Entry]:
    """Yield the entries of a journal, the last first.

    A last line that a crash cut off was never acted on, and is left out.

    Raises:
        TagError: it cannot be read, or is no journal.
    """
    try:
        lines = path.read_text("utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise TagError(f"{path}: not a journal that can be read ({error})") from error
    for line in reversed(lines):
        if line.endswith("\n"):
            yield _entry(path, line)


def _entry(path: Path, line: str) -> Entry:
    try:
        row = json.loads(line)
        return Entry(
            str(row["path"]), _values(row["before"]), _values(row["after"]), bool(row["keep_mtime"])
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TagError(f"{path}: not a journal of auricle ({line[:40]!r})") from error


def _values(fields: dict[str, Any]) -> dict[str, Values]:
    if not set(fields) <= set(FIELDS):
        raise ValueError("unknown field")
    return {field: tuple(map(str, values)) for field, values in fields.items()}
