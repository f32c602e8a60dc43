"""The files of vectors: whole or not at all, any name, as private as other files."""

import os
from pathlib import Path

import numpy as np
import pytest
import typer

from auricle.cli import vectors
from auricle.cli.vectors import Vectors, check_target, save
from auricle.errors import MissingExtra

ODD = os.fsdecode(b"caf\xe9 \xf0\x9f\x8e\xb5\n.mp3")


@pytest.fixture
def two() -> Vectors:
    rows = [np.array([1, 0], np.float32), np.array([0, 1], np.float32)]
    return Vectors(["a.mp3", ODD], rows, "m@0")


def test_npz_keeps_any_name(tmp_path: Path, two: Vectors) -> None:
    save(tmp_path / "x.npz", two)
    with np.load(tmp_path / "x.npz", allow_pickle=False) as archive:
        assert sorted(archive) == ["embedding", "model", "path"]
        assert archive["path"].tolist() == two.paths
        np.testing.assert_array_equal(archive["embedding"], np.eye(2, dtype=np.float32))
        assert archive["model"].shape == ()


def test_parquet_escapes_what_is_no_text(tmp_path: Path, two: Vectors) -> None:
    import pyarrow.parquet

    save(tmp_path / "x.PARQUET", two)
    table = pyarrow.parquet.read_table(tmp_path / "x.PARQUET")
    assert table.column("path").to_pylist() == ["a.mp3", "caf\\udce9 \U0001f3b5\n.mp3"]
    assert table.column("embedding").to_pylist() == [[1, 0], [0, 1]]
    assert table.column("model").to_pylist() == ["m@0", "m@0"]


def test_an_old_file_is_replaced_only_by_a_whole_one(
    tmp_path: Path, two: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.npz"
    target.write_bytes(b"old")

    def full_disk(file: object, _: Vectors) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(vectors.WRITERS, ".npz", full_disk)
    with pytest.raises(OSError, match="No space"):
        save(target, two)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["x.npz"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_permissions_are_those_of_any_new_file(tmp_path: Path, two: Vectors) -> None:
    (tmp_path / "other").touch()
    save(tmp_path / "x.npz", two)
    assert (tmp_path / "x.npz").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_target(tmp_path / "x.npz")
    check_target(tmp_path / "x.parquet")
    for wrong in (tmp_path / "x.txt", tmp_path / "nowhere" / "x.npz"):
        with pytest.raises(typer.BadParameter):
            check_target(wrong)
    monkeypatch.setattr(vectors, "find_spec", lambda name: None)
    check_target(tmp_path / "x.npz")
    with pytest.raises(MissingExtra, match="parquet"):
        check_target(tmp_path / "x.parquet")
