"""Stored embeddings find their tracks, or say what they lack."""

from pathlib import Path

import numpy as np
import pytest

from auricle.errors import ManifestError
from auricle.evaluate.manifest import Track
from auricle.evaluate.vectors import read_vectors

ROWS = np.arange(6.0).reshape(3, 2)


def save(folder: Path, **arrays: object) -> Path:
    np.savez(folder / "x.npz", **arrays)
    return folder / "x.npz"


def track(**values: str) -> Track:
    return Track(**{"path": "/m/audio/a.mp3", "clip_id": "a", "label": "x", **values})


def test_rows_are_found_by_clip_id(tmp_path: Path) -> None:
    path = save(tmp_path, clip_id=["c", "a", "b"], embedding=ROWS, model="m@1")
    vectors = read_vectors(path)
    assert (vectors.key, vectors.model) == ("clip_id", "m@1")
    found = vectors.find([track(), track(clip_id="z")])
    assert list(found) == ["a"]
    np.testing.assert_array_equal(vectors.embeddings[found["a"]], ROWS[1])


@pytest.mark.parametrize("stored", ["audio/a.mp3", "/m/audio/a.mp3", "elsewhere/a.mp3"])
def test_rows_are_found_by_path(tmp_path: Path, stored: str) -> None:
    vectors = read_vectors(save(tmp_path, path=["q.mp3", stored], embedding=ROWS[:2]))
    found = vectors.find([track(written_path="audio/a.mp3")])
    assert vectors.names[found["a"]] == stored


def test_an_ambiguous_file_name_is_no_match(tmp_path: Path) -> None:
    vectors = read_vectors(save(tmp_path, path=["x/a.mp3", "y/a.mp3"], embedding=ROWS[:2]))
    assert vectors.find([track()]) == {}


def test_a_file_name_of_two_tracks_is_no_match(tmp_path: Path) -> None:
    vectors = read_vectors(save(tmp_path, path=["x/a.mp3", "y/b.mp3"], embedding=ROWS[:2]))
    twins = [track(path=f"/m/{part}/a.mp3", clip_id=part) for part in "pq"]
    assert vectors.find(twins) == {}


def test_a_track_that_says_its_path_only(tmp_path: Path) -> None:
    vectors = read_vectors(save(tmp_path, path=["elsewhere/a.mp3"], embedding=ROWS[:1]))
    assert vectors.find([track()]) == {"a": 0}


def test_a_row_belongs_to_the_track_that_names_it_in_full(tmp_path: Path) -> None:
    vectors = read_vectors(save(tmp_path, path=["/m/x/a.mp3"], embedding=ROWS[:1]))
    full, same_name = (
        track(path=f"/m/{part}/a.mp3", written_path=f"{part}/a.mp3", clip_id=part) for part in "xy"
    )
    assert vectors.find([full, same_name]) == {"x": 0}


def test_rows_are_found_by_digest(tmp_path: Path) -> None:
    vectors = read_vectors(save(tmp_path, sha256=["00", "ab" * 32], embedding=ROWS[:2]))
    assert vectors.find([track(sha256="ab" * 32), track(clip_id="b")]) == {"a": 1}


def test_windows_of_a_track_are_averaged(tmp_path: Path) -> None:
    path = save(tmp_path, clip_id=["a", "b", "a"], embedding=ROWS.astype(np.float16))
    vectors = read_vectors(path)
    assert vectors.names == ("a", "b")
    np.testing.assert_array_equal(vectors.embeddings, [[2.0, 3.0], [2.0, 3.0]])


def test_arrays_are_joined(tmp_path: Path) -> None:
    path = save(tmp_path, clip_id=["a", "b", "c"], first=ROWS, second=ROWS[:, :1])
    assert read_vectors(path, ["second", "first"]).embeddings.shape == (3, 3)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"embedding": ROWS}, "none of the arrays"),
        ({"clip_id": ["a"]}, "no array 'embedding'"),
        ({"clip_id": ["a"], "embedding": ROWS}, "1 names in 'clip_id' for 3 rows"),
        ({"clip_id": ["a", "b", "c"], "embedding": ROWS[:, 0]}, "shape"),
        ({"clip_id": ["a", "b", "c"], "embedding": ROWS * np.nan}, "finite"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, arrays: dict[str, object], message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        read_vectors(save(tmp_path, **arrays))


def test_files_that_are_no_npz(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("no")
    for name in ("text.npz", "none.npz"):
        with pytest.raises(ManifestError, match="not a readable"):
            read_vectors(tmp_path / name)


def test_one_array_without_names_is_no_npz(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", ROWS)
    with pytest.raises(ManifestError, match=r"x.npy: holds one array without names"):
        read_vectors(tmp_path / "x.npy")
