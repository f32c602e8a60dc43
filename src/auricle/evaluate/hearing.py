"""Embeddings of files, remembered from one evaluation to the next."""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..batch import BatchOptions, analyze_many
from ..files import replacing
from ..models import find_bundle
from ..types import Analysis, Failure, FloatArray

Progress = Callable[[Analysis | Failure, int], None]
"""Is told every result as it comes, and how many there will be, to show progress."""


@dataclass(frozen=True, eq=False)
class HeardFile:
    """What is kept of one file.

    Attributes:
        embedding: unit vector, shape (dim,); zero when there is nothing but silence.
        excerpts: unit rows, shape (n_excerpts, dim).
        duration_s: decoded length in seconds.
    """

    embedding: FloatArray
    excerpts: FloatArray
    duration_s: float

    @property
    def silent(self) -> bool:
        """Whether there is nothing to judge."""
        return not self.embedding.any()


@dataclass(frozen=True)
class Hearing:
    """The files of an evaluation.

    Attributes:
        model_id: of the backbone.
        files: by path.
        failures: of the files that could not be read.
    """

    model_id: str
    files: dict[str, HeardFile]
    failures: tuple[Failure, ...]


def hear_files(
    paths: Sequence[str],
    options: BatchOptions,
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Hearing:
    """Embed files; those that ``cache`` holds unchanged are not heard again.

    Args:
        paths: of audio files.
        options: how to run.
        cache: an .npz file to read and to write; a file counts as unchanged while its path, size
            and time of change are the same, and the model and profile too.
        progress: is told each new result.

    Raises:
        ModelError: the model cannot be used.
    """
    model_id = find_bundle(options.model).id
    space = f"{model_id} {options.profile}"
    known = _read(cache, space) if cache else {}
    keys = {path: _key(path) for path in paths}
    missing = [path for path in keys if keys[path] not in known]
    failures = []
    try:
        for result in analyze_many(missing, options):
            if progress:
                progress(result, len(missing))
            if isinstance(result, Failure):
                failures.append(result)
            else:
                known[keys[result.path]] = _kept(result)
    finally:  # what was heard before Ctrl-C need not be heard again
        if cache and missing:
            _write(cache, space, known)
    files = {path: known[key] for path, key in keys.items() if key in known}
    return Hearing(model_id, files, tuple(failures))


def _kept(result: Analysis) -> HeardFile:
    return HeardFile(result.embedding, result.excerpt_embeddings, result.duration_s)


def _key(path: str) -> str:
    """Return what changes when a file does."""
    try:
        status = os.stat(path)
    except OSError:
        return f"{os.path.abspath(path)}|missing"
    return f"{os.path.abspath(path)}|{status.st_size}|{status.st_mtime_ns}"


def _read(cache: Path, space: str) -> dict[str, HeardFile]:
    """Return what an earlier run kept; a damaged or foreign file counts as empty."""
    with (
        suppress(OSError, ValueError, KeyError, BadZipFile),
        np.load(cache, allow_pickle=False) as stored,
    ):
        if str(stored["space"]) != space:
            return {}
        keys, embeddings, durations = (
            stored["key"].tolist(),
            stored["embedding"],
            stored["duration_s"].tolist(),
        )
        excerpts = np.split(stored["excerpt_embedding"], np.cumsum(stored["n_excerpts"])[:-1])
        rows = zip(keys, embeddings, excerpts, durations, strict=True)
        return {key: HeardFile(*values) for key, *values in rows}
    return {}


def _write(cache: Path, space: str, known: dict[str, HeardFile]) -> None:
    if not known:
        return
    files: Iterable[HeardFile] = known.values()
    cache.parent.mkdir(parents=True, exist_ok=True)
    with replacing(cache) as unfinished, open(unfinished, "wb") as target:
        np.savez(
            target,
            space=np.array(space),
            model=np.array(space.split(" ")[0]),
            key=np.array(list(known)),
            path=np.array([key.rsplit("|", 2)[0] for key in known]),
            embedding=np.stack([file.embedding for file in files]),
            duration_s=np.array([file.duration_s for file in files]),
            excerpt_embedding=np.concatenate([file.excerpts for file in files]),
            n_excerpts=np.array([len(file.excerpts) for file in files]),
        )
