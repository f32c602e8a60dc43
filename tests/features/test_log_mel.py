import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auricle.features import FeatureSpec, log_mel
from auricle.features.log_mel import hz_to_mel, mel_filters, mel_to_hz

SPECS = [
    FeatureSpec(),
    FeatureSpec(n_mels=96, hop_length=256),
    FeatureSpec(sample_rate=22_050, n_fft=2048, hop_length=512, n_mels=128, f_min=0, f_max=11_025),
    FeatureSpec(sample_rate=32_000, n_fft=1024, hop_length=320, n_mels=64, f_min=50, f_max=14_000),
    FeatureSpec(sample_rate=8_000, n_fft=256, hop_length=80, n_mels=32, f_min=60, f_max=3_800),
]


def music(sample_rate: int, duration_s: float = 3.0) -> NDArray[np.float32]:
    """Return a sweep with noise and a pause: every band, and levels from loud to nothing."""
    rng = np.random.default_rng(0)
    seconds = np.arange(int(duration_s * sample_rate)) / sample_rate
    sweep = 0.5 * np.sin(2 * np.pi * (50 + 0.1 * sample_rate * seconds / duration_s) * seconds)
    noise = 0.05 * rng.normal(size=seconds.size)
    return ((sweep + noise) * (seconds < 0.8 * duration_s)).astype(np.float32)


def reference(waveform: NDArray[np.float32], spec: FeatureSpec) -> NDArray[np.float32]:
    mel = librosa.feature.melspectrogram(
        y=waveform,
        sr=spec.sample_rate,
        n_fft=spec.n_fft,
        hop_length=spec.hop_length,
        n_mels=spec.n_mels,
        fmin=spec.f_min,
        fmax=spec.f_max,
        pad_mode="constant",
    )
    return librosa.power_to_db(mel, ref=1.0, amin=spec.amin, top_db=None)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.hash)
def test_equals_librosa(spec: FeatureSpec) -> None:
    waveform = music(spec.sample_rate)
    ours, theirs = log_mel(waveform, spec), reference(waveform, spec)
    assert ours.shape == theirs.shape == (spec.n_mels, spec.n_frames(waveform.size))
    audible = theirs > -80
    assert 0.3 < audible.mean() < 1
    np.testing.assert_allclose(ours[audible], theirs[audible], atol=1e-3, rtol=0)
    assert ours[~audible].max() < -79


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.hash)
def test_filters_equal_librosa(spec: FeatureSpec) -> None:
    theirs = librosa.filters.mel(
        sr=spec.sample_rate,
        n_fft=spec.n_fft,
        n_mels=spec.n_mels,
        fmin=spec.f_min,
        fmax=spec.f_max,
    )
    np.testing.assert_allclose(mel_filters(spec), theirs, atol=1e-7)


def test_result_is_float32_and_the_input_stays() -> None:
    waveform = music(16_000)
    before = waveform.copy()
    assert log_mel(waveform, FeatureSpec()).dtype == np.float32
    np.testing.assert_array_equal(waveform, before)


def test_silence_is_the_floor() -> None:
    result = log_mel(np.zeros(16_000, dtype=np.float32), FeatureSpec(amin=1e-10))
    np.testing.assert_allclose(result, -100.0, atol=1e-4)


def test_gain_moves_the_level() -> None:
    waveform = music(16_000, 1.0)
    quiet, loud = log_mel(waveform / 10, FeatureSpec()), log_mel(waveform, FeatureSpec())
    audible = quiet > -80
    np.testing.assert_allclose((loud - quiet)[audible], 20.0, atol=0.01)


@pytest.mark.parametrize("hz", [100.0, 440.0, 1_000.0, 3_000.0, 7_000.0])
def test_a_tone_lights_its_band(hz: float) -> None:
    spec = FeatureSpec()
    tone = np.sin(2 * np.pi * hz * np.arange(16_000) / 16_000).astype(np.float32)
    loudest = int(log_mel(tone, spec).mean(axis=1).argmax())
    band = mel_filters(spec)[loudest]
    nearest_bin = round(hz * spec.n_fft / spec.sample_rate)
    assert band[nearest_bin - 1 : nearest_bin + 2].max() > 0


@pytest.mark.parametrize("shape", [(0,), (2, 100)])
def test_wrong_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"waveform must have shape \(n_samples,\)"):
        log_mel(np.zeros(shape, dtype=np.float32), FeatureSpec())


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40_000))
def test_any_length_gives_the_promised_frames(n_samples: int) -> None:
    spec = FeatureSpec()
    result = log_mel(np.ones(n_samples, dtype=np.float32), spec)
    assert result.shape == (spec.n_mels, spec.n_frames(n_samples))
    assert np.isfinite(result).all()


def test_blocks_do_not_show() -> None:
    """A long waveform gives, frame by frame, what a piece of it gives."""
    spec = FeatureSpec()
    waveform = music(16_000, 20.0)
    first = 400 * spec.hop_length
    piece = log_mel(waveform[first : first + 32_000], spec)[:, 2:-2]
    whole = log_mel(waveform, spec)[:, 402 : 402 + piece.shape[1]]
    np.testing.assert_allclose(whole, piece, atol=1e-3)


@given(st.floats(0, 20_000))
def test_mel_scale_comes_back(hz: float) -> None:
    back = mel_to_hz(np.array([hz_to_mel(hz)]))[0]
    assert back == pytest.approx(hz, abs=1e-6)
    assert hz_to_mel(hz) == pytest.approx(librosa.hz_to_mel(hz), abs=1e-6)
