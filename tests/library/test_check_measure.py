"""Measures of sounds whose faults are known."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from auricle.errors import AudioError
from auricle.library.check_measure import Measures, Meter, cut_off, measure

RATE = 44_100


def noise(duration_s: float = 5.0, *, seed: int = 0, rate: int = RATE) -> np.ndarray:
    """Return two channels of noise with everything up to half the sample rate."""
    rng = np.random.default_rng(seed)
    return (0.05 * rng.normal(size=(round(duration_s * rate), 2))).astype(np.float32)


def sine(hz: float, *, gain: float = 0.5, duration_s: float = 5.0) -> np.ndarray:
    wave = gain * np.sin(2 * np.pi * hz * np.arange(round(duration_s * RATE)) / RATE)
    return np.stack([wave, 0.7 * wave], axis=1).astype(np.float32)


def measured(
    folder: Path, samples: np.ndarray, *, rate: int = RATE, name: str = "a.wav"
) -> Measures:
    path = folder / name
    soundfile.write(path, samples, rate)
    return measure(str(path))


def test_the_header_and_the_level(tmp_path: Path) -> None:
    found = measured(tmp_path, sine(440.0))
    assert (found.codec, found.sample_rate, found.channels) == ("pcm_16", RATE, 2)
    assert found.duration_s == pytest.approx(5.0)
    assert found.peak == pytest.approx(0.5, abs=1e-3)
    assert found.level_db == pytest.approx(10 * np.log10(0.125 * (1 + 0.49) / 2), abs=0.1)
    assert found.lossless
    assert found.warnings == ()


@pytest.mark.parametrize(("name", "lossless"), [("a.flac", True), ("a.mp3", False)])
def test_which_codecs_keep_everything(tmp_path: Path, name: str, lossless: bool) -> None:
    assert measured(tmp_path, noise(), name=name).lossless is lossless


# Clipping


@pytest.mark.parametrize("hz", [50.0, 440.0, 3_000.0])
def test_clipped_tops_are_counted(tmp_path: Path, hz: float) -> None:
    found = measured(tmp_path, np.clip(sine(hz, gain=1.5), -1, 1))
    assert found.clipped > 100
    assert found.flat_share > 0.01


def test_clipping_below_full_scale_is_seen(tmp_path: Path) -> None:
    found = measured(tmp_path, np.clip(2 * noise() / 0.15, -0.95, 0.95) * 1.0)
    assert found.peak == pytest.approx(0.95, abs=1e-3)
    assert found.clipped > 100


@pytest.mark.parametrize("hz", [50.0, 440.0, 3_000.0])
@pytest.mark.parametrize("gain", [0.5, 0.999])
def test_a_loud_sine_is_not_clipped(tmp_path: Path, hz: float, gain: float) -> None:
    assert measured(tmp_path, sine(hz, gain=gain)).clipped < 10


def test_a_square_wave_is_flat_all_over(tmp_path: Path) -> None:
    assert measured(tmp_path, np.sign(sine(220.0)) * 0.99).flat_share > 0.5


def test_lossy_sound_clips_beyond_full_scale() -> None:
    meter = Meter(RATE, lossless=False)
    meter.hear(np.clip(sine(100.0, gain=1.0), -1, 1))
    assert meter.clipped == 0
    meter.hear(sine(100.0, gain=1.3))
    assert meter.clipped > 100


# Channels


def test_equal_channels(tmp_path: Path) -> None:
    mono = noise()[:, :1].repeat(2, axis=1)
    assert measured(tmp_path, mono).difference_db < -100
    assert measured(tmp_path, noise()).difference_db > -1


def test_one_channel_silent(tmp_path: Path) -> None:
    one = noise() * np.array([1.0, 0.0])
    assert measured(tmp_path, one).balance_db < -100
    assert abs(measured(tmp_path, noise()).balance_db) < 1


def test_one_channel_alone_has_no_difference(tmp_path: Path) -> None:
    found = measured(tmp_path, noise()[:, 0])
    assert found.channels == 1
    assert (found.difference_db, found.balance_db) == (0.0, 0.0)


# Bandwidth


@pytest.mark.parametrize("low_rate", [11_025, 16_000, 22_050, 32_000])
def test_a_lower_sample_rate_shows(tmp_path: Path, low_rate: int) -> None:
    upsampled = soxr.resample(noise(rate=low_rate), low_rate, RATE)
    found = measured(tmp_path, upsampled)
    assert found.bandwidth_hz == pytest.approx(low_rate / 2, rel=0.1)


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 96_000])
def test_full_bandwidth_has_no_edge(tmp_path: Path, rate: int) -> None:
    assert measured(tmp_path, noise(rate=rate), rate=rate).bandwidth_hz is None


def test_a_gentle_fall_is_no_edge(tmp_path: Path) -> None:
    """Noise that falls by 12 dB per octave, as dull recordings do."""
    brown = np.cumsum(np.cumsum(noise(), axis=0), axis=0)
    brown -= soxr.resample(soxr.resample(brown, RATE, 441), 441, RATE)[: len(brown)]
    found = measured(tmp_path, 0.5 * brown / np.abs(brown).max())
    assert found.bandwidth_hz is None


def test_silence_and_a_tone_have_no_edge(tmp_path: Path) -> None:
    assert measured(tmp_path, np.zeros((RATE, 2))).bandwidth_hz is None
    assert cut_off(np.full(2_049, -100.0), RATE) is None


def test_a_low_rate_has_no_room_for_an_edge() -> None:
    assert cut_off(np.zeros(2_049), 4_000) is None


@pytest.mark.parametrize("rate", [16_000, RATE, 96_000, 192_000, 384_000, 2_000_000])
def test_an_edge_by_hand(rate: int) -> None:
    spectrum = np.where(np.arange(2_049) < 1_024, -40.0, -120.0)
    assert cut_off(spectrum, rate) == pytest.approx(rate / 4, abs=max(400, rate / 1_000))


def test_what_is_no_sound(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"nothing")
    with pytest.raises(AudioError):
        measure(str(tmp_path / "a.mp3"))


def test_nothing_heard_yet() -> None:
    meter = Meter(RATE, lossless=True)
    meter.hear(np.zeros((0, 2), dtype=np.float32))
    assert meter.power_of_all() == 0
    assert meter.flat_share() == 0
