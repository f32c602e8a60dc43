import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.audio import AudioInfo, decode, probe
from auricle.audio.mixdown import mix_to_mono

from .synth import chirp, encode, encode_av, level_db


def test_decode_keeps_the_source_s_rate_unless_asked() -> None:
    data = encode(chirp(1.0), 44_100, "WAV")
    audio = decode(data)
    assert (audio.sample_rate, len(audio.waveform)) == (44_100, 44_100)
    assert audio.waveform.dtype == np.float32
    resampled = decode(data, sample_rate=16_000)
    assert (resampled.sample_rate, len(resampled.waveform)) == (16_000, 16_000)
    assert resampled.duration_s == audio.duration_s == 1.0


def test_probe_states_what_the_header_says() -> None:
    data = encode(chirp(1.5, 48_000), 48_000, "WAV", "PCM_24")
    assert probe(data) == AudioInfo("wav", "pcm_24", 48_000, 2, 1.5, bits=24)


@pytest.mark.parametrize(
    ("format", "subtype", "bits"),
    [
        ("FLAC", "PCM_24", 24),
        ("WAV", "PCM_U8", 8),
        ("WAV", "FLOAT", 32),
        ("WAV", "DOUBLE", 64),
        ("CAF", "ALAC_24", 24),
        ("OGG", "VORBIS", 0),
        ("WAV", "MS_ADPCM", 0),
    ],
)
def test_bits_per_sample_are_told(format: str, subtype: str, bits: int) -> None:
    assert probe(encode(chirp(0.5, 44_100), 44_100, format, subtype)).bits == bits


@pytest.mark.parametrize(
    ("container", "codec", "sample_format", "bits"),
    [
        ("matroska", "flac", "s32", 24),
        ("matroska", "flac", "s16", 16),
        ("mp4", "alac", "s32p", 24),
        ("mov", "pcm_s32le", "s32", 32),
        ("mov", "pcm_mulaw", "s16", 16),
        ("mp4", "aac", "fltp", 0),
    ],
)
def test_bits_per_sample_are_told_by_ffmpeg(
    container: str, codec: str, sample_format: str, bits: int
) -> None:
    data = encode_av(chirp(0.5, 44_100), 44_100, container, codec, sample_format=sample_format)
    assert probe(data).bits == bits


def test_resampling_keeps_a_tone_and_removes_what_would_alias() -> None:
    t = np.arange(44_100) / 44_100
    low = np.sin(2 * np.pi * 1_000 * t)
    both = (0.4 * low + 0.4 * np.sin(2 * np.pi * 12_000 * t)).astype(np.float32)
    heard = decode(encode(both[:, None], 44_100, "WAV", "FLOAT"), sample_rate=16_000).waveform
    expected = 0.4 * np.sin(2 * np.pi * 1_000 * np.arange(16_000) / 16_000)
    middle = slice(1000, -1000)
    assert level_db(heard[middle] - expected[middle], expected[middle]) < -80


@given(
    channels=st.integers(1, 8),
    n_bad=st.integers(0, 5),
    bad=st.sampled_from([np.nan, np.inf, -np.inf, 1e30, -3e38]),
)
def test_mix_to_mono_is_the_mean_and_always_finite(channels: int, n_bad: int, bad: float) -> None:
    rng = np.random.default_rng(channels)
    block = rng.uniform(-1, 1, (64, channels)).astype(np.float32)
    expected = block.copy()
    block.flat[:n_bad] = bad
    expected.flat[:n_bad] = 0
    mono, n_damaged = mix_to_mono(block)
    assert n_damaged == min(n_bad, block.size)
    np.testing.assert_allclose(mono, expected.mean(axis=1), atol=1e-6)


def test_opposite_infinities_do_not_hide_each_other() -> None:
    block = np.zeros((4, 2), np.float32)
    block[1] = np.inf, -np.inf
    mono, n_damaged = mix_to_mono(block)
    assert n_damaged == 2
    assert not mono.any()


def test_one_absurd_sample_does_not_cost_the_file() -> None:
    rng = np.random.default_rng(0)
    sound = 0.1 * rng.standard_normal((16_000, 1)).astype(np.float32)
    sound[5_000] = 1e30
    heard = decode(encode(sound, 16_000, "WAV", "FLOAT"), sample_rate=16_000)
    assert np.abs(heard.waveform).max() < 1
    assert heard.warnings == ("1 samples were NaN, infinite or absurdly large and were set to 0",)


def test_samples_that_were_never_scaled_are_kept() -> None:
    sound = np.full((16_000, 1), 32_768, np.float32)
    assert decode(encode(sound, 16_000, "WAV", "FLOAT"), sample_rate=16_000).warnings == ()


def test_one_channel_is_damaged_whatever_the_others_hold() -> None:
    block = np.zeros((8, 6), np.float32)
    block[3, 2] = 1.9e6
    mono, n_damaged = mix_to_mono(block)
    assert n_damaged == 1
    assert not mono.any()
