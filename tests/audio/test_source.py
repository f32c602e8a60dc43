import io
import os
from pathlib import Path

import pytest

from auricle.audio import decode
from auricle.audio.source import display_name, open_source

from .synth import chirp, encode

WAV = encode(chirp(0.5), 44_100, "WAV")


class Pipe(io.RawIOBase):
    """A file object that cannot seek, and gives a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, n: int = -1) -> bytes:
        return self._data.read(min(n, 1000) if n > 0 else n)


@pytest.mark.parametrize(
    "name",
    [
        "with space.wav",
        "new\nline.wav",
        "emoji 🎵.wav",
        "-rf.wav",
        "-",
        "#1 50%.wav",
        "a:b.wav",
        "'\".wav",
    ],
)
def test_odd_names(tmp_path, monkeypatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(WAV)
    assert decode(name).duration_s == 0.5
    assert decode(tmp_path / name).duration_s == 0.5


def test_a_name_that_is_no_text(tmp_path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.wav")
    Path(name).write_bytes(WAV)
    assert decode(name).duration_s == 0.5
    assert display_name(name).isascii()


def test_messages_show_odd_names_on_one_line() -> None:
    assert display_name("a b.mp3") == "a b.mp3"
    assert display_name("a\nb.mp3") == "'a\\nb.mp3'"
    assert display_name(Path("x.mp3")) == "x.mp3"
    assert display_name(b"RIFF") == "<bytes>"
    assert display_name(io.BytesIO()) == "<file>"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO, Pipe])
@pytest.mark.parametrize("format", ["WAV", "OGG"])
def test_bytes_and_file_objects(kind, format: str) -> None:
    data = encode(chirp(0.5), 44_100, format)
    assert decode(kind(data)).duration_s == pytest.approx(0.5, abs=0.01)


def test_a_file_object_is_read_from_its_beginning_and_left_open() -> None:
    file = io.BytesIO(WAV)
    file.seek(1000)
    assert decode(file).duration_s == 0.5
    assert not file.closed
    assert decode(file).duration_s == 0.5


@pytest.mark.parametrize("format", ["WAV", "OGG"])
def test_an_open_file(tmp_path, format: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(encode(chirp(0.5), 44_100, format))
    with path.open("rb") as file:
        assert decode(file).duration_s == pytest.approx(0.5, abs=0.01)
        assert not file.closed


def test_a_real_pipe() -> None:
    out_end, in_end = os.pipe()
    with os.fdopen(in_end, "wb") as writer:
        writer.write(WAV[:20_000])
    with os.fdopen(out_end, "rb") as reader:
        assert decode(reader).warnings != ()


def test_a_large_pipe_goes_to_a_file(monkeypatch) -> None:
    monkeypatch.setattr("auricle.audio.source.SPOOL_BYTES", 1000)
    assert decode(Pipe(WAV)).duration_s == 0.5


@pytest.mark.parametrize("source", [None, 3, ["a.wav"], io.StringIO("text")])
def test_what_is_no_source(source) -> None:
    with pytest.raises(TypeError, match="expected a path, bytes or a binary file"):
        decode(source)


def test_a_source_knows_its_size_and_head(tmp_path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(WAV)
    source = open_source(path)
    assert (source.size, source.head[:4], source.is_ours) == (len(WAV), b"RIFF", True)
    assert source.has_descriptor
    source.close()
    assert source.file.closed
