"""The spectrogram at picture resolution: right place, no seams, bounded."""

import io

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from auricle.features import FeatureSpec, log_mel
from auricle.features.log_mel import mel_to_hz
from auricle.plot.overview import BLOCK_S, Columns, hear_overview

SPEC = FeatureSpec(sample_rate=8_000, n_fft=512, hop_length=128, n_mels=40, f_max=3_900.0)


def wav(waveform: NDArray[np.float32], rate: int) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, waveform, rate, format="WAV", subtype="FLOAT")
    return buffer.getvalue()


def noise(duration_s: float) -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    return 0.1 * rng.standard_normal(round(duration_s * SPEC.sample_rate), dtype=np.float32)


def test_blocks_leave_no_seam() -> None:
    """Three blocks give the same frames as the whole sound at once."""
    waveform = noise(2.5 * BLOCK_S)
    whole = log_mel(waveform, SPEC)
    overview = hear_overview(wav(waveform, SPEC.sample_rate), spec=SPEC, max_columns=10_000)
    assert abs(overview.levels.shape[1] - whole.shape[1]) <= 3
    n = min(overview.levels.shape[1], whole.shape[1]) - 3
    np.testing.assert_allclose(overview.levels[:, :n], whole[:, :n], atol=1e-3)
    assert overview.column_s == SPEC.hop_length / SPEC.sample_rate


def test_width_is_bounded_and_spans_the_track() -> None:
    overview = hear_overview(wav(noise(50.0), SPEC.sample_rate), spec=SPEC, max_columns=100)
    n_columns = overview.levels.shape[1]
    assert 50 <= n_columns <= 100
    assert overview.duration_s == pytest.approx(50.0)
    assert n_columns * overview.column_s == pytest.approx(50.0, abs=overview.column_s)


def test_a_short_sound_has_columns() -> None:
    overview = hear_overview(wav(noise(0.15), SPEC.sample_rate), spec=SPEC)
    assert overview.levels.shape[0] == SPEC.n_mels
    assert overview.levels.shape[1] == log_mel(noise(0.15), SPEC).shape[1]


def test_a_tone_is_at_its_frequency_and_time() -> None:
    waveform = np.zeros(8 * 32_000, np.float32)
    time_s = np.arange(4 * 32_000) / 32_000
    waveform[4 * 32_000 :] = 0.5 * np.sin(2 * np.pi * 1_000 * time_s)
    overview = hear_overview(wav(waveform, 32_000))
    loud = overview.levels.max(axis=0) > -20
    assert np.argmax(loud) * overview.column_s == pytest.approx(4.0, abs=0.1)
    band = overview.levels[:, -10].argmax()
    spec = overview.spec
    low, high = (f / (200 / 3) for f in (spec.f_min, 1_000.0))
    assert mel_to_hz(np.array([high]))[0] == pytest.approx(1_000)
    top = 15 + np.log(15) * 27 / np.log(6.4)
    assert band / spec.n_mels == pytest.approx((high - low) / (top - low), abs=0.02)


@pytest.mark.parametrize("steps", [[1] * 37, [5, 0, 32], [37], [10, 9, 18]])
def test_columns_average_whatever_the_steps(steps: list[int]) -> None:
    """However the frames arrive, a column is the mean of those that it spans."""
    frames = np.arange(37, dtype=np.float32)[np.newaxis].repeat(2, axis=0)
    columns = Columns(2, 10)
    start = 0
    for step in steps:
        columns.add(frames[:, start : start + step])
        start += step
    levels = columns.levels()
    assert columns.span == 4
    expected = [float(np.mean(frames[0, i : i + 4])) for i in range(0, 37, 4)]
    np.testing.assert_allclose(levels[0], expected[: levels.shape[1]])
    assert levels.shape[1] in (9, 10)


def test_no_frames_no_columns() -> None:
    assert Columns(3, 10).levels().shape == (3, 0)
