import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.features import FeatureSpec


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sample_rate": 0}, "sample_rate must be positive, not 0"),
        ({"n_fft": -2}, "n_fft must be positive, not -2"),
        ({"hop_length": 0}, "hop_length must be positive"),
        ({"n_mels": 0}, "n_mels must be positive"),
        ({"n_fft": 511}, "n_fft must be even, not 511"),
        ({"hop_length": 513}, "hop_length 513 leaves gaps: n_fft is 512"),
        ({"f_min": -1.0}, "0 <= f_min < f_max <= 8000 must hold"),
        ({"f_min": 7_600.0}, "f_min=7600, f_max=7600"),
        ({"f_max": 8_001.0}, "f_max=8001"),
        ({"f_max": float("nan")}, "f_max=nan"),
        ({"amin": 0.0}, "amin must be positive"),
    ],
)
def test_an_impossible_spec_cannot_be_built(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FeatureSpec(**change)


def test_sizes_follow_from_the_parameters() -> None:
    spec = FeatureSpec()
    assert (spec.n_bins, spec.frame_rate) == (257, 50.0)
    assert [spec.n_frames(n) for n in (1, 319, 320, 16_000)] == [1, 1, 2, 51]


def test_a_spec_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FeatureSpec().n_mels = 3  # type: ignore[misc]


@given(
    sample_rate=st.integers(8_000, 192_000),
    half_fft=st.integers(16, 2_048),
    n_mels=st.integers(1, 256),
)
def test_json_and_back(sample_rate: int, half_fft: int, n_mels: int) -> None:
    spec = FeatureSpec(sample_rate, 2 * half_fft, half_fft, n_mels, 0.0, sample_rate / 2)
    again = FeatureSpec.from_dict(json.loads(json.dumps(spec.to_dict())))
    assert again == spec
    assert again.hash == spec.hash


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown feature parameters: colour, fmin"):
        FeatureSpec.from_dict({"fmin": 3, "colour": "blue"})


def test_the_hash_never_changes_for_the_same_spec() -> None:
    assert FeatureSpec().hash == "6ea7bb8d2d71"


@pytest.mark.parametrize("field", dataclasses.fields(FeatureSpec), ids=lambda field: field.name)
def test_the_hash_changes_with_every_parameter(field: "dataclasses.Field[float]") -> None:
    values = FeatureSpec().to_dict()
    values[field.name] = {
        "sample_rate": 22_050, "n_fft": 1_024, "hop_length": 160, "n_mels": 80,
        "f_min": 0.0, "f_max": 7_000.0, "amin": 1e-9,
    }[field.name]  # fmt: skip
    assert FeatureSpec(**values).hash != FeatureSpec().hash
