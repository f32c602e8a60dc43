"""An index on disk: the same when read, and damage of any kind is noticed."""

import json
from pathlib import Path

import numpy as np
import pytest

from auricle.library.index_files import DESCRIPTION, Stored, Unusable, checksum, load, save
from auricle.library.index_rows import make_rows

from .test_index import unit


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    made = Stored(make_rows(np.arange(30) * 2, unit(30)), "tiny@0", 7)
    save(tmp_path / "index", made)
    return made


def test_read_as_written(tmp_path: Path, stored: Stored) -> None:
    again = load(tmp_path / "index")
    for name in ("ids", "vectors", "penalties", "references"):
        np.testing.assert_array_equal(getattr(again.rows, name), getattr(stored.rows, name))
    assert (again.model, again.generation, again.rows.n_sampled) == ("tiny@0", 7, 30)
    assert not again.rows.vectors.flags.writeable  # mapped, not read


def test_an_empty_index_can_be_kept(tmp_path: Path) -> None:
    empty = make_rows(np.zeros(0, np.int64), np.zeros((0, 8), np.float32))
    save(tmp_path, Stored(empty, "tiny@0", 0))
    assert len(load(tmp_path).rows) == 0


def test_the_index_before_is_removed(tmp_path: Path, stored: Stored) -> None:
    folder = tmp_path / "index"
    before = {path.name for path in folder.glob("*.npy")}
    save(folder, stored)
    after = {path.name for path in folder.glob("*.npy")}
    assert len(after) == 4
    assert not before & after
    assert [path.name for path in folder.iterdir() if path.suffix != ".npy"] == [DESCRIPTION]


def test_no_index_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["ids", "vectors", "penalties", "references"])
def test_one_changed_byte_is_noticed(tmp_path: Path, stored: Stored, name: str) -> None:
    path = next((tmp_path / "index").glob(f"{name}-*.npy"))
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    with pytest.raises(Unusable, match="checksum"):
        load(tmp_path / "index")


@pytest.mark.parametrize("keep", [0, 10, 130, -1])
def test_a_shortened_file_is_noticed(tmp_path: Path, stored: Stored, keep: int) -> None:
    path = next((tmp_path / "index").glob("vectors-*.npy"))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(Unusable):
        load(tmp_path / "index")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:50],
        lambda text: "[]",
        lambda text: text.replace('"format": 1', '"format": 2'),
        lambda text: text.replace('"generation"', '"genration"'),
        lambda text: text.replace(".npy", ".gone"),
    ],
)
def test_a_damaged_description_is_noticed(tmp_path: Path, stored: Stored, damage: object) -> None:
    path = tmp_path / "index" / DESCRIPTION
    path.write_text(damage(path.read_text("utf-8")), "utf-8")  # type: ignore[operator]
    with pytest.raises(Unusable):
        load(tmp_path / "index")


def test_arrays_that_do_not_belong_together_are_noticed(tmp_path: Path, stored: Stored) -> None:
    folder = tmp_path / "index"
    description = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    shorter = stored.rows.ids[:-1]
    np.save(folder / description["files"]["ids"], shorter)
    description["checksums"]["ids"] = checksum(shorter)
    (folder / DESCRIPTION).write_text(json.dumps(description), "utf-8")
    with pytest.raises(Unusable, match="belong together"):
        load(folder)


def test_checksum_sees_every_byte() -> None:
    data = np.arange(37, dtype=np.uint8)
    for place in range(37):
        changed = data.copy()
        changed[place] ^= 0x10
        assert checksum(changed) != checksum(data)
    assert checksum(data[:-1]) != checksum(data)
    assert checksum(np.append(data, np.uint8(0))) != checksum(data)
