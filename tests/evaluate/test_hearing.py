"""Files are heard once, and again only when something changed."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auricle.batch import BatchOptions
from auricle.evaluate.hearing import hear_files
from auricle.types import Analysis, Failure

from ..tiny import tone

OPTIONS = BatchOptions(model="tiny")


@pytest.fixture
def songs(tmp_path: Path, tiny_bundle: Path) -> list[str]:
    paths = [str(tmp_path / name) for name in ("low.wav", "silent.wav", "missing.wav")]
    soundfile.write(paths[0], tone(220, duration_s=5.0), 16_000)
    soundfile.write(paths[1], np.zeros(16_000, np.float32), 16_000)
    return paths


class Ear:
    """Counts what was really heard."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []

    def __call__(self, result: Analysis | Failure, total: int) -> None:
        self.heard.append((os.path.basename(result.path), total))


def test_what_is_kept_of_a_file(songs: list[str]) -> None:
    ear = Ear()
    hearing = hear_files(songs, OPTIONS, progress=ear)
    low, silent = (hearing.files[path] for path in songs[:2])
    assert low.embedding.shape == (8,)
    assert np.linalg.norm(low.embedding) == pytest.approx(1, abs=1e-5)
    assert (low.excerpts.shape, low.duration_s) == ((3, 8), pytest.approx(5.0))
    assert silent.silent
    assert not low.silent
    assert [failure.type for failure in hearing.failures] == ["UnreadableFile"]
    assert ear.heard == [("low.wav", 3), ("silent.wav", 3), ("missing.wav", 3)]


def test_unchanged_files_are_not_heard_again(songs: list[str], tmp_path: Path) -> None:
    cache = tmp_path / "report" / "kept.npz"
    first = hear_files(songs, OPTIONS, cache=cache)
    ear = Ear()
    again = hear_files(songs, OPTIONS, cache=cache, progress=ear)
    assert ear.heard == [("missing.wav", 1)]
    for path in songs[:2]:
        np.testing.assert_array_equal(first.files[path].embedding, again.files[path].embedding)
        np.testing.assert_array_equal(first.files[path].excerpts, again.files[path].excerpts)
        assert first.files[path].duration_s == again.files[path].duration_s


def test_a_changed_file_is_heard_again(songs: list[str], tmp_path: Path) -> None:
    cache = tmp_path / "kept.npz"
    before = hear_files(songs[:1], OPTIONS, cache=cache).files[songs[0]]
    soundfile.write(songs[0], tone(5_000, duration_s=5.5), 16_000)
    after = hear_files(songs[:1], OPTIONS, cache=cache).files[songs[0]]
    assert float(before.embedding @ after.embedding) < 0.9


def test_another_profile_is_another_space(songs: list[str], tmp_path: Path) -> None:
    cache, ear = tmp_path / "kept.npz", Ear()
    hear_files(songs[:1], OPTIONS, cache=cache)
    hear_files(songs[:1], BatchOptions(model="tiny", profile="fast"), cache=cache, progress=ear)
    assert len(ear.heard) == 1


def test_a_damaged_memory_counts_as_empty(songs: list[str], tmp_path: Path) -> None:
    cache, ear = tmp_path / "kept.npz", Ear()
    cache.write_text("damaged")
    hear_files(songs[:1], OPTIONS, cache=cache, progress=ear)
    assert len(ear.heard) == 1
    assert hear_files(songs[:1], OPTIONS, cache=cache, progress=ear).files
    assert len(ear.heard) == 1


def test_the_memory_reads_as_embeddings(songs: list[str], tmp_path: Path) -> None:
    from auricle.evaluate.vectors import read_vectors

    cache = tmp_path / "kept.npz"
    heard = hear_files(songs[:1], OPTIONS, cache=cache)
    vectors = read_vectors(cache)
    assert (vectors.key, vectors.names, vectors.model) == ("path", (songs[0],), heard.model_id)


def test_what_was_heard_before_an_interruption_is_kept(songs: list[str], tmp_path: Path) -> None:
    cache = tmp_path / "kept.npz"

    def interrupt(result: Analysis | Failure, total: int) -> None:
        if result.path == songs[1]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hear_files(songs, OPTIONS, cache=cache, progress=interrupt)
    ear = Ear()
    hear_files(songs[:2], OPTIONS, cache=cache, progress=ear)
    assert ear.heard == [("silent.wav", 1)]


def test_nothing_heard_leaves_no_memory(songs: list[str], tmp_path: Path) -> None:
    cache = tmp_path / "kept.npz"
    assert hear_files(songs[2:], OPTIONS, cache=cache).files == {}
    assert not cache.exists()
