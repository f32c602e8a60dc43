"""Searching folders for audio, by names alone."""

from pathlib import Path

import pytest

from auricle.audio import find_audio, is_audio


@pytest.mark.parametrize("name", ["a.mp3", "A.FLAC", "deep/er/a.b.ogg", "video.mp4"])
def test_names_of_audio(name: str) -> None:
    assert is_audio(name)


@pytest.mark.parametrize("name", ["a.txt", "mp3", ".mp3", "a.mp3.part", "cover.jpg", ""])
def test_other_names(name: str) -> None:
    assert not is_audio(name)


def test_a_folder_is_searched_in_order_of_names_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b/two.wav", "b/.hidden.wav", "a/z/deep.ogg", ".trash/old.mp3", "x.mp3", "n.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [str(Path(path).relative_to(tmp_path)) for path in find_audio(tmp_path)]
    assert found == ["x.mp3", "a/z/deep.ogg", "b/two.wav"]


def test_a_folder_that_cannot_be_searched_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    missing = tmp_path / "none"
    assert list(find_audio(missing, lambda error: told.append(str(error.filename)))) == []
    assert told == [str(missing)]
    assert list(find_audio(missing)) == []
