"""The files that ``auricle embed`` writes: .npz, or .parquet with its extra."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import numpy as np

from ..errors import MissingExtra
from ..files import replacing
from ..text import encodable
from ..types import Analysis, FloatArray
from .outputs import check_output


@dataclass(slots=True)
class Vectors:
    """Embeddings in input order.

    Attributes:
        paths: of the files.
        rows: unit vectors, each of shape (dim,).
        model: ``"name@hash12"``.
    """

    paths: list[str] = field(default_factory=list)
    rows: list[FloatArray] = field(default_factory=list)
    model: str = ""

    def add(self, analysis: Analysis) -> None:
        """Append the vector of a track."""
        self.paths.append(analysis.path)
        self.rows.append(analysis.embedding)
        self.model = analysis.model


def check_target(path: Path) -> None:
    """Refuse a target that cannot be written, before hours of work.

    Raises:
        typer.BadParameter: for another suffix, or a folder that is not there.
        MissingExtra: Parquet needs pyarrow.
    """
    check_output(path, *WRITERS)
    if path.suffix.lower() == ".parquet" and find_spec("pyarrow") is None:
        raise MissingExtra("writing Parquet", "parquet")


def save(path: Path, vectors: Vectors) -> None:
    """Write vectors; the file appears whole or not at all, an old one is replaced.

    Raises:
        OSError: it cannot be written.
    """
    with replacing(path) as unfinished, open(unfinished, "wb") as file:
        WRITERS[path.suffix.lower()](file, vectors)


def _write_npz(file: IO[bytes], vectors: Vectors) -> None:
    np.savez(
        file,
        path=np.array(vectors.paths),
        embedding=np.stack(vectors.rows).astype(np.float32, copy=False),
        model=np.array(vectors.model),
    )


def _write_parquet(file: IO[bytes], vectors: Vectors) -> None:
    import pyarrow
    import pyarrow.parquet

    flat = pyarrow.array(np.concatenate(vectors.rows).astype(np.float32, copy=False))
    paths = [encodable(path) for path in vectors.paths]  # Parquet holds text only
    table = pyarrow.table(
        {
            "path": pyarrow.array(paths, pyarrow.string()),
            "embedding": pyarrow.FixedSizeListArray.from_arrays(flat, vectors.rows[0].size),
            "model": pyarrow.array([vectors.model] * len(paths), pyarrow.string()),
        }
    )
    pyarrow.parquet.write_table(table, file)


WRITERS: dict[str, Callable[[IO[bytes], Vectors], None]] = {
    ".npz": _write_npz,
    ".parquet": _write_parquet,
}
