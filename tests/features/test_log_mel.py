import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.features import FeatureSpec, log_mel
from auricle.features.log_mel import (
    FRAMES_PER_BLOCK,
    PRODUCT_SIZE,
    _filter_groups,
    hz_to_mel,
    mel_filters,
    mel_to_hz,
)

SPECS = [
    FeatureSpec(),
    FeatureSpec(16_000, 1024, 320, 96, 0.0, 8_000.0),
    FeatureSpec(22_050, 2048, 512, 128, 0.0, 11_025.0),
    FeatureSpec(44_100, 2048, 1024, 80, 20.0, 16_000.0),
    FeatureSpec(8_000, 256, 128, 32, 50.0, 4_000.0, amin=1e-9),
    FeatureSpec(16_000, 400, 160, 40, 60.0, 7_800.0),
]


def sound(spec: FeatureSpec, seconds: float = 3.0) -> np.ndarray:
    """Return a sweep over noise that fades.

    There is noise everywhere: beside a pure tone, both libraries show only their own rounding.
    """
    t = np.arange(round(seconds * spec.sample_rate)) / spec.sample_rate
    sweep = np.sin(2 * np.pi * (50 + spec.sample_rate / 8 * t / seconds) * t)
    noise = np.random.default_rng(0).standard_normal(len(t)) * np.exp(-3 * t)
    floor = 3e-4 * np.random.default_rng(1).standard_normal(len(t))
    return (0.1 * sweep + 0.1 * noise + floor).astype(np.float32)


def by_librosa(waveform: np.ndarray, spec: FeatureSpec) -> np.ndarray:
    power = librosa.feature.melspectrogram(
        y=waveform, sr=spec.sample_rate, n_fft=spec.n_fft, hop_length=spec.hop_length,
        n_mels=spec.n_mels, fmin=spec.f_min, fmax=spec.f_max, pad_mode="constant",
    )  # fmt: skip
    return librosa.power_to_db(power, ref=1.0, amin=spec.amin, top_db=None)


@pytest.mark.parametrize("spec", SPECS)
def test_log_mel_equals_librosa(spec: FeatureSpec) -> None:
    waveform = sound(spec)
    ours, theirs = log_mel(waveform, spec), by_librosa(waveform, spec)
    assert ours.shape == theirs.shape == (spec.n_mels, spec.n_frames(len(waveform)))
    assert ours.dtype == np.float32
    loud = theirs > -80
    assert loud.mean() > 0.5
    assert np.abs(ours - theirs)[loud].max() < 1e-3


@pytest.mark.parametrize("spec", SPECS)
def test_mel_filters_equal_librosa_s(spec: FeatureSpec) -> None:
    theirs = librosa.filters.mel(
        sr=spec.sample_rate, n_fft=spec.n_fft, n_mels=spec.n_mels, fmin=spec.f_min, fmax=spec.f_max
    )
    np.testing.assert_allclose(mel_filters(spec), theirs, atol=1e-7)


@given(hz=st.floats(0.0, 24_000.0))
def test_mel_and_back(hz: float) -> None:
    assert mel_to_hz(np.array([hz_to_mel(hz)]))[0] == pytest.approx(hz, rel=1e-9, abs=1e-9)


@given(n_samples=st.integers(1, 5_000))
@settings(max_examples=40, deadline=None)
def test_the_number_of_frames_is_known_beforehand(n_samples: int) -> None:
    spec = FeatureSpec()
    frames = log_mel(np.ones(n_samples, np.float32), spec)
    assert frames.shape == (spec.n_mels, spec.n_frames(n_samples))
    assert np.isfinite(frames).all()


@pytest.mark.parametrize("n_frames", [FRAMES_PER_BLOCK - 1, FRAMES_PER_BLOCK, FRAMES_PER_BLOCK + 1])
def test_a_block_s_border_leaves_no_trace(n_frames: int) -> None:
    spec = FeatureSpec()
    waveform = sound(spec, 8.0)[: (n_frames - 1) * spec.hop_length]
    whole = log_mel(waveform, spec)
    assert whole.shape[1] == n_frames
    np.testing.assert_allclose(whole, by_librosa(waveform, spec), atol=2e-3)


def test_a_tone_lights_up_its_own_band() -> None:
    spec = FeatureSpec()
    tone = np.sin(2 * np.pi * 1_000 * np.arange(16_000) / 16_000).astype(np.float32)
    loudest = int(log_mel(tone, spec).mean(axis=1).argmax())
    edges = mel_to_hz(np.linspace(hz_to_mel(spec.f_min), hz_to_mel(spec.f_max), spec.n_mels + 2))
    assert edges[loudest] < 1_000 < edges[loudest + 2]


@given(gain_db=st.floats(-20.0, 20.0))
@settings(max_examples=20, deadline=None)
def test_louder_by_x_db_is_higher_by_x(gain_db: float) -> None:
    spec = FeatureSpec()
    waveform = np.random.default_rng(1).standard_normal(4_000).astype(np.float32)
    louder = waveform * np.float32(10 ** (gain_db / 20))
    np.testing.assert_allclose(log_mel(louder, spec) - log_mel(waveform, spec), gain_db, atol=1e-2)


def test_silence_is_the_floor() -> None:
    spec = FeatureSpec(amin=1e-8)
    np.testing.assert_allclose(log_mel(np.zeros(1_000, np.float32), spec), -80.0, atol=1e-4)


@pytest.mark.parametrize("shape", [(0,), (2, 100), ()])
def test_a_wrong_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="waveform must have shape"):
        log_mel(np.zeros(shape, np.float32), FeatureSpec())


def test_the_waveform_is_left_as_it_was() -> None:
    waveform = sound(FeatureSpec(), 0.5)
    before = waveform.copy()
    log_mel(waveform, FeatureSpec())
    np.testing.assert_array_equal(waveform, before)


@pytest.mark.parametrize("spec", [*SPECS, FeatureSpec(n_mels=200), FeatureSpec(n_mels=1)])
def test_the_groups_hold_every_filter_once_and_lose_no_weight(spec: FeatureSpec) -> None:
    whole = np.zeros((spec.n_mels, spec.n_bins), np.float32)
    for bands, bins, weights in _filter_groups(spec):
        whole[bands, bins] += weights
        assert weights.size * FRAMES_PER_BLOCK <= PRODUCT_SIZE
    np.testing.assert_array_equal(whole, mel_filters(spec))


def test_grouping_saves_most_of_the_product() -> None:
    spec = FeatureSpec()
    n_multiplied = sum(weights.size for _, _, weights in _filter_groups(spec))
    assert n_multiplied < 0.35 * spec.n_mels * spec.n_bins


def test_a_filter_between_two_bins_gives_the_floor() -> None:
    spec = FeatureSpec(n_mels=200)
    empty = ~mel_filters(spec).any(axis=1)
    assert empty.any()
    found = log_mel(sound(spec, 0.5), spec)
    np.testing.assert_allclose(found[empty], 10 * np.log10(spec.amin), atol=1e-4)
