"""A spec that no model can have cannot be built; its JSON form loses nothing."""

import json
import math
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.features import FeatureSpec
from auricle.models import FORMAT_VERSION, ModelSpec

from ..tiny import tiny_spec

SHA = "0" * 64


def test_json_and_back() -> None:
    spec = tiny_spec()
    assert ModelSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


@given(
    excerpt_s=st.floats(0.5, 60),
    share=st.floats(0.01, 1),
    dim=st.integers(1, 2048),
    n_mels=st.integers(1, 128),
)
def test_json_and_back_for_any_spec(excerpt_s: float, share: float, dim: int, n_mels: int) -> None:
    spec = ModelSpec(
        name="a",
        version="2.0",
        features=FeatureSpec(n_mels=n_mels),
        excerpt_s=excerpt_s,
        min_excerpt_s=excerpt_s * share,
        dim=dim,
    )
    again = ModelSpec.from_dict(json.loads(json.dumps(spec.to_dict())))
    assert again == spec
    assert again.backbone_id(SHA) == spec.backbone_id(SHA)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "name must be lower-case"),
        ({"name": "../evil"}, "name must be lower-case"),
        ({"name": "Loud"}, "name must be lower-case"),
        ({"format_version": FORMAT_VERSION + 1}, "format_version must be"),
        ({"min_excerpt_s": 0.0}, "0 < min_excerpt_s"),
        ({"min_excerpt_s": 3.0}, "0 < min_excerpt_s"),
        ({"excerpt_s": math.inf}, "0 < min_excerpt_s"),
        ({"excerpt_s": math.nan}, "0 < min_excerpt_s"),
        ({"dim": 0}, "dim must be positive"),
    ],
)
def test_impossible_specs_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(tiny_spec(), **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "blue"}, "colour"),
        ({"dim": "eight"}, "wrong type"),
        ({"features": {"n_mels": 0}}, "n_mels must be positive"),
        ({"features": {"mels": 64}}, "unknown feature parameters: mels"),
        ({"features": None}, "wrong type"),
    ],
)
def test_a_damaged_json_form_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ModelSpec.from_dict({**tiny_spec().to_dict(), **change})


@pytest.mark.parametrize("name", ["name", "dim", "licence", "features", "format_version"])
def test_every_field_must_be_there(name: str) -> None:
    values = tiny_spec().to_dict()
    del values[name]
    with pytest.raises(ValueError, match=name):
        ModelSpec.from_dict(values)


def test_it_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        tiny_spec().dim = 9  # type: ignore[misc]


def test_the_id_is_the_name_and_twelve_hex_digits() -> None:
    name, _, digits = tiny_spec().backbone_id(SHA).partition("@")
    assert name == "tiny"
    assert len(digits) == 12
    assert set(digits) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "change",
    [
        {"features": FeatureSpec(f_max=7_000.0)},
        {"features": FeatureSpec(hop_length=160)},
        {"excerpt_s": 3.0},
    ],
)
def test_what_changes_embeddings_changes_the_id(change: dict[str, Any]) -> None:
    assert replace(tiny_spec(), **change).backbone_id(SHA) != tiny_spec().backbone_id(SHA)
    assert tiny_spec().backbone_id("1" * 64) != tiny_spec().backbone_id(SHA)


def test_a_description_does_not_change_the_id() -> None:
    other = replace(tiny_spec(), description="new", licence="MIT", version="9")
    assert other.backbone_id(SHA) == tiny_spec().backbone_id(SHA)


def test_min_samples_follows_the_sample_rate() -> None:
    assert tiny_spec().min_samples == 8_000
    faster = tiny_spec(features=FeatureSpec(sample_rate=44_100, n_fft=2048))
    assert faster.min_samples == 22_050
