"""Arrays in one ``.npz`` file, without pickle, byte for byte the same every time."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import BundleCorrupt

_UNREADABLE = (
    ValueError,
    KeyError,
    OSError,
    EOFError,
    MemoryError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def to_npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the bytes of an uncompressed ``.npz``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
    return buffer.getvalue()


def from_npz(data: bytes, where: str) -> dict[str, NDArray[Any]]:
    """Read every array of an ``.npz``; ``where`` names the file in errors.

    Raises:
        BundleCorrupt: if it is damaged, something else, or holds pickled objects.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {
                name.removesuffix(".npy"): np.lib.format.read_array(
                    io.BytesIO(archive.read(name)), allow_pickle=False
                )
                for name in archive.namelist()
            }
    except _UNREADABLE as error:
        raise BundleCorrupt(f"{where}: not readable as .npz ({error})") from error
