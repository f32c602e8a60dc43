"""A stored recommender is whole, or it is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import InteractionsError
from auricle.recommend.coldstart import store
from auricle.recommend.coldstart.state import (
    moved_rows,
    pack_names,
    part,
    unpack_names,
    with_prefix,
)
from auricle.recommend.coldstart.store import DESCRIPTION, Stored, describe, read, write

STORED = Stored("content", "tiny@1", {"a": np.arange(4), "b": np.zeros((0, 2), np.float32)})


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write(tmp_path / "new" / "folder", STORED)
    found = read(tmp_path / "new" / "folder")
    assert (found.name, found.embedding_model) == ("content", "tiny@1")
    assert found.arrays["a"].tolist() == [0, 1, 2, 3]
    assert found.arrays["b"].shape == (0, 2)
    assert describe(tmp_path / "new" / "folder")["name"] == "content"


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(InteractionsError, match="there is no recommender"):
        read(tmp_path)


def test_damage_is_seen(tmp_path: Path) -> None:
    write(tmp_path, STORED)
    arrays = next(tmp_path.glob("*.npz"))
    content = bytearray(arrays.read_bytes())
    content[len(content) // 2] ^= 1
    arrays.write_bytes(content)
    with pytest.raises(InteractionsError, match="checksum"):
        read(tmp_path)
    arrays.unlink()
    with pytest.raises(InteractionsError, match="damaged"):
        read(tmp_path)
    (tmp_path / DESCRIPTION).write_text("{", "utf-8")
    with pytest.raises(InteractionsError, match="damaged"):
        describe(tmp_path)


def test_a_newer_form_is_refused(tmp_path: Path) -> None:
    write(tmp_path, STORED)
    description = json.loads((tmp_path / DESCRIPTION).read_text("utf-8")) | {"format": 99}
    (tmp_path / DESCRIPTION).write_text(json.dumps(description), "utf-8")
    with pytest.raises(InteractionsError, match="format 99"):
        read(tmp_path)


def test_pickles_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, STORED)
    path = next(tmp_path.glob("*.npz"))
    np.savez(path, a=np.array([{}], dtype=object))
    description = json.loads((tmp_path / DESCRIPTION).read_text("utf-8"))
    description["sha256"] = store._sha256(path)
    (tmp_path / DESCRIPTION).write_text(json.dumps(description), "utf-8")
    with pytest.raises(InteractionsError, match="damaged"):
        read(tmp_path)


def test_any_name_is_kept() -> None:
    names = ("plain", "", "new\nline", "ärger", "odd \udcff bytes", '"quoted"')
    assert unpack_names(pack_names(names)) == names
    assert pack_names(names).dtype == np.uint8


def test_parts_of_a_whole() -> None:
    whole = with_prefix("x", {"a": np.arange(2)}) | with_prefix("y", {"a": np.arange(3)})
    assert part(whole, "y")["a"].size == 3
    assert set(whole) == {"x.a", "y.a"}


def test_rows_move_and_new_ones_are_blank() -> None:
    rows = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert moved_rows(rows, np.array([1, -1, 0]), 0.5).tolist() == [[3, 4], [0.5, 0.5], [1, 2]]


@pytest.mark.parametrize(
    "change", [{"file": 7}, {"file": None}, {"file": ""}, {"sha256": 1}, {"file": "../x.npz"}]
)
def test_a_description_that_tells_nonsense(change: dict[str, object], tmp_path: Path) -> None:
    """Not even a sound file outside of the folder is read."""
    write(tmp_path / "model", STORED)
    (tmp_path / "x.npz").write_bytes(next((tmp_path / "model").glob("*.npz")).read_bytes())
    path = tmp_path / "model" / DESCRIPTION
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(InteractionsError, match="fit it again"):
        read(tmp_path / "model")


@pytest.mark.parametrize("text", ["[]", "3", "null", "{}", '{"format": 3, "name": "x"}', "\xff"])
def test_what_is_no_description(text: str, tmp_path: Path) -> None:
    (tmp_path / DESCRIPTION).write_bytes(text.encode("latin-1"))
    with pytest.raises(InteractionsError, match=r"damaged .*: fit it again"):
        describe(tmp_path)


def test_writing_again_leaves_one_model(tmp_path: Path) -> None:
    write(tmp_path, STORED)
    first = describe(tmp_path)
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    write(tmp_path, Stored("factors", "", {"a": np.ones(2)}))
    assert read(tmp_path).name == "factors"
    assert describe(tmp_path)["file"] != first["file"]
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {DESCRIPTION, describe(tmp_path)["file"], "notes.txt"}


def test_a_write_that_fails_leaves_the_old_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, STORED)

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space"):
        write(tmp_path, Stored("factors", "", {"a": np.ones(2)}))
    assert read(tmp_path).name == "content"
