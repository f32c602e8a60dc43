"""What is no healthy sound: refused with its reason, or used as far as it goes, with a warning."""

import os
import socket
import struct
import threading

import numpy as np
import pytest

from auricle.audio import decode, open_excerpts, probe
from auricle.errors import CorruptAudio, EmptyAudio, TooShort, UnreadableFile, UnsupportedAudio

from .synth import chirp, encode, encode_av, video_only


def test_an_empty_file(tmp_path) -> None:
    (tmp_path / "empty.mp3").touch()
    with pytest.raises(EmptyAudio, match=r"empty\.mp3: is empty"):
        decode(tmp_path / "empty.mp3")


def test_no_bytes() -> None:
    with pytest.raises(EmptyAudio, match="<bytes>"):
        decode(b"")


@pytest.mark.parametrize("format", ["WAV", "AIFF", "AU", "CAF"])
def test_a_header_without_samples(format: str) -> None:
    with pytest.raises(EmptyAudio, match="holds no samples"):
        decode(encode(chirp(0.0), 44_100, format))


def test_text_named_mp3_keeps_the_reason_of_each_back_end(tmp_path) -> None:
    path = tmp_path / "text.mp3"
    path.write_text("This is a letter, not a song.\n" * 200)
    with pytest.raises(UnsupportedAudio, match=r"text\.mp3: not a known.*libsndfile: .*FFmpeg: "):
        decode(path)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{other}'\n",
    ],
)
def test_a_playlist_never_opens_another_file(tmp_path, text: str) -> None:
    other = tmp_path / "other.wav"
    other.write_bytes(encode(chirp(1.0), 44_100, "WAV"))
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(text.format(other=other))
    with pytest.raises(UnsupportedAudio):
        decode(playlist)


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff\xe0" + b"\0" * 5000, b"\x89PNG\r\n\x1a\n" + b"\1" * 99]
)
def test_a_picture(data: bytes) -> None:
    with pytest.raises(UnsupportedAudio):
        decode(data)


def test_a_video_without_sound() -> None:
    with pytest.raises(UnsupportedAudio, match="holds no audio track"):
        probe(video_only())


def test_a_known_head_without_anything_behind_it() -> None:
    with pytest.raises(CorruptAudio, match="looks like flac, but is damaged"):
        decode(b"fLaC" + b"\0" * 1000)


@pytest.mark.parametrize("seed", range(3))
def test_noise_is_no_sound(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 128, 20_000, dtype=np.uint8).tobytes()
    with pytest.raises(UnsupportedAudio):
        decode(b"x" + noise)


@pytest.mark.parametrize("format", ["MP3", "FLAC", "OGG", "WAV", "AIFF"])
def test_a_truncated_file_is_used_as_far_as_it_goes(format: str) -> None:
    whole = encode(chirp(8.0), 44_100, format)
    audio = decode(whole[: len(whole) // 2])
    assert 2.5 < audio.duration_s < 5.5
    assert np.abs(audio.waveform).max() > 0.3
    assert len(audio.warnings) > 0
    assert decode(whole).warnings == ()


def test_a_truncated_opus_file() -> None:
    whole = encode(chirp(8.0, 48_000), 48_000, "OGG", "OPUS")
    audio = decode(whole[: len(whole) // 2])
    assert 2.5 < audio.duration_s < 5.5
    assert audio.warnings == ("the Ogg stream has no end mark: it may be truncated",)


def test_a_truncated_m4a_whose_index_comes_first() -> None:
    whole = encode_av(chirp(8.0), 44_100, "mp4", "aac", options={"movflags": "faststart"})
    assert whole.find(b"moov") < whole.find(b"mdat")
    audio = decode(whole[: len(whole) // 2])
    assert 2.5 < audio.duration_s < 5.5
    assert any("of 8.0 s could be decoded" in warning for warning in audio.warnings)


def test_a_truncated_m4a_whose_index_comes_last() -> None:
    whole = encode_av(chirp(4.0), 44_100, "mp4", "aac")
    assert whole.find(b"moov") > whole.find(b"mdat")
    with pytest.raises(CorruptAudio, match="looks like mp4"):
        decode(whole[: len(whole) // 2])


@pytest.mark.parametrize("format", ["FLAC", "MP3", "OGG"])
def test_damage_in_the_middle_costs_only_the_middle(format: str) -> None:
    data = bytearray(encode(chirp(20.0), 44_100, format))
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(range(250)) * 12
    audio = decode(bytes(data))
    assert 15.0 < audio.duration_s <= 20.1
    assert len(audio.warnings) > 0
    end = audio.waveform[-4410:]
    assert np.abs(end).max() > 0.3


def test_a_damaged_mp3_leaves_standard_error_alone(capfd) -> None:
    data = bytearray(encode(chirp(10.0), 44_100, "MP3"))
    data[40_000:60_000] = b"x" * 20_000
    decode(bytes(data))
    decode(bytes(data[: len(data) // 2]))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("claim", [0, 0xFFFFFFFF, 0xFFFFFFF0, 1 << 30])
def test_a_wav_header_that_lies_about_its_length(claim: int) -> None:
    data = encode(chirp(1.0), 44_100, "WAV", "PCM_16")
    at = data.find(b"data") + 4
    audio = decode(data[:at] + struct.pack("<I", claim) + data[at + 4 :])
    assert audio.duration_s == pytest.approx(1.0, abs=0.01)
    assert audio.warnings == (
        "the header states a wrong length: all that the file holds was decoded",
    )


def test_a_flac_of_unknown_length() -> None:
    data = bytearray(encode(chirp(1.0), 44_100, "FLAC"))
    data[21] &= 0xF0
    data[22:26] = b"\0\0\0\0"
    assert probe(bytes(data)).duration_s is None
    assert decode(bytes(data)).duration_s == 1.0


def test_silence_is_sound() -> None:
    audio = decode(encode(np.zeros((44_100, 2), np.float32), 44_100, "FLAC"))
    assert audio.duration_s == 1.0
    assert not audio.waveform.any()


@pytest.mark.parametrize("format", ["WAV", "FLAC", "OGG"])
def test_a_tenth_of_a_second_is_enough_and_less_is_not(format: str) -> None:
    assert decode(encode(chirp(0.1), 44_100, format)).duration_s == pytest.approx(0.1, abs=0.005)
    with pytest.raises(TooShort, match=r"0\.0[45]\d s of sound, 0\.1 s are needed"):
        decode(encode(chirp(0.05), 44_100, format))


def test_a_very_short_mp3_is_read() -> None:
    assert decode(encode(chirp(0.12), 44_100, "MP3")).duration_s == pytest.approx(0.12, abs=0.06)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_finite_become_zero(value: float) -> None:
    samples = chirp(1.0)
    expected = samples.copy()
    samples[100:103] = value
    expected[100:103] = 0
    audio = decode(encode(samples, 44_100, "WAV", "FLOAT"))
    assert audio.warnings == ("6 samples were NaN, infinite or absurdly large and were set to 0",)
    np.testing.assert_allclose(audio.waveform, expected.mean(axis=1), atol=1e-6)


def test_loud_samples_stay_and_absurd_ones_do_not() -> None:
    samples = np.full((44_100, 1), 1e5, np.float32)
    samples[::2] = 1e30
    audio = decode(encode(samples, 44_100, "WAV", "FLOAT"))
    assert audio.warnings == (
        "22050 samples were NaN, infinite or absurdly large and were set to 0",
    )
    assert set(audio.waveform.tolist()) == {0.0, 1e5}


def test_a_directory(tmp_path) -> None:
    with pytest.raises(UnreadableFile, match="is a directory"):
        decode(tmp_path)


def test_a_missing_file(tmp_path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        decode(tmp_path / "nothing.mp3")


def test_a_broken_link(tmp_path) -> None:
    (tmp_path / "link.mp3").symlink_to(tmp_path / "gone.mp3")
    with pytest.raises(UnreadableFile, match="is a broken link"):
        decode(tmp_path / "link.mp3")


def test_a_circle_of_links(tmp_path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        decode(tmp_path / "a")


def test_no_permission(tmp_path) -> None:
    path = tmp_path / "mine.wav"
    path.write_bytes(encode(chirp(1.0), 44_100, "WAV"))
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        with pytest.raises(UnreadableFile, match="no permission"):
            decode(path)
    finally:
        os.seteuid(user)


def test_a_named_pipe_never_blocks(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(UnreadableFile, match="is a named pipe"):
        decode(tmp_path / "pipe.wav")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/random"])
def test_a_device_never_blocks(device: str) -> None:
    with pytest.raises(UnreadableFile, match="is a device"):
        decode(device)


def test_a_socket(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.wav")
        with pytest.raises(UnreadableFile, match="is a socket"):
            decode("socket.wav")


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_an_impossible_name(name: str) -> None:
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        decode(name)


@pytest.mark.parametrize("address", ["http://localhost/a.mp3", "concat:a.mp3", "pipe:0", ""])
def test_an_address_is_only_a_name(address: str) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        decode(address)


def test_no_file_stays_open(tmp_path) -> None:
    good, bad = tmp_path / "good.flac", tmp_path / "bad.flac"
    good.write_bytes(encode(chirp(1.0), 44_100, "FLAC"))
    bad.write_bytes(b"fLaC" + b"\0" * 100)
    n_before = len(os.listdir("/dev/fd"))
    for _ in range(5):
        decode(good)
        with pytest.raises(CorruptAudio):
            decode(bad)
    assert len(os.listdir("/dev/fd")) == n_before


def test_excerpts_raise_the_same_errors(tmp_path) -> None:
    with pytest.raises(UnreadableFile):
        open_excerpts(tmp_path, sample_rate=16_000, excerpt_s=1.0)
    short = encode(chirp(0.05), 44_100, "WAV")
    stream = open_excerpts(short, sample_rate=16_000, excerpt_s=1.0)
    with stream, pytest.raises(TooShort):
        next(stream)


def test_threads_decode_at_the_same_time() -> None:
    data = [encode(chirp(1.0), 44_100, format) for format in ("MP3", "OGG", "FLAC", "WAV")]
    durations: list[float] = []
    threads = [
        threading.Thread(target=lambda d=d: durations.append(decode(d).duration_s))
        for d in data * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert durations == pytest.approx([1.0] * 8, abs=0.01)
