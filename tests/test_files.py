"""A file is there whole, or as it was before."""

import os
import sys
from pathlib import Path

import pytest

from auricle.files import replacing, write_text


def test_a_new_file_is_like_any_other(tmp_path: Path) -> None:
    with replacing(tmp_path / "new.txt") as unfinished:
        unfinished.write_text("new")
        assert not (tmp_path / "new.txt").exists()
    (tmp_path / "other.txt").write_text("new")
    assert (tmp_path / "new.txt").read_text() == "new"
    assert (tmp_path / "new.txt").stat().st_mode == (tmp_path / "other.txt").stat().st_mode
    assert sorted(os.listdir(tmp_path)) == ["new.txt", "other.txt"]


def test_an_error_leaves_the_old_file_alone(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("old")

    def fill_the_disk() -> None:
        with replacing(tmp_path / "old.txt") as unfinished:
            unfinished.write_text("ne")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fill_the_disk()
    assert (tmp_path / "old.txt").read_text() == "old"
    assert os.listdir(tmp_path) == ["old.txt"]


def test_writing_twice_at_once_does_not_mix(tmp_path: Path) -> None:
    with replacing(tmp_path / "x") as first, replacing(tmp_path / "x") as second:
        first.write_text("first")
        second.write_text("second")
    assert (tmp_path / "x").read_text() == "first"  # the last to end stays


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    with replacing(tmp_path / "link.txt") as unfinished:
        unfinished.write_text("new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


@pytest.mark.skipif(sys.platform == "win32", reason="devices of POSIX")
def test_a_device_is_written_to() -> None:
    with replacing(Path(os.devnull)) as unfinished:
        unfinished.write_text("new")
    assert not Path(os.devnull).is_file()


def test_errors_name_the_file_that_was_wanted(tmp_path: Path) -> None:
    wanted = tmp_path / "none" / "x.txt"
    with pytest.raises(FileNotFoundError) as told, replacing(wanted) as unfinished:
        unfinished.write_text("new")
    assert told.value.filename == str(wanted)


def test_text_is_written_as_utf_8(tmp_path: Path) -> None:
    write_text(tmp_path / "x.txt", "caf\u00e9\n")
    assert (tmp_path / "x.txt").read_bytes() == b"caf\xc3\xa9\n"
