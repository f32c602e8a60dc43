"""Golden vectors notice when a model hears something else than where it was made."""

import hashlib
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from auricle.errors import BundleCorrupt
from auricle.features import FeatureSpec, log_mel
from auricle.models import GoldenReport, check_golden, find_bundle, load_model, write_bundle
from auricle.models import golden as golden_module
from auricle.models.golden import golden_waveforms, make_golden
from auricle.models.npz import from_npz, to_npz
from auricle.models.session import Session

from ..tiny import tiny_onnx, tiny_spec


def test_a_sound_model_passes(tiny_bundle: Path) -> None:
    report = check_golden(load_model(tiny_bundle), find_bundle(tiny_bundle))
    assert report.ok
    assert report.sounds == ("chord", "bursts", "chirp", "short")
    assert report.log_mel_error_db == 0
    assert report.embedding_error < 1e-5


def test_a_backbone_that_computes_something_else_fails(tiny_bundle: Path) -> None:
    model = replace(load_model(tiny_bundle), session=Session(tiny_onnx(gain=1.01)))
    report = check_golden(model, find_bundle(tiny_bundle))
    assert not report.ok
    assert report.log_mel_error_db == 0
    assert report.embedding_error == pytest.approx(0.01, rel=1e-3)


def test_another_front_end_fails(tiny_bundle: Path) -> None:
    louder = patch.object(
        golden_module, "log_mel", lambda waveform, spec: log_mel(waveform, spec) + 0.5
    )
    with louder:
        report = check_golden(load_model(tiny_bundle), find_bundle(tiny_bundle))
    assert not report.ok
    assert report.log_mel_error_db == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize(
    ("log_mel_error_db", "embedding_error", "ok"),
    [(0, 0, True), (0.5, 0, False), (0, 0.5, False), (np.nan, 0, False), (0, np.nan, False)],
)
def test_ok_needs_both(log_mel_error_db: float, embedding_error: float, ok: bool) -> None:
    assert GoldenReport((), log_mel_error_db, embedding_error).ok is ok


@pytest.mark.parametrize(
    "features",
    [FeatureSpec(), FeatureSpec(sample_rate=22_050, n_fft=1024, f_max=11_000.0)],
)
def test_the_sounds_fit_the_spec(features: FeatureSpec) -> None:
    spec = tiny_spec(features=features)
    sounds = golden_waveforms(spec)
    for name, waveform in sounds.items():
        assert waveform.dtype == np.float32
        assert np.abs(waveform).max() <= 1
        assert waveform.std() > 0.01
        expected = spec.min_samples // 3 if name == "short" else 2 * features.sample_rate
        assert waveform.size == expected


def test_the_sounds_differ() -> None:
    spec = tiny_spec()
    means = [
        log_mel(sound, spec.features).mean(axis=1) for sound in golden_waveforms(spec).values()
    ]
    for first in range(len(means)):
        for second in range(first):
            assert np.abs(means[first] - means[second]).max() > 10


def test_the_noise_is_the_same_on_every_machine() -> None:
    noise = golden_module._noise(10_000, seed=1)
    digest = hashlib.sha256(noise.astype("<f4").tobytes()).hexdigest()
    assert digest[:16] == "0bbde5a1f1bb473d"
    assert -1 <= noise.min() < -0.99
    assert 0.99 < noise.max() < 1
    assert abs(noise.mean()) < 0.02
    assert abs(np.corrcoef(noise[1:], noise[:-1])[0, 1]) < 0.03


def test_splitmix64_is_the_published_one() -> None:
    # First output of the reference implementation for seed 0 is e220a8397b1dcdaf.
    expected = np.float32(0xE220A8397B1DCDAF >> 40) / np.float32(2**23) - np.float32(1)
    assert golden_module._noise(1, seed=0)[0] == expected


def broken_bundle(folder: Path, golden: bytes) -> Path:
    """Write a bundle whose golden vectors are replaced, all hashes right."""
    with patch("auricle.models.write.make_golden", return_value=golden):
        write_bundle(folder, tiny_spec(), tiny_onnx())
    return folder


def test_golden_vectors_of_other_shapes_are_refused(tmp_path: Path, tiny_bundle: Path) -> None:
    good = from_npz(make_golden(load_model(tiny_bundle)), "golden")
    cases = {
        "other sounds": good | {"sounds": good["sounds"][::-1]},
        "shape": good | {"embeddings": good["embeddings"][:, :3]},
        "not golden": {"sounds": good["sounds"]},
        "not golden vectors": good | {"sounds": np.array(1)},
    }
    for row, (message, arrays) in enumerate(cases.items()):
        folder = broken_bundle(tmp_path / str(row), to_npz(arrays))
        with pytest.raises(BundleCorrupt, match=message):
            check_golden(load_model(folder), find_bundle(folder))


def test_a_bundle_without_golden_vectors_is_told(tmp_path: Path) -> None:
    folder = broken_bundle(tmp_path / "x", b"not an archive")
    with pytest.raises(BundleCorrupt, match=r"golden\.npz: not readable"):
        check_golden(load_model(folder), find_bundle(folder))
