"""Check what the caller gave, before any codec sees it, and open it as a seekable binary file."""

import io
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from ..errors import EmptyAudio, UnreadableFile

Source = str | os.PathLike[str] | bytes | BinaryIO
"""A path, the bytes of a whole file, or a binary file object (a pipe will do)."""

SPOOL_BYTES = 1 << 24
"""A pipe's bytes up to this many are kept in memory, more go to a temporary file."""

_HEAD_BYTES = 64


@dataclass(frozen=True, slots=True)
class OpenSource:
    """A checked, seekable source.

    Attributes:
        name: how messages call it.
        file: seekable binary file.
        size: in bytes.
        head: the first bytes, by which the format is told.
        is_ours: opened here, and closed here.
    """

    name: str
    file: BinaryIO
    size: int
    head: bytes
    is_ours: bool

    @property
    def has_descriptor(self) -> bool:
        """Whether this is an unbuffered file, which codecs may read by its descriptor."""
        return isinstance(self.file, io.FileIO)

    def close(self) -> None:
        """Close the file, unless it is the caller's."""
        if self.is_ours:
            self.file.close()


def open_source(source: Source) -> OpenSource:
    """Open a path, bytes or file object for reading.

    A path is looked at before it is opened, so that a pipe or device never blocks.
    A file object is read from its beginning, and left open.

    Raises:
        UnreadableFile: missing, a directory, a pipe or device, not permitted.
        EmptyAudio: no bytes.
        TypeError: neither a path nor bytes nor a binary file object.
    """
    if isinstance(source, str | os.PathLike):
        return _finish(display_name(source), _open_path(source), is_ours=True)
    if isinstance(source, bytes | bytearray | memoryview):
        return _finish("<bytes>", io.BytesIO(source), is_ours=True)
    if hasattr(source, "read") and not hasattr(source, "encoding"):  # text files have one
        return _open_file_object(source)
    raise TypeError(f"expected a path, bytes or a binary file, not {type(source).__name__}")


def display_name(source: Source) -> str:
    """Return a name for messages; one with newlines or undecodable bytes is escaped."""
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        return name if name.isprintable() and name else ascii(name)
    return "<bytes>" if isinstance(source, bytes) else "<file>"


def _open_path(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a regular file without a buffer: the codecs read in blocks of their own."""
    name = display_name(path)
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            raise UnreadableFile(f"{name}: is {_kind_of(mode)}, not a file")
        return open(path, "rb", buffering=0)
    except FileNotFoundError:
        reason = "is a broken link" if Path(path).is_symlink() else "no such file"
        raise UnreadableFile(f"{name}: {reason}") from None
    except PermissionError:
        raise UnreadableFile(f"{name}: no permission to read it") from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise UnreadableFile(f"{name}: cannot be opened ({error})") from error


def _kind_of(mode: int) -> str:
    """Say what a path leads to when it is not a regular file."""
    if stat.S_ISDIR(mode):
        return "a directory"
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _open_file_object(file: BinaryIO) -> OpenSource:
    """Take the caller's file as it is when it can seek, else a copy, which ``close`` closes."""
    if _can_seek(file):
        return _finish("<file>", file, is_ours=False)
    copy = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115
    shutil.copyfileobj(file, copy)
    return _finish("<file>", cast(BinaryIO, copy), is_ours=True)


def _can_seek(file: BinaryIO) -> bool:
    """Tell whether a file object can seek; one without ``seekable`` is taken to be a pipe."""
    return bool(file.seekable()) if hasattr(file, "seekable") else False


def _finish(name: str, file: BinaryIO, *, is_ours: bool) -> OpenSource:
    """Measure the file and read its head.

    Raises:
        EmptyAudio: no bytes.
        UnreadableFile: reading failed.
    """
    try:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise UnreadableFile(f"{name}: cannot be read ({error})") from error
    opened = OpenSource(name, file, size, head, is_ours)
    if not head:
        opened.close()
        raise EmptyAudio(f"{name}: is empty (0 bytes)")
    return opened
