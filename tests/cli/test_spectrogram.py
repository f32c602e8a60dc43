"""``auricle spectrogram``."""

from pathlib import Path

import pytest

from auricle.plot import canvas

from .conftest import Call


def test_picture_of_a_file(auricle: Call, music: Path) -> None:
    done = auricle("spectrogram", "low.wav", "-o", "a.png")
    assert (done.exit_code, done.output) == (0, "")
    assert Path("a.png").read_bytes()[:4] == b"\x89PNG"


def test_picture_of_standard_input(auricle: Call, music: Path) -> None:
    done = auricle("spectrogram", "-", "-o", "a.png", stdin=Path("low.wav").read_bytes())
    assert done.exit_code == 0
    assert Path("a.png").is_file()


def test_a_folder_that_is_not_there_is_wrong_usage(auricle: Call, music: Path) -> None:
    assert auricle("spectrogram", "low.wav", "-o", "x/a.png").exit_code == 2


def test_a_picture_is_png_and_named_so(auricle: Call, music: Path) -> None:
    done = auricle("spectrogram", "low.wav", "-o", "a.jpg")
    assert done.exit_code == 2
    assert "must end with .png" in done.stderr


def test_what_cannot_be_heard_is_one_line(auricle: Call, music: Path) -> None:
    done = auricle("spectrogram", "missing.mp3", "-o", "a.png")
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("auricle: error: ")


def test_missing_extra_is_one_line(
    auricle: Call, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas, "find_spec", lambda name: None)
    done = auricle("spectrogram", "low.wav", "-o", "a.png")
    assert done.exit_code == 1
    assert "pip install 'auricle[plot]'" in done.stderr
