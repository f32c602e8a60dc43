"""What each condition does to a sound, and what is said of the answers."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from auricle.audio import decode
from auricle.audio.encode import encode_wav
from auricle.evaluate.manifest import Track
from auricle.evaluate.robustness import (
    Condition,
    add_noise,
    band_limit,
    conditions,
    measure,
    middle,
    to_stereo,
)
from auricle.models import load_model

from ..tiny import tone


def test_band_limit_keeps_what_is_below() -> None:
    low, high = tone(1_000), tone(6_000)
    np.testing.assert_allclose(band_limit(low + high, 16_000, 4_000), low, atol=0.02)


def test_noise_has_the_asked_level() -> None:
    sound = tone(440)
    noise = add_noise(sound, 10) - sound
    ratio_db = 10 * np.log10(np.mean(sound**2) / np.mean(noise**2))
    assert ratio_db == pytest.approx(10, abs=0.2)
    np.testing.assert_array_equal(add_noise(sound, 10), add_noise(sound, 10))


def test_middle() -> None:
    assert middle(np.arange(10, dtype=np.float32), 4).tolist() == [3, 4, 5, 6]
    assert len(middle(np.zeros(3, np.float32), 10)) == 3


def test_stereo_has_a_quieter_side() -> None:
    stereo = to_stereo(tone(440))
    assert stereo.shape == (32_000, 2)
    assert np.abs(stereo[:, 1]).max() / np.abs(stereo[:, 0]).max() == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("condition", conditions(), ids=lambda c: c.name)
def test_every_condition_gives_a_readable_file(condition: Condition) -> None:
    sound = np.tile(tone(440), 20)
    audio = decode(condition.change(sound, 16_000))
    assert 0 < audio.duration_s <= 40.1
    assert np.abs(audio.waveform).max() > 0.05


def test_gain_goes_beyond_full_scale_without_clipping() -> None:
    loud = next(c for c in conditions() if c.name == "gain +12 dB")
    assert np.abs(decode(loud.change(tone(440), 16_000)).waveform).max() == pytest.approx(
        1.99, abs=0.02
    )


@pytest.fixture
def tracks(tmp_path: Path, tiny_bundle: Path) -> list[Track]:
    sounds = {
        "low": tone(220, duration_s=3),
        "high": tone(5_000, duration_s=3),
        "none": np.zeros(48_000),
    }
    for name, sound in sounds.items():
        soundfile.write(tmp_path / f"{name}.wav", sound, 16_000)
    names = [*sounds, "missing"]
    return [Track(str(tmp_path / f"{name}.wav"), name, name) for name in names]


def test_answers_that_stay_and_answers_that_change(tracks: list[Track]) -> None:
    battery = (
        Condition("same", encode_wav),
        Condition("no highs", lambda x, rate: encode_wav(band_limit(x, rate, 1_000), rate)),
        Condition("for long tracks", encode_wav, min_duration_s=10),
        Condition("broken", lambda x, rate: b"no sound"),
    )
    steps: list[int] = []
    found = measure(tracks, load_model("tiny"), battery=battery, step=lambda: steps.append(1))
    same, no_highs, broken = found
    assert (same.condition, same.agreement.value, same.agreement.n) == ("same", 1.0, 2)
    assert same.cosine == pytest.approx(1.0, abs=1e-5)
    assert no_highs.agreement.value == 0.5
    assert no_highs.cosine < 0.99
    assert (broken.agreement.value, broken.lost, broken.cosine) == (0.0, 2, 0.0)
    assert len(steps) == 4
