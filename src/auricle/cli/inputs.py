"""What the user names: files, folders, lists of files and standard input."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import typer

from ..errors import AudioError, CatalogError
from ..types import Analysis, Failure

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Request:
    """The inputs as they were given.

    Attributes:
        paths: files, folders, or ``-`` for the sound on standard input.
        files_from: a file with one path per line, or ``-``.
        null: paths in that file end with a NUL character instead of a line break.
    """

    paths: Sequence[str]
    files_from: str | None = None
    null: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files to analyse, in order.

    Attributes:
        sources: one path per file; a file given twice is here twice.
        problems: what was given but holds no file, in words.
        spool: where the sound from standard input is, if it was asked for.
    """

    sources: tuple[str, ...]
    problems: tuple[str, ...] = ()
    spool: str | None = None

    def shown(self, result: Analysis | Failure) -> Analysis | Failure:
        """Return a result that calls standard input ``-``, not by the place of its copy."""
        if self.spool is None or result.path != self.spool:
            return result
        if isinstance(result, Failure):
            message = result.message.replace(self.spool, "standard input")
            return replace(result, path=STDIN, message=message)
        return replace(result, path=STDIN)


@contextmanager
def gather(request: Request) -> Iterator[Inputs]:
    """Yield the files that a request names.

    Folders are searched in sorted order for the suffixes of audio files, without hidden entries.
    Standard input is copied to a temporary file: a decoder seeks in it, and worker processes
    read it too.

    Raises:
        typer.BadParameter: nothing was named, or the list cannot be read.
    """
    given = [*request.paths, *_listed(request)]
    if not given and request.files_from is not None:
        raise typer.BadParameter(f"--files-from {request.files_from}: the list is empty")
    if not given:
        raise typer.BadParameter("name files or folders, - for standard input, or --files-from")
    with spooled(STDIN in given) as spool:
        sources: list[str] = []
        problems: list[str] = []
        for path in given:
            if path == STDIN and spool:
                sources.append(spool)
            elif os.path.isdir(path):
                sources += _scan(path, problems)
            else:
                sources.append(path)
        yield Inputs(tuple(sources), tuple(problems), spool)


def _listed(request: Request) -> list[str]:
    """Return the paths of ``--files-from``; bytes that are no text survive."""
    if request.files_from is None:
        if request.null:
            raise typer.BadParameter("--null tells how --files-from is written; give both")
        return []
    if request.files_from == STDIN and STDIN in request.paths:
        raise typer.BadParameter("standard input cannot be both the list and the sound")
    data = _read_list(request.files_from)
    names = data.split(b"\0") if request.null else data.removeprefix(b"\xef\xbb\xbf").splitlines()
    paths = [os.fsdecode(name) for name in names if name]
    if STDIN in paths and request.files_from == STDIN:
        raise typer.BadParameter("standard input cannot be both the list and the sound")
    return paths


def _read_list(path: str) -> bytes:
    try:
        if path == STDIN:
            return sys.stdin.buffer.read()
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise typer.BadParameter(f"--files-from {path}: {error.strerror}") from error


def _scan(folder: str, problems: list[str]) -> list[str]:
    """Return the audio files below a folder; tell about what cannot be searched, or is empty."""
    from ..audio import find_audio

    def tell(error: OSError) -> None:
        problems.append(f"{error.filename}: {error.strerror}")

    known_problems = len(problems)
    found = list(find_audio(folder, tell))
    if not found and len(problems) == known_problems:
        problems.append(f"{folder}: no audio files in this folder")
    return found


@contextmanager
def spooled(wanted: bool) -> Iterator[str | None]:
    """Copy standard input to a temporary file and yield its path; errors do not tell the path."""
    if not wanted:
        yield None
        return
    handle, path = tempfile.mkstemp(prefix="auricle-stdin-")
    try:
        with open(handle, "wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
        yield path
    except (AudioError, CatalogError) as error:
        raise type(error)(str(error).replace(path, "standard input")) from error
    finally:
        with suppress(OSError):
            os.unlink(path)
