"""Made silence goes through the whole chain."""

from pathlib import Path

import numpy as np
import pytest

from auricle.analysis import SILENCE_DBFS
from auricle.evaluate.quiet import (
    DURATIONS_S,
    NOISE_LEVELS_DBFS,
    RATE,
    QuietSound,
    at_level,
    judge_quiet,
    quiet_sounds,
)
from auricle.models import load_model

from ..tiny import tone


def level_of(waveform: np.ndarray) -> float:
    """Return the RMS in dBFS."""
    return float(10 * np.log10(np.mean(np.square(waveform, dtype=np.float64))))


@pytest.mark.parametrize("sound", list(quiet_sounds()), ids=lambda s: f"{s.name} {s.level_dbfs}")
def test_each_sound_has_its_level(sound: QuietSound) -> None:
    waveform = sound.make(RATE // 2)
    assert (waveform.shape, waveform.dtype) == ((RATE // 2,), np.float32)
    if sound.level_dbfs is None:
        assert np.ptp(waveform) == 0
    else:
        assert level_of(waveform) == pytest.approx(sound.level_dbfs, abs=0.01)


def test_levels_lie_on_both_sides_of_the_limit() -> None:
    assert min(NOISE_LEVELS_DBFS) < SILENCE_DBFS < max(NOISE_LEVELS_DBFS)


def test_at_level() -> None:
    assert level_of(at_level(tone(440), -20.0)) == pytest.approx(-20.0, abs=0.01)


def test_silence_is_heard_below_the_limit_and_noise_above(tiny_bundle: Path) -> None:
    scores = judge_quiet(load_model(tiny_bundle))
    assert all(sum(score.heard.values()) == len(DURATIONS_S) for score in scores)
    heard = {score.level_dbfs: score.heard for score in scores if score.sound == "white noise"}
    for level in NOISE_LEVELS_DBFS:
        assert ("silence" in heard[level]) == (level < SILENCE_DBFS)
    assert scores[0].sound == "digital silence"
    assert scores[0].heard == {"silence": len(DURATIONS_S)}
