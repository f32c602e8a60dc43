"""Embeddings stored in .npz files, ours or a peer's, joined to the tracks of a manifest."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..errors import ManifestError
from .arrays import AnyFloats, DoubleArray
from .manifest import Track

KEYS = ("clip_id", "path", "sha256")
"""Arrays that may say which track a row belongs to, in order of preference."""


@dataclass(frozen=True)
class Vectors:
    """One embedding per name.

    Attributes:
        key: which of ``KEYS`` the names are.
        names: shape (n,).
        embeddings: shape (n, dim).
        model: what made them; empty when the file does not say.
    """

    key: str
    names: tuple[str, ...]
    embeddings: AnyFloats
    model: str = ""

    def find(self, tracks: Sequence[Track]) -> dict[str, int]:
        """Return the row of each track that has one, by clip_id.

        Paths match as written in the manifest or as full paths; what is left then on both sides
        matches by file names of which each side has one only.
        """
        rows = {name: i for i, name in enumerate(self.names)}
        if self.key != "path":
            named = {track.clip_id: getattr(track, self.key) for track in tracks}
            return {clip_id: rows[name] for clip_id, name in named.items() if name and name in rows}
        rows |= {os.path.abspath(name): i for i, name in enumerate(self.names)}
        written = {t.clip_id: (t.written_path, os.path.abspath(t.path)) for t in tracks}
        found = {
            clip_id: rows[name]
            for clip_id, names in written.items()
            for name in reversed(names)  # as written counts most
            if name in rows
        }
        return found | self._find_by_file_name(written, found)

    def _find_by_file_name(
        self, written: Mapping[str, tuple[str, str]], found: Mapping[str, int]
    ) -> dict[str, int]:
        """Return the rows of tracks that were not found, by file names that are unique."""
        named = {
            clip_id: os.path.basename(names[0] or names[1]) for clip_id, names in written.items()
        }
        rows = {os.path.basename(name): i for i, name in enumerate(self.names)}
        tracks_of, rows_of = Counter(named.values()), Counter(map(os.path.basename, self.names))
        taken = set(found.values())
        return {
            clip_id: rows[name]
            for clip_id, name in named.items()
            if clip_id not in found
            and tracks_of[name] == rows_of[name] == 1
            and rows[name] not in taken
        }


def read_vectors(path: str | os.PathLike[str], arrays: Sequence[str] = ("embedding",)) -> Vectors:
    """Read embeddings; rows with the same name (windows of a track) are averaged.

    Args:
        path: an .npz with ``clip_id``, ``path`` or ``sha256`` of shape (n,), the named arrays
            of shape (n, dim), and perhaps ``model``. As written by ``auricle embed``.
        arrays: which arrays to take; several are joined side by side.

    Raises:
        ManifestError: naming the file and what it lacks.
    """
    file = Path(path)
    try:
        stored = np.load(file, allow_pickle=False)
        if isinstance(stored, np.ndarray):
            raise ManifestError(f"{file}: holds one array without names; an .npz is needed")
        with stored:
            content = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, BadZipFile) as error:
        raise ManifestError(f"{file}: is not a readable .npz file: {error}") from error
    key = next((name for name in KEYS if name in content), None)
    if key is None:
        raise ManifestError(f"{file}: has none of the arrays {', '.join(KEYS)}")
    joined = np.concatenate([_matrix(content, name, file) for name in arrays], axis=1)
    names = content[key].astype(str)
    if names.shape != (len(joined),):
        raise ManifestError(f"{file}: {names.size} names in '{key}' for {len(joined)} rows")
    if not np.all(np.isfinite(joined)):
        raise ManifestError(f"{file}: embeddings are not all finite")
    unique, means = mean_by_name(names.tolist(), joined)
    return Vectors(key, unique, means, str(content.get("model", "")))


def mean_by_name(
    names: Sequence[str], embeddings: AnyFloats
) -> tuple[tuple[str, ...], DoubleArray]:
    """Average the rows of the same name; names come back sorted."""
    unique, member, counts = np.unique(
        np.asarray(names, dtype=str), return_inverse=True, return_counts=True
    )
    total = np.zeros((len(unique), embeddings.shape[1]))
    np.add.at(total, member, embeddings.astype(np.float64))
    return tuple(map(str, unique)), np.asarray(total / counts[:, None])


def _matrix(content: Mapping[str, AnyFloats], name: str, file: Path) -> AnyFloats:
    if name not in content:
        has = ", ".join(sorted(content))
        raise ManifestError(f"{file}: has no array '{name}' (it has {has})")
    matrix = content[name]
    if matrix.ndim != 2 or not np.issubdtype(matrix.dtype, np.floating):
        raise ManifestError(f"{file}: '{name}' must be floats of shape (n, dim)")
    return matrix.astype(np.float64)
