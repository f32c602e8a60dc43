import dataclasses

import pytest

from auricle.features import FeatureSpec


def test_derived_sizes() -> None:
    spec = FeatureSpec(sample_rate=16_000, n_fft=512, hop_length=320)
    assert spec.n_bins == 257
    assert spec.frame_rate == 50.0
    assert spec.n_frames(16_000) == 51
    assert spec.n_frames(1) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sample_rate": 0}, "sample_rate must be positive, not 0"),
        ({"n_mels": -1}, "n_mels must be positive, not -1"),
        ({"n_fft": 511}, "n_fft must be even, not 511"),
        ({"hop_length": 513}, "hop_length 513 leaves gaps: n_fft is 512"),
        ({"f_max": 8_001}, "f_max <= 8000 must hold, not f_min=30, f_max=8001"),
        ({"f_min": 7_600}, "0 <= f_min < f_max"),
        ({"f_min": -1}, "f_min=-1"),
        ({"amin": 0}, "amin must be positive, not 0"),
    ],
)
def test_impossible_parameters_are_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(FeatureSpec(), **change)


def test_spec_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FeatureSpec().n_mels = 96  # type: ignore[misc]


def test_dictionary_form_comes_back() -> None:
    spec = FeatureSpec(n_mels=96, f_max=7_000)
    assert FeatureSpec.from_dict(spec.to_dict()) == spec


def test_unknown_parameter_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown feature parameters: mels, rate"):
        FeatureSpec.from_dict({"rate": 1, "mels": 2})


def test_hash_changes_with_every_parameter() -> None:
    base = FeatureSpec()
    changes = {
        "sample_rate": 22_050,
        "n_fft": 1024,
        "hop_length": 160,
        "n_mels": 96,
        "f_min": 0.0,
        "f_max": 7_000.0,
        "amin": 1e-8,
    }
    assert set(changes) == {field.name for field in dataclasses.fields(FeatureSpec)}
    hashes = {dataclasses.replace(base, **{name: value}).hash for name, value in changes.items()}
    assert len(hashes | {base.hash}) == 1 + len(changes)


def test_hash_is_the_same_for_equal_specs() -> None:
    assert FeatureSpec(f_min=30, f_max=7_600).hash == FeatureSpec().hash
    assert len(FeatureSpec().hash) == 12
