"""The demo piece: the same every time, sound, and with the parts that it promises."""

import io
import wave

import numpy as np
import pytest
from numpy.typing import NDArray

from auricle.demo import (
    BEAT_S,
    BEATS_PER_BAR,
    DRUMS_FROM_BAR,
    DURATION_S,
    LEAD_FROM_BAR,
    ROOTS,
    SAMPLE_RATE,
    compose,
    wav_bytes,
)
from auricle.types import FloatArray


@pytest.fixture(scope="module")
def piece() -> FloatArray:
    return compose()


def band_power(waveform: FloatArray, low_hz: float, high_hz: float) -> float:
    """Return the mean power per sample between two frequencies."""
    power = np.abs(np.fft.rfft(waveform)) ** 2
    hz = np.fft.rfftfreq(waveform.size, 1 / SAMPLE_RATE)
    return float(power[(hz >= low_hz) & (hz < high_hz)].sum() / waveform.size**2)


def bars(piece: FloatArray, first: int, last: int) -> FloatArray:
    samples_per_bar = round(BEATS_PER_BAR * BEAT_S * SAMPLE_RATE)
    return piece[first * samples_per_bar : last * samples_per_bar]


def test_shape_and_level(piece: FloatArray) -> None:
    assert piece.shape == (round(DURATION_S * SAMPLE_RATE),)
    assert piece.dtype == np.float32
    assert np.isfinite(piece).all()
    assert np.abs(piece).max() == pytest.approx(10 ** (-1 / 20), rel=1e-5)
    assert abs(float(piece.mean())) < 0.01


def test_same_seed_same_piece_other_seed_other_piece(piece: FloatArray) -> None:
    np.testing.assert_array_equal(compose(), piece)
    assert not np.array_equal(compose(seed=1), piece)


def test_no_bar_is_silent(piece: FloatArray) -> None:
    loudness = [float(bars(piece, bar, bar + 1).std()) for bar in range(12)]
    assert min(loudness) > 0.02


def test_bass_and_drums_come_in(piece: FloatArray) -> None:
    before, after = bars(piece, 0, DRUMS_FROM_BAR), bars(piece, DRUMS_FROM_BAR, 12)
    assert band_power(after, 30, 100) > 100 * band_power(before, 30, 100)
    assert band_power(after, 8_000, 16_000) > 100 * band_power(before, 8_000, 16_000)


def test_lead_comes_in(piece: FloatArray) -> None:
    without, with_lead = bars(piece, DRUMS_FROM_BAR, LEAD_FROM_BAR), bars(piece, LEAD_FROM_BAR, 12)
    assert band_power(with_lead, 500, 2_000) > 1.5 * band_power(without, 500, 2_000)


def test_kick_is_on_every_beat(piece: FloatArray) -> None:
    part = bars(piece, DRUMS_FROM_BAR, LEAD_FROM_BAR)
    beats = part.reshape(-1, round(BEAT_S * SAMPLE_RATE))
    tenth = round(0.1 * SAMPLE_RATE)
    on = [band_power(beat[:tenth], 30, 160) for beat in beats]
    off = [band_power(beat[2 * tenth : 3 * tenth], 30, 160) for beat in beats]
    assert all(a > b for a, b in zip(on, off, strict=True))


def test_chords_are_in_tune(piece: FloatArray) -> None:
    """The first bar is A minor: its loudest frequencies are A, C and E in some octave."""
    bar = bars(piece, 0, 1)
    power = np.abs(np.fft.rfft(bar * np.hanning(bar.size)))
    hz = np.fft.rfftfreq(bar.size, 1 / SAMPLE_RATE)
    loudest: NDArray[np.float64] = hz[np.argsort(power)[-8:]]
    notes = {round(69 + 12 * np.log2(f / 440)) % 12 for f in loudest}
    assert notes <= {9, 0, 4}
    assert ROOTS[0] % 12 == 9


def test_wav_bytes_hold_the_waveform() -> None:
    waveform = np.array([0.0, 0.5, -0.5, 2.0, -2.0], dtype=np.float32)
    with wave.open(io.BytesIO(wav_bytes(waveform, 8_000))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8_000)
        samples = np.frombuffer(file.readframes(5), "<i2")
    assert samples.tolist() == [0, 16_383, -16_383, 32_767, -32_767]
