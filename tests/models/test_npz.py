"""Arrays are read without pickle, and damage is named."""

import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from auricle.errors import BundleCorrupt
from auricle.models.npz import from_npz, to_npz

ARRAYS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "text": np.array("größer")}


class Bomb:
    """Leaves a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@given(hnp.arrays(np.float32, hnp.array_shapes(min_side=0), elements=st.floats(width=32)))
def test_what_goes_in_comes_out(array: np.ndarray) -> None:
    found = from_npz(to_npz({"x": array}), "here")["x"]
    np.testing.assert_array_equal(found, array)
    assert found.dtype == array.dtype


def test_texts_and_names_survive() -> None:
    found = from_npz(to_npz(ARRAYS), "here")
    assert list(found) == ["a", "text"]
    assert str(found["text"][()]) == "größer"


def test_the_bytes_are_the_same_every_time() -> None:
    assert to_npz(ARRAYS) == to_npz(dict(ARRAYS))


def test_numpy_reads_the_file() -> None:
    with np.load(io.BytesIO(to_npz(ARRAYS)), allow_pickle=False) as archive:
        np.testing.assert_array_equal(archive["a"], ARRAYS["a"])


def test_objects_are_not_written() -> None:
    with pytest.raises(ValueError, match="Object arrays"):
        to_npz({"x": np.array([{}], dtype=object)})


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    buffer = io.BytesIO()
    np.savez(buffer, x=np.array([Bomb(trap)], dtype=object))
    with pytest.raises(BundleCorrupt, match="Object arrays"):
        from_npz(buffer.getvalue(), "here")
    with pytest.raises(BundleCorrupt):
        from_npz(pickle.dumps(Bomb(trap)), "here")
    assert not trap.exists()
    with np.load(io.BytesIO(buffer.getvalue()), allow_pickle=True) as archive:
        assert archive["x"] is not None
    assert trap.exists()  # the trap works, so the test means something


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"text", b"\x93NUMPY"])
def test_other_files_are_refused_by_name(data: bytes) -> None:
    with pytest.raises(BundleCorrupt, match=r"my\.head: not readable"):
        from_npz(data, "my.head")


def test_no_damage_escapes_as_another_error() -> None:
    whole = to_npz({"x": np.arange(4, dtype=np.float32)})
    refused = 0
    for place in range(len(whole)):
        for damaged in (
            whole[:place],
            whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :],
        ):
            try:
                found = from_npz(damaged, "here")
            except BundleCorrupt:
                refused += 1
            else:
                assert all(np.array_equal(array, np.arange(4)) for array in found.values()), (
                    "a changed value was not noticed"
                )
    assert refused > len(whole)  # every cut, and most flips


def test_a_huge_claimed_shape_is_refused() -> None:
    member = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        member, {"descr": "<f4", "fortran_order": False, "shape": (2**40,)}
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x.npy", member.getvalue())
    with pytest.raises(BundleCorrupt):
        from_npz(buffer.getvalue(), "here")
