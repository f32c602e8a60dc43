"""Files made in memory come back as the sound that went in."""

import numpy as np
import pytest

from auricle.audio import decode, probe
from auricle.audio.encode import encode_mp3, encode_wav

from .synth import chirp


def test_wav_keeps_every_sample_even_beyond_full_scale() -> None:
    waveform = 4 * chirp(0.5, 24_000, channels=1)[:, 0]
    audio = decode(encode_wav(waveform, 24_000))
    assert audio.sample_rate == 24_000
    np.testing.assert_array_equal(audio.waveform, waveform)


def test_wav_takes_channels() -> None:
    info = probe(encode_wav(chirp(0.5, 16_000, channels=2), 16_000))
    assert (info.channels, info.sample_rate, info.duration_s) == (2, 16_000, pytest.approx(0.5))


@pytest.mark.parametrize("bit_rate", [64_000, 128_000])
def test_mp3_has_the_asked_bit_rate_and_sounds_alike(bit_rate: int) -> None:
    waveform = chirp(4.0, 24_000, channels=1)[:, 0]
    file = encode_mp3(waveform, 24_000, bit_rate)
    assert len(file) * 8 / 4.0 == pytest.approx(bit_rate, rel=0.1)
    heard = decode(file).waveform
    spectra = [
        np.abs(np.fft.rfft(x[: len(waveform)], 2 * len(waveform))) for x in (waveform, heard)
    ]
    cosine = spectra[0] @ spectra[1] / np.prod([np.linalg.norm(s) for s in spectra])
    assert cosine > 0.99


def test_mp3_resamples_where_it_must() -> None:
    assert (
        probe(encode_mp3(chirp(1.0, 20_000, channels=1)[:, 0], 20_000, 64_000)).sample_rate
        == 22_050
    )
    assert (
        probe(encode_mp3(chirp(1.0, 96_000, channels=1)[:, 0], 96_000, 64_000)).sample_rate
        == 48_000
    )
