"""Change a file so that at every instant either the old or the new one is there, whole."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress

from ...errors import TagError

PREFIX = ".auricle-"
"""Of the copy that is worked on; hidden, so that no scan picks it up."""


def real_file(path: str) -> str:
    """Return the file that a path leads to; symbolic links are followed.

    Raises:
        TagError: there is none, or it may not be written.
    """
    real = os.path.realpath(path)
    try:
        mode = os.stat(real).st_mode
    except OSError as error:
        raise TagError(f"{path}: {error.strerror}") from error
    if not stat.S_ISREG(mode):
        raise TagError(f"{path}: not a file")
    if not mode & 0o222 or not os.access(real, os.W_OK):
        raise TagError(f"{path}: is read-only")
    return real


def n_other_names(path: str) -> int:
    """Return how many hard links a file has besides this one: they will keep the old tags."""
    return os.stat(path).st_nlink - 1


def replace_file(path: str, change: Callable[[str], None], *, keep_mtime: bool) -> None:
    """Let ``change`` work on a copy beside the file, then put the copy in its place.

    Permissions stay, and the owner where the system allows it. The time of change stays when
    asked. On any error the file is as it was, and no copy is left.

    Args:
        path: a real file, not a link.
        change: gets the path of the copy.
        keep_mtime: the new file gets the time of the old one.

    Raises:
        TagError: the file was changed by somebody else meanwhile, or the disk is full.
    """
    before = os.stat(path)
    copy = _empty_copy(path)
    try:
        shutil.copy2(path, copy)
        _give_to(copy, before)
        change(copy)
        if keep_mtime:
            os.utime(copy, ns=(before.st_atime_ns, before.st_mtime_ns))
        else:
            os.utime(copy)
        _sync(copy)
        now = os.stat(path)
        if (now.st_mtime_ns, now.st_size) != (before.st_mtime_ns, before.st_size):
            raise TagError(f"{path}: somebody else changed it meanwhile; it was left alone")
        os.replace(copy, path)
    except OSError as error:
        raise TagError(f"{path}: cannot be replaced ({error.strerror or error})") from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(copy)
    _sync(os.path.dirname(path))


def _empty_copy(path: str) -> str:
    folder, name = os.path.split(path)
    try:
        handle, copy = tempfile.mkstemp(
            prefix=PREFIX, suffix=os.path.splitext(name)[1], dir=folder or "."
        )
    except OSError as error:
        raise TagError(f"{path}: no copy can be made beside it ({error.strerror})") from error
    os.close(handle)
    return copy


def _give_to(copy: str, owner: os.stat_result) -> None:
    """Give the copy the owner and group of the file, where this user may."""
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(copy, owner.st_uid, owner.st_gid)
            os.chmod(copy, stat.S_IMODE(owner.st_mode))  # chown takes set-user-id away


def _sync(path: str) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    if os.path.isdir(path or ".") and os.name == "nt":
        return
    handle = os.open(path or ".", os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
