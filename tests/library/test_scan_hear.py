"""Sound and tags come from workers, which may crash or hang."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
import soundfile

from auricle.batch import BatchOptions
from auricle.library.scan_hear import hear_many
from auricle.types import Analysis, Failure

from ..tiny import tone

HANGS = bytes.fromhex(
    "4d50434b4c7d00000000005d000e0000"
    "000000000038000000ee000000000000"
    "0000000000000000009000ab60000000"
).ljust(64, b"\0")
"""A damaged Musepack header, in which mutagen goes round for ever."""


@pytest.fixture(autouse=True)
def _bare_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the workers the import of pytest, which they would do as the main module."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def test_each_file_has_its_sound_and_its_tags(tiny_bundle: Path, tmp_path: Path) -> None:
    path, broken = tmp_path / "a.flac", tmp_path / "b.flac"
    with soundfile.SoundFile(path, "w", 16_000, 1) as file:
        file.artist = "Ann"
        file.write(tone(220))
    broken.write_bytes(b"no sound")
    options = BatchOptions(model="tiny", timeout_s=60.0)
    (heard, tags), (failed, none) = hear_many([str(path), str(broken)], options)
    assert isinstance(heard, Analysis)
    assert heard.label == "low"
    assert tags["artist"] == "Ann"
    assert isinstance(failed, Failure)
    assert failed.type == "UnsupportedAudio"
    assert none == {}


def test_tags_that_take_for_ever_cost_one_file(tiny_bundle: Path, tmp_path: Path) -> None:
    path, whole = tmp_path / "hang.mpc", tmp_path / "b.wav"
    path.write_bytes(HANGS)
    soundfile.write(whole, tone(220), 16_000)
    options = BatchOptions(model="tiny", timeout_s=2.0)
    (late, _), (heard, _) = hear_many([str(path), str(whole)], options)
    assert isinstance(late, Failure)
    assert late.type == "TimedOut"
    assert isinstance(heard, Analysis)
