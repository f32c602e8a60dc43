"""Faults put into every container on purpose; and the same files without them."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from auricle.library.check import check_files, examine
from auricle.library.check_measure import measure

from .test_check_measure import RATE

BLOCK = 4_096
CONTAINERS = ("wav", "flac", "aiff", "mp3", "ogg")
LOSSLESS = ("wav", "flac", "aiff")


def music(duration_s: float = 6.0) -> np.ndarray:
    """Return two different channels of notes and noise up to the highest frequency."""
    rng = np.random.default_rng(4)
    n = round(duration_s * RATE)
    seconds = np.arange(n) / RATE
    notes = np.repeat(rng.choice([220.0, 330.0, 440.0], size=round(duration_s * 2)), RATE // 2)
    tone = 0.2 * np.sin(2 * np.pi * np.cumsum(notes[:n]) / RATE)
    beat = np.exp(-8 * (seconds % 0.5))[:, None] * rng.normal(size=(n, 2)) * 0.1
    return (tone[:, None] * np.array([1.0, 0.6]) + beat).astype(np.float32)


def save(folder: Path, container: str, samples: np.ndarray, rate: int = RATE) -> Path:
    path = folder / f"song.{container}"
    with soundfile.SoundFile(path, "w", rate, samples.shape[1]) as file:
        for first in range(0, len(samples), BLOCK):
            file.write(samples[first : first + BLOCK])
    return path


def found(path: Path) -> set[str]:
    return {finding.kind for finding in examine(measure(str(path)))}


@pytest.mark.parametrize("container", CONTAINERS)
def test_clean(tmp_path: Path, container: str) -> None:
    assert found(save(tmp_path, container, music())) == set()


@pytest.mark.parametrize("rate", [22_050, 48_000, 96_000])
def test_clean_at_other_rates(tmp_path: Path, rate: int) -> None:
    samples = np.random.default_rng(0).normal(size=(6 * rate, 2)) * 0.05
    assert found(save(tmp_path, "flac", samples, rate)) == set()


def test_clean_mono(tmp_path: Path) -> None:
    assert found(save(tmp_path, "flac", music()[:, :1])) == set()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("container", CONTAINERS)
def test_cut_short(tmp_path: Path, container: str, share: float) -> None:
    path = save(tmp_path, container, music())
    data = path.read_bytes()
    path.write_bytes(data[: round(share * len(data))])
    (checked,) = check_files([str(path)])
    assert {"truncated", "corrupt"} & {finding.kind for finding in checked.findings}


@pytest.mark.parametrize("container", ["flac", "mp3", "ogg"])
def test_damaged_inside(tmp_path: Path, container: str) -> None:
    path = save(tmp_path, container, music())
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4_000] = np.random.default_rng(0).bytes(4_000)
    path.write_bytes(data)
    (checked,) = check_files([str(path)])
    assert {"truncated", "corrupt"} & {finding.kind for finding in checked.findings}


@pytest.mark.parametrize("container", CONTAINERS)
def test_nothing_but_silence(tmp_path: Path, container: str) -> None:
    dither = 2e-5 * np.random.default_rng(0).normal(size=(3 * RATE, 2))
    assert found(save(tmp_path, container, dither)) == {"silent"}


@pytest.mark.parametrize("container", LOSSLESS)
@pytest.mark.parametrize("level", [1.0, 0.93])
def test_clipped(tmp_path: Path, container: str, level: float) -> None:
    samples = level * np.clip(4 * music(), -1, 1)
    assert found(save(tmp_path, container, samples)) == {"clipped"}


@pytest.mark.parametrize("container", CONTAINERS)
def test_mono_as_stereo(tmp_path: Path, container: str) -> None:
    samples = music().mean(axis=1, keepdims=True).repeat(2, axis=1)
    assert found(save(tmp_path, container, samples)) == {"mono_as_stereo"}


@pytest.mark.parametrize("container", LOSSLESS)
def test_one_sided(tmp_path: Path, container: str) -> None:
    assert found(save(tmp_path, container, music() * np.array([1.0, 0.0]))) == {"one_sided"}


@pytest.mark.parametrize("low_rate", [16_000, 22_050])
@pytest.mark.parametrize("container", CONTAINERS)
def test_made_from_a_lower_rate(tmp_path: Path, container: str, low_rate: int) -> None:
    low = soxr.resample(music(), RATE, low_rate)
    assert found(save(tmp_path, container, soxr.resample(low, low_rate, RATE))) == {"upsampled"}


def test_a_cd_sold_as_96_kilohertz(tmp_path: Path) -> None:
    samples = soxr.resample(music(), RATE, 96_000)
    assert found(save(tmp_path, "flac", samples, 96_000)) == {"upsampled"}


def test_a_lossy_file_sold_as_lossless(tmp_path: Path) -> None:
    """A lossy encoder's filter at 16 kHz stays in whatever is made from its output."""
    narrow = soxr.resample(soxr.resample(music(), RATE, 32_000), 32_000, RATE)
    (finding,) = examine(measure(str(save(tmp_path, "flac", narrow))))
    assert finding.kind == "upsampled"
    assert "lossy" in finding.message
    assert found(save(tmp_path, "mp3", narrow)) == set()


def test_a_chip_tune_is_not_clipped(tmp_path: Path) -> None:
    seconds = np.arange(6 * RATE) / RATE
    square = np.sign(np.sin(2 * np.pi * 220 * seconds))[:, None] * np.array([0.95, 0.5])
    assert "clipped" not in found(save(tmp_path, "wav", square))
