"""Which audio files are on the disk, and what tells that one has changed: one stat each."""

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from ..audio import is_audio
from .catalog_rows import Stamp


@dataclass(slots=True)
class Walk:
    """What was found below some paths.

    Attributes:
        files: stamp by absolute path.
        unseen: folders that could not be searched; nothing is known of what is in them.
        problems: why, one line each.
    """

    files: dict[str, Stamp] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def look(self, path: str, *, skip: Collection[str] = ()) -> None:
        """Add a file, or the audio files below a folder, without hidden ones.

        Args:
            path: absolute; nothing happens if it is not there.
            skip: paths to pass over, with all that is in them.
        """
        if os.path.isfile(path):
            self._look_at([path])
        elif os.path.isdir(path):
            for folder in self._folders(path, skip):
                self._look_at(folder)

    def saw(self, path: str) -> bool:
        """Tell whether a path would have been found if it were there."""
        return not any(is_within(path, folder) for folder in self.unseen)

    def blind(self, folder: str, reason: str) -> None:
        """Write down that a folder could not be searched."""
        self.unseen.append(folder)
        self.problems.append(f"{folder}: {reason}")

    def _look_at(self, paths: Iterable[str]) -> None:
        for path in paths:
            try:
                self.files[path] = stamp_of(path)
            except OSError:  # gone in between, or a link to nowhere
                continue

    def _folders(self, top: str, skip: Collection[str]) -> Iterator[list[str]]:
        """Yield the audio files of each folder from ``top`` downwards."""
        waiting = [top]
        while waiting:
            here = waiting.pop()
            try:
                with os.scandir(here) as entries:
                    found = [entry for entry in entries if _wanted(entry, skip)]
            except OSError as error:
                self.blind(here, error.strerror or type(error).__name__)
                continue
            found.sort(key=lambda entry: entry.name)
            waiting += [entry.path for entry in reversed(found) if _is_folder(entry)]
            yield [entry.path for entry in found if is_audio(entry.name) and _is_file(entry)]


def stamp_of(path: str) -> Stamp:
    """Return size and time of change of a file.

    Raises:
        OSError: it cannot be asked.
    """
    status = os.stat(path)
    return Stamp(status.st_size, status.st_mtime_ns)


def is_within(path: str, folder: str) -> bool:
    """Tell whether a path is ``folder`` or lies below it; both absolute."""
    return path == folder or path.startswith(os.path.join(folder, ""))


def _wanted(entry: os.DirEntry[str], skip: Collection[str]) -> bool:
    return not entry.name.startswith(".") and entry.path not in skip


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a file, or a link to one; a link in a circle is neither."""
    try:
        return entry.is_file()
    except OSError:
        return False
