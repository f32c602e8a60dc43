"""An index on disk: arrays that are mapped into memory, and a description with checksums.

The description is replaced last and at once, and arrays have new names every time: a reader finds
the old index or the new one, never a mixture.
"""

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..files import replacing
from .index_rows import Rows

FORMAT = 1
DESCRIPTION = "index.json"
ARRAYS = ("ids", "vectors", "penalties", "references")
WORD = 8
"""Bytes that a checksum takes at once."""


class Unusable(Exception):
    """There is no index in the folder, or it is damaged or of another format: build a new one."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An index as read.

    Attributes:
        rows: the vectors are mapped from the file.
        model: ``"name@hash12"``.
        generation: of the catalog when the index was written.
    """

    rows: Rows
    model: str
    generation: int


def save(folder: Path, stored: Stored) -> None:
    """Write an index and remove the files of the one before.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = set(folder.glob("*.npy"))
    mark = secrets.token_hex(6)
    arrays = {name: getattr(stored.rows, name) for name in ARRAYS}
    for name, array in arrays.items():
        np.save(folder / f"{name}-{mark}.npy", array, allow_pickle=False)
    description = {
        "format": FORMAT,
        "model": stored.model,
        "generation": stored.generation,
        "n_sampled": stored.rows.n_sampled,
        "files": {name: f"{name}-{mark}.npy" for name in arrays},
        "checksums": {name: checksum(array) for name, array in arrays.items()},
    }
    with replacing(folder / DESCRIPTION) as unfinished:
        unfinished.write_text(json.dumps(description, indent=1) + "\n", "utf-8")
    for old in before:
        with suppress(OSError):  # another process may still have it open (Windows)
            old.unlink()


def load(folder: Path) -> Stored:
    """Read an index; every byte is held against its checksum.

    Raises:
        Unusable: saying why.
    """
    try:
        description = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        if description["format"] != FORMAT:
            raise Unusable(f"{folder}: an index of format {description['format']}")
        arrays = {name: _load(folder, description, name) for name in ARRAYS}
        rows = Rows(**arrays, n_sampled=int(description["n_sampled"]))
        stored = Stored(rows, str(description["model"]), int(description["generation"]))
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{folder}: {error}") from error
    _check(rows, folder)
    return stored


def checksum(array: NDArray[Any]) -> str:
    """Return sum and exclusive-or of an array's bytes, eight at a time.

    It finds damage, not malice, and costs one pass at the speed of memory: a quarter of a CRC.
    """
    data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    whole = data.size - data.size % WORD
    words = data[:whole].view(np.uint64)
    rest = int.from_bytes(data[whole:].tobytes(), "little")
    total = int(np.add.reduce(words)) ^ rest
    mixed = int(np.bitwise_xor.reduce(words)) ^ data.size
    return f"{total:016x}{mixed:016x}"


def _load(folder: Path, description: dict[str, Any], name: str) -> NDArray[Any]:
    path = folder / Path(description["files"][name]).name
    mapped = name == "vectors" and path.stat().st_size > 0
    array = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    if checksum(array) != description["checksums"][name]:
        raise Unusable(f"{path}: the checksum does not fit")
    return np.asarray(array)


def _check(rows: Rows, folder: Path) -> None:
    n_rows = rows.ids.size
    if rows.vectors.ndim != 2 or len(rows.vectors) != n_rows or rows.penalties.size != n_rows:
        raise Unusable(f"{folder}: the arrays do not belong together")
