"""The training windows of a recipe: where each is in which file, and what is known about it."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..audio import probe
from ..errors import AudioError, ManifestError, TrainingError
from ..types import FloatArray
from .recipe_parts import SourceRecipe
from .targets import as_logits

TEACHER_META = {"start_s", "duration_s"}
"""Columns of a teacher file that are not outputs."""

STEPS_SUFFIX = "_steps"
"""Ends the name of an output that a teacher gave at every step in time of a window."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one file, and how often it comes in one epoch.

    ``track`` is what it is a piece, or a changed version, of.
    """

    path: Path
    start_s: float
    duration_s: float
    label: str
    group: str
    track: str
    repeat: int


@dataclass(frozen=True, slots=True)
class WindowSet:
    """Windows of several sources, with what the teachers said.

    Attributes:
        windows: in a fixed order.
        teachers: output name -> array of shape (n_windows, d), float32, probabilities as logits,
            with rows of NaN where that teacher did not hear the window; empty without teachers.
        steps: what teachers heard at every step in time, shape (n_windows, n_steps, d), float16,
            NaN past the end of a short window and where nobody heard it; None if nobody did.
    """

    windows: tuple[Window, ...]
    teachers: dict[str, FloatArray]
    steps: NDArray[np.float16] | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, sorted; unlabelled windows have the label ''."""
        return tuple(sorted({window.label for window in self.windows} - {""}))

    def label_indices(self, labels: tuple[str, ...]) -> NDArray[np.int64]:
        """Return each window's index in ``labels``, -1 where it has none of them."""
        index = {label: number for number, label in enumerate(labels)}
        return np.array([index.get(window.label, -1) for window in self.windows])

    @property
    def hash(self) -> str:
        """Twelve hex digits over all times and files; a replaced file is another one."""
        files = {path: _state_of(path) for path in {window.path for window in self.windows}}
        digest = hashlib.sha256()
        for window in self.windows:
            line = f"{files[window.path]} {window.start_s:.3f} {window.duration_s:.3f}\n"
            digest.update(line.encode())
        return digest.hexdigest()[:12]

    @property
    def identity(self) -> str:
        """Twelve hex digits over all that is learnt from, wherever the files lie."""
        digest = hashlib.sha256()
        for window in self.windows:
            place = f"{window.path.name} {window.start_s:.3f} {window.duration_s:.3f}"
            digest.update(f"{place} {window.label} {window.repeat}\n".encode())
        outputs = {**self.teachers, **({} if self.steps is None else {STEPS_SUFFIX: self.steps})}
        for name, values in sorted(outputs.items()):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(values).data)
        return digest.hexdigest()[:12]


def read_windows(sources: tuple[SourceRecipe, ...], root: Path, window_s: float) -> WindowSet:
    """Collect the windows of all sources; not every teacher need have heard all of them.

    Raises:
        TrainingError: if a file is missing, or some sources have teachers and some have none.
        ManifestError: if a manifest lacks a column.
    """
    parts = [_read_source(source, root, window_s) for source in sources]
    if len({bool(part.teachers) for part in parts}) > 1:
        raise TrainingError("some sources have teachers and some have none: train them apart")
    windows = tuple(window for part in parts for window in part.windows)
    if not windows:
        raise TrainingError("the recipe's sources hold no track: check the split and the manifests")
    shapes = {name: out.shape[1:] for part in parts for name, out in part.teachers.items()}
    outputs = {
        name: np.concatenate([_output(part, name, shape) for part in parts])
        for name, shape in shapes.items()
    }
    steps = [outputs.pop(name) for name in sorted(outputs) if name.endswith(STEPS_SUFFIX)]
    if len({each.shape[1] for each in steps}) > 1:
        raise TrainingError("the teachers' outputs in time have steps of different lengths")
    joined = np.concatenate(steps, axis=2) if steps else None
    teachers = {name: as_logits(name, values) for name, values in outputs.items()}
    return WindowSet(windows, teachers, joined)


def _state_of(path: Path) -> str:
    """Return where a file is, its size and when it was changed; of a missing one, only where."""
    try:
        found = path.stat()
    except OSError:
        return f"{path.absolute()}"
    return f"{path.absolute()} {found.st_size} {found.st_mtime_ns}"


def _output(part: WindowSet, name: str, shape: tuple[int, ...]) -> FloatArray:
    """Return one output of a source's windows, NaN if that teacher did not hear them."""
    if name in part.teachers:
        return part.teachers[name]
    return _as_learnt(name, np.full((len(part.windows), *shape), np.nan, dtype=np.float16))


def _read_source(source: SourceRecipe, root: Path, window_s: float) -> WindowSet:
    """Read one source's manifest and, if it has them, its teachers."""
    rows = list(_manifest_rows(source, root))
    if not source.teachers:
        cuts = tuple(cut for row in rows for cut in _cut(row, source, root, window_s))
        return WindowSet(cuts, {})
    by_key = {row[source.key]: row for row in rows}
    with _open_npz(root / source.teachers) as archive:
        if missing := ({source.key} | TEACHER_META) - set(archive.files):
            raise TrainingError(
                f"{root / source.teachers}: holds no {', '.join(sorted(missing))}; "
                f"it has {', '.join(archive.files)}"
            )
        keys, starts, durations = (archive[name] for name in (source.key, "start_s", "duration_s"))
        chosen = np.array([index for index, key in enumerate(keys) if key in by_key], dtype=int)
        outputs = {
            name: _as_learnt(name, archive[name][chosen])
            for name in archive.files
            if name not in TEACHER_META | {source.key}
        }
    windows = tuple(
        _window(by_key[str(keys[i])], source, root, (float(starts[i]), float(durations[i])))
        for i in chosen
    )
    return WindowSet(windows, outputs)


def _as_learnt(name: str, values: NDArray[Any]) -> NDArray[Any]:
    """Return outputs as float32, those in time, which are many, as float16."""
    return values.astype(np.float16 if name.endswith(STEPS_SUFFIX) else np.float32)


def _open_npz(path: Path) -> Any:  # noqa: ANN401 - numpy's NpzFile is generic in private ways
    """Open teacher outputs without pickle."""
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path}: teacher outputs cannot be read ({error})") from error


def _manifest_rows(source: SourceRecipe, root: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of the wanted split."""
    path = root / source.manifest
    rows = read_manifest(path)
    wanted = {source.key} if source.teachers else set()
    missing = wanted - set(rows[0] if rows else wanted)
    if missing:
        raise ManifestError(f"{path}: has no column {', '.join(sorted(missing))}")
    for row in rows:
        if not source.split or row.get("split", source.split) == source.split:
            yield row


def read_manifest(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV.

    Raises:
        TrainingError: if it cannot be read.
    """
    try:
        with path.open(newline="", encoding="utf-8") as handle:
            return list(csv.DictReader(handle))
    except OSError as error:
        raise TrainingError(f"{path}: manifest cannot be read ({error.strerror})") from error


def _window(
    row: dict[str, str], source: SourceRecipe, root: Path, times: tuple[float, float]
) -> Window:
    """Build one window of a manifest row."""
    path = audio_path(row, root / source.audio_dir)
    track = row.get("origin") or path.stem
    return Window(path, *times, row.get("label", ""), group_of(row), track, source.repeat)


def _cut(
    row: dict[str, str], source: SourceRecipe, root: Path, window_s: float
) -> Iterator[Window]:
    """Cut a track without teachers into whole windows (a short one stays as it is)."""
    duration_s = float(row.get("duration_s") or 0.0) or _length_s(row, source, root) or window_s
    for index in range(max(1, int(duration_s // window_s))):
        length_s = min(window_s, duration_s - index * window_s)
        yield _window(row, source, root, (index * window_s, length_s))


def _length_s(row: dict[str, str], source: SourceRecipe, root: Path) -> float:
    """Return what a file's header says of its length; 0 if that cannot be told."""
    try:
        return probe(audio_path(row, root / source.audio_dir)).duration_s or 0.0
    except AudioError:
        return 0.0  # decoding will say what is wrong


def group_of(row: dict[str, str]) -> str:
    """Return what is kept on one side of a split: the artist, else the package or the track."""
    known = (row.get(name, "") for name in ("artist_id", "package", "clip_id", "path"))
    return next(filter(None, known), "")


def audio_path(row: dict[str, str], folder: Path) -> Path:
    """Find a row's audio by its path, or by the first digits of its checksum."""
    if row.get("path"):
        return folder / row["path"]
    stem = row.get("sha256", "")[:16]
    found = sorted(folder.glob(f"{stem}.*")) if stem else []
    if not found:
        raise TrainingError(f"{folder}: no audio named {stem or 'by path or sha256'}.*")
    return found[0]
