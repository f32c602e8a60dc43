"""What files say about themselves."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.aiff import AIFF
from mutagen.flac import FLAC
from mutagen.id3 import TALB, TDRC, TIT2, TPE1, TXXX
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from auricle.library.file_tags import file_tags

from ..tiny import tone

TAGS = {"artist": "Ann", "album": "Blue", "title": "So"}


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


def nested_atoms(depth: int) -> bytes:
    """Return an MP4 whose boxes lie in each other: a parser that calls itself goes too deep."""
    box = b""
    for _ in range(depth):
        box = struct.pack(">I4s", len(box) + 8, b"moov") + box
    return struct.pack(">I4s4sI", 16, b"ftyp", b"M4A ", 0) + box


def test_a_file_that_leads_a_parser_astray_has_no_tags(tmp_path: Path) -> None:
    (tmp_path / "nest.m4a").write_bytes(nested_atoms(3_000))
    assert file_tags(str(tmp_path / "nest.m4a")) == {}
