"""``auricle embed``: vectors of files, in one file."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from auricle.analysis import analyze
from auricle.models import load_model

from .conftest import Call


@pytest.mark.parametrize("jobs", [1, 2])
def test_npz(auricle: Call, music: Path, model: Path, jobs: int) -> None:
    done = auricle("embed", "low.wav", "more", "-o", "x.npz", "--jobs", jobs)
    assert done.exit_code == 0, done.output
    loaded = load_model(model)
    assert done.stdout == f"x.npz: 3 x 8, {loaded.id}\n"
    with np.load("x.npz", allow_pickle=False) as archive:
        assert archive["path"].tolist() == ["low.wav", "more/high.flac", "more/deep/mid.WAV"]
        assert archive["embedding"].shape == (3, 8)
        assert archive["embedding"].dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(archive["embedding"], axis=1), 1, rtol=1e-5)
        np.testing.assert_array_equal(archive["embedding"][0], analyze("low.wav", loaded).embedding)
        assert str(archive["model"]) == loaded.id


def test_parquet_from_a_list(auricle: Call, music: Path) -> None:
    import pyarrow.parquet

    Path("list").write_text("low.wav\nmore\n")
    done = auricle("embed", "--files-from", "list", "--profile", "fast", "-o", "x.parquet")
    assert done.exit_code == 0, done.output
    rows = pyarrow.parquet.read_table("x.parquet").to_pylist()
    assert [row["path"] for row in rows] == ["low.wav", "more/high.flac", "more/deep/mid.WAV"]
    assert {len(row["embedding"]) for row in rows} == {8}


def test_failed_and_silent_files_are_left_out(auricle: Call, music: Path) -> None:
    soundfile.write("silent.wav", np.zeros(16_000), 16_000)
    done = auricle("embed", "silent.wav", "missing.mp3", "low.wav", "-o", "x.npz")
    assert done.exit_code == 1
    silent, missing = done.stderr.splitlines()
    assert silent == "auricle: silent.wav: nothing but silence, so there is no vector"
    assert "missing.mp3" in missing
    assert np.load("x.npz")["path"].tolist() == ["low.wav"]


def test_nothing_is_written_when_nothing_was_heard(auricle: Call, music: Path) -> None:
    done = auricle("embed", "missing.mp3", "-o", "x.npz")
    assert done.exit_code == 1
    assert "x.npz: not written" in done.stderr
    assert not Path("x.npz").exists()


@pytest.mark.parametrize("target", ["x.csv", "x", "nowhere/x.npz"])
def test_wrong_target_is_told_before_the_work(auricle: Call, music: Path, target: str) -> None:
    done = auricle("embed", "low.wav", "-o", target)
    assert done.exit_code == 2
    assert target in done.stderr


def test_output_is_required(auricle: Call, music: Path) -> None:
    done = auricle("embed", "low.wav")
    assert done.exit_code == 2
    assert "--output" in done.stderr
