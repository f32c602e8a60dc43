"""Which files are found, and what is told about folders that cannot be searched."""

import os
import sys
from pathlib import Path

import pytest

from auricle.library.catalog_rows import Stamp
from auricle.library.walk import Walk, is_within, stamp_of


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Return a folder with audio files, hidden ones, and others."""
    folder = tmp_path / "music"
    for name in (
        "b.mp3",
        "a.FLAC",
        "notes.txt",
        ".hidden.mp3",
        "deep/er/c.ogg",
        ".git/d.mp3",
        "skip/e.mp3",
        "folder.mp3/f.wav",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


def names(found: Walk, folder: Path) -> list[str]:
    return [os.path.relpath(path, folder) for path in found.files]


def test_audio_files_below_a_folder(music: Path) -> None:
    found = Walk()
    found.look(str(music), skip={str(music / "skip")})
    assert names(found, music) == ["a.FLAC", "b.mp3", "deep/er/c.ogg", "folder.mp3/f.wav"]
    assert found.problems == []


def test_a_file_is_taken_whatever_it_is_called(music: Path) -> None:
    found = Walk()
    found.look(str(music / "notes.txt"))
    assert names(found, music) == ["notes.txt"]


def test_what_is_not_there(music: Path) -> None:
    found = Walk()
    found.look(str(music / "nowhere"))
    assert found == Walk()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_in_a_circle_are_passed_over(music: Path) -> None:
    (music / "x.mp3").symlink_to("x.mp3")
    (music / "y.mp3").symlink_to("n" * 300 + ".mp3")
    (music / "link.mp3").symlink_to("b.mp3")
    found = Walk()
    found.look(str(music), skip={str(music / "skip")})
    assert "link.mp3" in names(found, music)
    assert not {"x.mp3", "y.mp3"} & set(names(found, music))


def test_stamps(music: Path) -> None:
    os.utime(music / "b.mp3", ns=(1, 1_234_567_890_123_456_000))
    assert stamp_of(str(music / "b.mp3")) == Stamp(5, 1_234_567_890_123_456_000)


def test_links_to_files_are_followed_and_to_folders_are_not(music: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.mp3").touch()
    (music / "deep" / "link.mp3").symlink_to(tmp_path / "other" / "x.mp3")
    (music / "deep" / "broken.mp3").symlink_to(tmp_path / "nowhere.mp3")
    (music / "deep" / "folder").symlink_to(tmp_path / "other")
    (music / "deep" / "circle").symlink_to(music)
    found = Walk()
    found.look(str(music / "deep"))
    assert names(found, music) == ["deep/link.mp3", "deep/er/c.ogg"]


def test_pipes_and_sockets_are_passed_over(music: Path) -> None:
    os.mkfifo(music / "pipe.mp3")
    found = Walk()
    found.look(str(music))
    assert "pipe.mp3" not in names(found, music)


def test_a_folder_that_cannot_be_searched(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("deep"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = Walk()
    found.look(str(music))
    assert found.problems == [f"{music / 'deep'}: Permission denied"]
    assert "b.mp3" in names(found, music)
    assert not found.saw(str(music / "deep" / "er" / "c.ogg"))
    assert found.saw(str(music / "gone.mp3"))


def test_a_file_that_goes_while_it_is_looked_at(
    music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = os.stat

    def gone(path: str) -> os.stat_result:
        if str(path).endswith("b.mp3"):
            raise FileNotFoundError(2, "No such file", path)
        return stat(path)

    found = Walk()
    monkeypatch.setattr("auricle.library.walk.os.stat", gone)
    found.look(str(music))
    assert "b.mp3" not in names(found, music)
    assert "a.FLAC" in names(found, music)


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        ("/m/a", "/m", True),
        ("/m", "/m", True),
        ("/mm", "/m", False),
        ("/m", "/m/a", False),
        ("/m/a", "/", True),
    ],
)
def test_is_within(path: str, folder: str, inside: bool) -> None:
    assert is_within(path, folder) is inside
