"""Files are read ahead: their hash, and what they say about themselves."""

import hashlib
import io
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.aiff import AIFF
from mutagen.flac import FLAC
from mutagen.id3 import TALB, TDRC, TIT2, TPE1, TXXX
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from auricle.library import scan_read
from auricle.library.scan_read import AHEAD, BLOCK, ReadAhead, Task, file_tags, hash_file, read
from auricle.library.walk import stamp_of

from ..tiny import tone

TAGS = {"artist": "Ann", "album": "Blue", "title": "So"}


def task(path: Path) -> Task:
    return Task(str(path), stamp_of(str(path)))


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 7])
def test_hash_is_sha256_of_all_bytes(tmp_path: Path, size: int) -> None:
    data = np.random.default_rng(size).bytes(size)
    (tmp_path / "x").write_bytes(data)
    assert hash_file(tmp_path / "x") == hashlib.sha256(data).hexdigest()


def test_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"not much of a song")
    found = read(task(path))
    assert found.error is None
    assert found.content is not None
    assert found.content.content_hash == hash_file(path)
    assert found.content.stamp == stamp_of(str(path))
    assert found.content.tags == {}


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.touch()
    asked = task(path)
    path.unlink()
    assert read(asked).content is None
    assert read(asked).error == f"UnreadableFile: {path}: No such file or directory"


def test_reads_come_in_order(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.mp3" for number in range(3 * AHEAD)]
    for path in paths:
        path.write_text(path.name)
    with ReadAhead([task(path) for path in paths]) as reads:
        found = [each.task.path for ready in reads for each in ready]
    assert found == [str(path) for path in paths]


def test_all_that_is_ready_comes_at_once(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with ReadAhead([task(tmp_path / "a")] * (AHEAD + 1)) as reads:
        time.sleep(0.1)
        sizes = [len(ready) for ready in reads]
    assert sum(sizes) == AHEAD + 1
    assert 1 < max(sizes) <= AHEAD


def test_not_too_far_ahead_and_no_further_when_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_read, "_PATIENCE_S", 0.01)
    (tmp_path / "a").touch()
    taken = []

    def endless() -> Iterator[Task]:
        while True:
            taken.append(1)
            yield task(tmp_path / "a")

    with ReadAhead(endless()) as reads:
        next(iter(reads))
        time.sleep(0.1)
        assert AHEAD <= len(taken) <= 2 * AHEAD + 3
    time.sleep(0.1)
    count = len(taken)
    time.sleep(0.05)
    assert len(taken) == count


def test_an_error_in_the_tasks_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threading.excepthook", lambda _: None)

    def broken() -> Iterator[Task]:
        raise OSError("the list ends here")
        yield

    with ReadAhead(broken()) as reads:
        assert list(reads) == []


def vorbis(path: Path) -> None:
    file = FLAC(path) if path.suffix == ".flac" else OggVorbis(path)
    file.update({key: [value] for key, value in TAGS.items()})
    file.save()


def id3(path: Path) -> None:
    file = WAVE(path) if path.suffix == ".wav" else AIFF(path)
    file.add_tags()
    for frame in (TPE1, TALB, TIT2):
        file.tags.add(frame(encoding=3, text=[{TPE1: "Ann", TALB: "Blue", TIT2: "So"}[frame]]))
    file.tags.add(TXXX(encoding=3, desc="mood", text=["calm"]))
    file.tags.add(TDRC(encoding=3, text=["1999"]))
    file.save()


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".wav", ".aiff"])
def test_tags_have_the_same_names_in_every_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    soundfile.write(path, tone(220), 16_000)
    (vorbis if suffix in {".flac", ".ogg"} else id3)(path)
    found = file_tags(str(path))
    assert {key: found[key] for key in TAGS} == TAGS
    assert "txxx:mood" not in found


def test_mp3(tmp_path: Path) -> None:
    from mutagen.easyid3 import EasyID3

    path = tmp_path / "a.mp3"
    soundfile.write(path, tone(220), 16_000)
    tags = EasyID3()
    tags.update({**{key: [value] for key, value in TAGS.items()}, "genre": ["jazz", "bop"]})
    tags.save(path)
    assert file_tags(str(path)) == {**TAGS, "genre": "jazz; bop"}


def test_long_tags_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, tone(220), 16_000)
    file = FLAC(path)
    file["lyrics"] = "la " * 9_000
    file.save()
    assert 900 < len(file_tags(str(path))["lyrics"]) <= 1000


@pytest.mark.parametrize("suffix", ["flac", "ogg", "wav", "mp3"])
def test_damaged_files_have_no_tags_or_some_but_never_an_error(tmp_path: Path, suffix: str) -> None:
    sound = io.BytesIO()
    soundfile.write(sound, tone(220, duration_s=0.3), 16_000, format=suffix)
    whole = bytearray(sound.getvalue())
    random = np.random.default_rng(0)
    for attempt in range(60):
        data = bytearray(whole[: random.integers(1, 400)] if attempt % 2 else whole)
        for place in random.integers(0, min(len(data), 200), 12):
            data[place] = random.integers(256)
        (tmp_path / f"a.{suffix}").write_bytes(data)
        assert isinstance(file_tags(str(tmp_path / f"a.{suffix}")), dict)
