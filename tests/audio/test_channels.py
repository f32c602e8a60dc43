"""All channels of a source, block by block."""

import numpy as np
import pytest
import soundfile

from auricle.audio import decode, open_channels
from auricle.errors import EmptyAudio, TooShort, UnreadableFile

from .synth import chirp, encode, encode_av


def read(source) -> np.ndarray:
    with open_channels(source) as stream:
        return np.concatenate([block.copy() for block in stream])


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_channels_are_kept_apart(channels: int) -> None:
    sound = chirp(0.5, channels=channels)
    np.testing.assert_allclose(read(encode(sound, 44_100, "WAV", "PCM_24")), sound, atol=2**-22)


def test_their_mean_is_what_is_heard() -> None:
    data = encode_av(chirp(1.0), 44_100, "ipod", "aac")
    np.testing.assert_allclose(read(data).mean(axis=1), decode(data).waveform, atol=1e-6)


def test_length_and_header() -> None:
    with open_channels(encode(chirp(7.0), 44_100, "FLAC")) as stream:
        assert stream.duration_s == 0
        for _ in stream:
            pass
        assert stream.duration_s == pytest.approx(7.0)
        assert stream.info.channels == 2
        assert stream.warnings == ()


def test_samples_that_are_not_finite(tmp_path) -> None:
    sound = chirp(0.5)
    sound[100:103, 0] = np.nan
    sound[200, 1] = np.inf
    soundfile.write(tmp_path / "bad.wav", sound, 44_100, "FLOAT")
    with open_channels(tmp_path / "bad.wav") as stream:
        blocks = np.concatenate([block.copy() for block in stream])
        assert stream.warnings == (
            "4 samples were NaN, infinite or absurdly large and were set to 0",
        )
    assert np.isfinite(blocks).all()
    assert blocks[100, 0] == 0


def test_a_cut_file_is_told() -> None:
    data = encode(chirp(8.0), 44_100, "WAV", "PCM_16")
    with open_channels(data[: len(data) // 2]) as stream:
        for _ in stream:
            pass
        assert stream.warnings


def test_errors(tmp_path) -> None:
    with pytest.raises(UnreadableFile):
        read(tmp_path)
    with pytest.raises(EmptyAudio):
        read(b"")
    with pytest.raises(TooShort):
        read(encode(chirp(0.01), 44_100, "WAV"))
