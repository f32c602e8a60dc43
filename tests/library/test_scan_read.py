"""Files are read ahead, for their hash."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from auricle.library import scan_read
from auricle.library.scan_read import AHEAD, BLOCK, ReadAhead, Task, hash_file, read
from auricle.library.walk import stamp_of


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


def test_an_error_in_the_thread_reaches_whoever_waits() -> None:
    def broken() -> Iterator[Task]:
        raise OSError("the list ends here")
        yield

    with ReadAhead(broken()) as reads, pytest.raises(OSError, match="the list ends here"):
        list(reads)
