"""A file is replaced whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from auricle.errors import TagError
from auricle.library.tags.replace import n_other_names, real_file, replace_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "song.mp3"
    path.write_bytes(b"old")
    os.utime(path, ns=(1_000_000_000, 2_000_000_000))
    path.chmod(0o640)
    return path


def put_new(copy: str) -> None:
    Path(copy).write_bytes(b"new")


def test_the_new_content_is_there(file: Path) -> None:
    replace_file(str(file), put_new, keep_mtime=False)
    assert file.read_bytes() == b"new"
    assert not list(file.parent.glob(".auricle-*"))


def test_permissions_stay(file: Path) -> None:
    replace_file(str(file), put_new, keep_mtime=False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_the_time_of_change_stays_on_request(file: Path) -> None:
    replace_file(str(file), put_new, keep_mtime=True)
    assert file.stat().st_mtime_ns == 2_000_000_000
    replace_file(str(file), put_new, keep_mtime=False)
    assert file.stat().st_mtime_ns > 2_000_000_000


def test_the_copy_has_the_suffix_and_is_hidden(file: Path) -> None:
    seen = []
    replace_file(str(file), lambda copy: seen.append(Path(copy)), keep_mtime=False)
    assert seen[0].parent == file.parent
    assert seen[0].suffix == ".mp3"
    assert seen[0].name.startswith(".")


def test_an_error_leaves_the_file_and_no_copy(file: Path) -> None:
    def fail(copy: str) -> None:
        put_new(copy)
        raise TagError("no")

    with pytest.raises(TagError, match="no"):
        replace_file(str(file), fail, keep_mtime=False)
    assert file.read_bytes() == b"old"
    assert not list(file.parent.glob(".auricle-*"))


def test_a_full_disk_is_told(file: Path) -> None:
    def fail(copy: str) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(TagError, match=r"song\.mp3.*No space left"):
        replace_file(str(file), fail, keep_mtime=False)
    assert file.read_bytes() == b"old"


def test_a_change_by_somebody_else_wins(file: Path) -> None:
    def disturb(copy: str) -> None:
        put_new(copy)
        file.write_bytes(b"theirs")

    with pytest.raises(TagError, match="somebody else"):
        replace_file(str(file), disturb, keep_mtime=False)
    assert file.read_bytes() == b"theirs"
    assert not list(file.parent.glob(".auricle-*"))


def test_a_folder_that_takes_no_copy(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(TagError, match="no copy can be made"):
        replace_file(str(file), put_new, keep_mtime=False)


def test_links_are_followed(file: Path) -> None:
    link = file.parent / "link.mp3"
    link.symlink_to(file.name)
    assert real_file(str(link)) == str(file)


def test_hard_links_are_counted(file: Path) -> None:
    assert n_other_names(str(file)) == 0
    os.link(file, file.parent / "other.mp3")
    assert n_other_names(str(file)) == 1


def test_a_read_only_file_is_refused(file: Path) -> None:
    file.chmod(0o440)
    with pytest.raises(TagError, match="read-only"):
        real_file(str(file))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TagError, match="not a file"):
        real_file(str(tmp_path))
    with pytest.raises(TagError, match="No such file"):
        real_file(str(tmp_path / "nowhere.mp3"))
