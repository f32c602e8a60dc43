"""A recommender on disk: one file of arrays and a description with its checksum, no pickle.

The description is replaced last and at once, and the arrays have a new name every time: a reader
finds the old model or the new one, never a mixture.
"""

import hashlib
import json
import secrets
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...errors import InteractionsError
from ...files import replacing, write_text
from .state import Arrays

FORMAT = 3
DESCRIPTION = "recommender.json"


@dataclass(frozen=True, eq=False)
class Stored:
    """A model as it is stored.

    Attributes:
        name: of the model, see ``MODELS``.
        embedding_model: ``"name@hash12"`` of the embeddings it was fitted on; "" is none.
        arrays: all that it knows.
    """

    name: str
    embedding_model: str
    arrays: Arrays


def write(folder: Path, stored: Stored) -> None:
    """Write a model and remove the files of the one before.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = set(folder.glob("recommender-*.npz"))
    path = folder / f"recommender-{secrets.token_hex(6)}.npz"
    _save(path, stored.arrays)
    description = {
        "format": FORMAT,
        "name": stored.name,
        "embedding_model": stored.embedding_model,
        "file": path.name,
        "sha256": _sha256(path),
    }
    write_text(folder / DESCRIPTION, json.dumps(description, indent=1) + "\n")
    for old in before:
        with suppress(OSError):  # another process may still have it open (Windows)
            old.unlink()


def describe(folder: Path) -> dict[str, str]:
    """Return the description of a stored model.

    Raises:
        InteractionsError: there is none, or it is damaged or of a newer form.
    """
    try:
        found = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        if found["format"] != FORMAT:
            raise InteractionsError(
                f"{folder}: a recommender of format {found['format']}, this auricle reads "
                f"{FORMAT}: fit it again"
            )
        return {key: str(found[key]) for key in ("name", "embedding_model", "file", "sha256")}
    except FileNotFoundError as error:
        raise InteractionsError(
            f"{folder}: there is no recommender: auricle recommend fit makes one"
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InteractionsError(f"{folder}: damaged ({error}): fit it again") from error


def read(folder: Path) -> Stored:
    """Read a model; its bytes are held against the checksum.

    Raises:
        InteractionsError: there is none, or it is damaged or of a newer form.
    """
    description = describe(folder)
    path = folder / Path(description["file"]).name
    try:
        if _sha256(path) != description["sha256"]:
            raise InteractionsError(f"{path}: the checksum does not fit: fit it again")
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise InteractionsError(f"{path}: damaged ({error}): fit it again") from error
    return Stored(description["name"], description["embedding_model"], arrays)


def _save(path: Path, arrays: Arrays) -> None:
    """Write arrays; the file has its name only when it is whole."""
    with replacing(path) as unfinished, unfinished.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
