"""Every format that is promised is read, and told by its content."""

import numpy as np
import pytest

from auricle.audio import SUFFIXES, decode, probe, readable_formats
from auricle.audio.formats import sniff

from .synth import chirp, encode, encode_av, level_db

LOSSLESS = [
    ("WAV", "PCM_U8", -35),
    ("WAV", "PCM_16", -80),
    ("WAV", "PCM_24", -120),
    ("WAV", "PCM_32", -120),
    ("WAV", "FLOAT", -120),
    ("WAV", "DOUBLE", -120),
    ("WAVEX", "PCM_16", -80),
    ("RF64", "PCM_16", -80),
    ("W64", "PCM_16", -80),
    ("FLAC", "PCM_S8", -35),
    ("FLAC", "PCM_16", -80),
    ("FLAC", "PCM_24", -120),
    ("AIFF", "PCM_16", -80),
    ("AU", "PCM_16", -80),
    ("AU", "ULAW", -30),
    ("CAF", "PCM_16", -80),
]


@pytest.mark.parametrize(("format", "subtype", "error_db"), LOSSLESS)
def test_a_lossless_format_comes_back_as_it_was(format: str, subtype: str, error_db: int) -> None:
    samples = chirp(0.5)
    audio = decode(encode(samples, 44_100, format, subtype))
    expected = samples.mean(axis=1)
    assert audio.warnings == ()
    assert audio.waveform.shape == expected.shape
    assert level_db(audio.waveform - expected, expected) < error_db


@pytest.mark.parametrize(
    ("format", "subtype", "sample_rate"),
    [
        ("OGG", "VORBIS", 44_100),
        ("OGG", "OPUS", 48_000),
        ("MP3", None, 44_100),
        ("MP3", None, 22_050),
    ],
)
def test_a_lossy_format_keeps_length_time_and_sound(
    format: str, subtype: str | None, sample_rate: int
) -> None:
    samples = chirp(2.0, sample_rate)
    audio = decode(encode(samples, sample_rate, format, subtype))
    expected = samples.mean(axis=1)
    assert audio.warnings == ()
    assert len(audio.waveform) == pytest.approx(len(expected), abs=10)
    n = min(len(expected), len(audio.waveform))
    assert level_db(audio.waveform[:n] - expected[:n], expected) < -15


@pytest.mark.parametrize(
    ("container", "codec", "name"),
    [
        ("ipod", "aac", "mp4"),
        ("ipod", "alac", "mp4"),
        ("adts", "aac", "aac"),
        ("asf", "wmav2", "asf"),
        ("matroska", "aac", "matroska"),
        ("mov", "aac", "mp4"),
        ("mov", "pcm_s16le", "mp4"),
        ("mpegts", "aac", "mpegts"),
    ],
)
def test_ffmpeg_reads_what_libsndfile_does_not(container: str, codec: str, name: str) -> None:
    samples = chirp(2.0)
    data = encode_av(samples, 44_100, container, codec)
    audio, info = decode(data), probe(data)
    assert (info.format, info.sample_rate, info.channels) == (name, 44_100, 2)
    assert info.codec.startswith(codec[:4])
    assert audio.duration_s == pytest.approx(2.0, abs=0.1)
    assert audio.warnings == ()
    assert np.sqrt(np.mean(audio.waveform**2)) == pytest.approx(0.375 / np.sqrt(2), rel=0.05)


def test_alac_is_lossless_through_ffmpeg() -> None:
    samples = chirp(1.0)
    expected = samples.mean(axis=1)
    audio = decode(encode_av(samples, 44_100, "ipod", "alac"))
    assert level_db(audio.waveform[: len(expected)] - expected, expected) < -80


@pytest.mark.parametrize("container", ["mp4", "matroska", "mov", "avi"])
def test_a_video_is_heard_by_its_audio_track(container: str) -> None:
    codec = "pcm_s16le" if container == "avi" else "aac"
    audio = decode(encode_av(chirp(1.5), 44_100, container, codec, with_video=True))
    assert audio.duration_s == pytest.approx(1.5, abs=0.1)
    assert np.abs(audio.waveform).max() > 0.3


def test_of_several_audio_tracks_the_first_is_heard() -> None:
    audio = decode(encode_av(chirp(1.0), 44_100, "matroska", "pcm_s16le", tracks=2))
    assert np.abs(audio.waveform).max() == pytest.approx(0.375, abs=0.01)


@pytest.mark.parametrize("sample_rate", [8_000, 11_025, 16_000, 44_100, 96_000, 192_000])
def test_sample_rates_from_8_to_192_khz(sample_rate: int) -> None:
    data = encode(chirp(0.5, sample_rate), sample_rate, "WAV", "PCM_16")
    audio = decode(data, sample_rate=16_000)
    assert audio.sample_rate == 16_000
    assert len(audio.waveform) == pytest.approx(8_000, abs=1)
    assert audio.duration_s == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6, 8])
@pytest.mark.parametrize("format", ["WAV", "FLAC"])
def test_mono_to_seven_point_one_is_the_mean_of_the_channels(channels: int, format: str) -> None:
    samples = chirp(0.3, channels=channels)
    audio = decode(encode(samples, 44_100, format, "PCM_24"))
    np.testing.assert_allclose(audio.waveform, samples.mean(axis=1), atol=1e-6)


@pytest.mark.parametrize("channels", [1, 6, 8])
def test_many_channels_through_ffmpeg(channels: int) -> None:
    samples = chirp(0.5, 48_000, channels=channels)
    audio = decode(encode_av(samples, 48_000, "mov", "pcm_s16le"))
    np.testing.assert_allclose(audio.waveform, samples.mean(axis=1), atol=1e-4)


@pytest.mark.parametrize(
    ("format", "wrong_name"),
    [("MP3", "a.wav"), ("WAV", "a.mp3"), ("FLAC", "a.txt"), ("OGG", "a.raw"), ("MP3", "a")],
)
def test_the_format_is_told_by_content_not_by_name(tmp_path, format: str, wrong_name: str) -> None:
    path = tmp_path / wrong_name
    path.write_bytes(encode(chirp(1.0), 44_100, format))
    assert probe(path).format == format.lower()
    assert decode(path).duration_s == pytest.approx(1.0, abs=0.01)


def test_m4a_named_mp3(tmp_path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(encode_av(chirp(1.0), 44_100, "ipod", "aac"))
    assert probe(path).format == "mp4"


def test_mp3_behind_an_id3_tag_with_a_picture() -> None:
    mp3 = encode(chirp(1.0), 44_100, "MP3")
    picture = (
        b"APIC" + (300_000).to_bytes(4) + b"\0\0" + b"\0image/png\0\3\0" + b"\xff\xfb" * 149_993
    )
    size = len(picture)
    syncsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    audio = decode(b"ID3\3\0\0" + syncsafe + picture + mp3)
    assert audio.duration_s == pytest.approx(1.0, abs=0.01)
    assert audio.warnings == ()


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"RIFF....WAVE", "wav"),
        (b"OggS", "ogg"),
        (b"\0\0\0\x20ftypM4A ", "mp4"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"\xff\xfeh\0", None),  # text in UTF-16
        (b"hello world", None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_sniff(head: bytes, name: str | None) -> None:
    assert sniff(head) == name


def test_readable_formats_name_their_back_end() -> None:
    formats = readable_formats()
    assert formats["wav"] == formats["flac"] == formats["mp3"] == "libsndfile"
    assert formats["mov"] == formats["asf"] == formats["ogg"] == "FFmpeg"
    assert "hls" not in formats
    assert "raw" not in formats


def test_suffixes_are_lower_case_with_a_dot() -> None:
    assert {".mp3", ".flac", ".m4a", ".ogg", ".opus", ".wav", ".wma"} <= SUFFIXES
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in SUFFIXES)
    assert not {".m3u", ".m3u8", ".txt", ".jpg"} & SUFFIXES
