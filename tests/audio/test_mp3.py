import io

import numpy as np
import pytest

from auricle.audio import decode
from auricle.audio.mp3 import frame_count, frame_size, id3_size, is_intact
from auricle.audio.ogg import has_end_mark

from .synth import chirp, encode

MP3 = encode(chirp(3.0), 44_100, "MP3")
ID3 = b"ID3\4\0\0" + bytes([0, 0, 1, 0]) + b"\0" * 128


def test_frame_size_follows_the_standard() -> None:
    assert frame_size(0xFB90) == 417  # MPEG-1, 128 kbit/s, 44.1 kHz
    assert frame_size(0xFB92) == 418  # with padding
    assert frame_size(0xF384) == 192  # MPEG-2, 64 kbit/s, 24 kHz
    assert frame_size(0xFF90) == frame_size(0xFB9C) == frame_size(0xFB00) == frame_size(0x0B90) == 0


def test_id3_size_is_syncsafe() -> None:
    assert id3_size(b"ID3\4\0\0" + bytes([0, 0, 1, 0])) == 138
    assert id3_size(b"ID3") == id3_size(b"RIFF123456") == 0


@pytest.mark.parametrize("data", [MP3, ID3 + MP3, MP3 + b"TAG" + b"\0" * 125, MP3 + b"\0" * 500])
def test_a_healthy_file_is_intact(data: bytes) -> None:
    file = io.BytesIO(data)
    file.seek(7)
    assert is_intact(file)
    assert file.tell() == 7


def test_chunks_may_end_anywhere(monkeypatch) -> None:
    for size in (100, 417, 418, 1000, 4096):
        monkeypatch.setattr("auricle.audio.mp3._CHUNK_BYTES", size)
        assert is_intact(io.BytesIO(ID3 + MP3))
        assert not is_intact(io.BytesIO(MP3[:-200]))


def test_a_chunk_may_end_within_the_tag_at_the_end(monkeypatch) -> None:
    tagged = MP3 + b"APETAGEX" + bytes(500)
    for n_bytes in range(12):
        monkeypatch.setattr("auricle.audio.mp3._CHUNK_BYTES", len(MP3) + n_bytes)
        assert is_intact(io.BytesIO(tagged)), n_bytes
        assert not is_intact(io.BytesIO(MP3 + bytes([1]) * 500)), n_bytes


@pytest.mark.parametrize(
    "data",
    [
        MP3[: len(MP3) // 2],
        MP3[:-10],
        MP3[:9000] + b"x" * 500 + MP3[9500:],
        MP3[:9000] + MP3[9100:],
        MP3 + MP3,
        b"ID3",
        b"",
        ID3,
    ],
)
def test_a_cut_or_damaged_file_is_not(data: bytes) -> None:
    assert not is_intact(io.BytesIO(data))


def without_count(data: bytes) -> bytes:
    """Return an MP3 without its first frame, which tells how many follow."""
    return data[frame_size(int.from_bytes(data[1:3])) :]


def test_varying_bit_rates_without_a_count_are_left_to_ffmpeg() -> None:
    """libmpg123 takes the length from the first frames, and stops there."""
    rng = np.random.default_rng(0)
    quiet, loud = chirp(20.0)[:, :1] / 1000, 0.2 * rng.standard_normal((20 * 44_100, 1))
    varying = without_count(encode(np.concatenate([loud, quiet]), 44_100, "MP3"))
    assert frame_count(io.BytesIO(varying)) is None
    assert not is_intact(io.BytesIO(varying))
    assert decode(varying).duration_s == pytest.approx(40.0, abs=0.2)


def test_frame_count_is_the_header_s_claim() -> None:
    n_frames = frame_count(io.BytesIO(MP3))
    assert n_frames == pytest.approx(3 * 44_100 / 1152, abs=3)
    assert frame_count(io.BytesIO(MP3[: len(MP3) // 2])) == n_frames
    assert frame_count(io.BytesIO(b"no mp3")) is None


def test_the_end_of_an_ogg_stream() -> None:
    ogg = encode(chirp(3.0), 44_100, "OGG")
    for data, ends in [(ogg, True), (ogg[: len(ogg) // 2], False), (b"OggS", False), (b"", False)]:
        file = io.BytesIO(data)
        assert has_end_mark(file, len(data)) is ends
        assert file.tell() == 0
