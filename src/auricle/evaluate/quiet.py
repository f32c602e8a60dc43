"""Made silence, heard by the whole chain: a manifest of recordings hardly ever holds any."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..analysis import analyze
from ..audio.encode import encode_wav
from ..models import Model
from ..types import FloatArray
from .arrays import AnyFloats
from .report import QuietScore

RATE = 44_100
DURATIONS_S = (0.5, 3.0, 10.0, 35.0)
NOISE_LEVELS_DBFS = (-96.0, -90.0, -80.0, -75.0, -65.0, -60.0, -50.0, -40.0)
"""Of the made hiss: from that of 16-bit dither to that of an old cassette."""

SEED = 0


@dataclass(frozen=True, slots=True)
class QuietSound:
    """A sound without music.

    Attributes:
        name: in words.
        level_dbfs: RMS without offset; None for none at all.
        make: takes a number of samples and returns the waveform.
    """

    name: str
    level_dbfs: float | None
    make: Callable[[int], FloatArray]


def quiet_sounds() -> Iterator[QuietSound]:
    """Yield digital silence, an offset, hum, and hiss of growing level."""
    yield QuietSound("digital silence", None, lambda n: np.zeros(n, np.float32))
    yield QuietSound("constant offset", None, lambda n: np.full(n, 0.1, np.float32))
    yield QuietSound("50 Hz hum", -75.0, partial(_hum, level_dbfs=-75.0))
    for level in NOISE_LEVELS_DBFS:
        yield QuietSound("white noise", level, partial(_noise, level_dbfs=level))


def judge_quiet(model: Model) -> tuple[QuietScore, ...]:
    """Analyse every quiet sound at every length and count what was heard."""
    return tuple(
        QuietScore(sound.name, sound.level_dbfs, dict(Counter(_kinds(sound, model)).most_common()))
        for sound in quiet_sounds()
    )


def at_level(waveform: AnyFloats, level_dbfs: float) -> FloatArray:
    """Return the waveform, shape (n,), scaled to a level (RMS; full scale is 1)."""
    rms = float(np.sqrt(np.mean(np.square(waveform, dtype=np.float64))))
    return np.asarray(waveform * (10 ** (level_dbfs / 20) / rms), dtype=np.float32)


def _kinds(sound: QuietSound, model: Model) -> Iterator[str]:
    for duration_s in DURATIONS_S:
        file = encode_wav(sound.make(int(duration_s * RATE)), RATE)
        yield analyze(file, model).kind


def _noise(n_samples: int, level_dbfs: float) -> FloatArray:
    noise = np.random.default_rng(SEED).standard_normal(n_samples, dtype=np.float32)
    return at_level(noise, level_dbfs)


def _hum(n_samples: int, level_dbfs: float) -> FloatArray:
    return at_level(np.sin(2 * np.pi * 50 / RATE * np.arange(n_samples)), level_dbfs)
