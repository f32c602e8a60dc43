"""A head gives calibrated probabilities of one backbone's embeddings, from one safe file."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.errors import BundleCorrupt, BundleNotFound, SpaceMismatch
from auricle.models import Head
from auricle.models.npz import from_npz, to_npz

from ..tiny import GENRES, N_BANDS, tiny_head

ID = "tiny@0123456789ab"


def unit_rows(n_rows: int, *, seed: int = 0, dim: int = N_BANDS) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((n_rows, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_single_probabilities_sum_to_one(seed: int, temperature: float) -> None:
    head = replace(tiny_head(ID), temperature=temperature)
    found = head.probabilities(unit_rows(5, seed=seed))
    assert found.dtype == np.float32
    assert found.shape == (5, len(GENRES))
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-6)
    assert (found >= 0).all()


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10), st.floats(1.01, 10))
def test_a_higher_temperature_is_never_surer(seed: int, low: float, factor: float) -> None:
    rows = unit_rows(3, seed=seed)
    sure = replace(tiny_head(ID), temperature=low).probabilities(rows)
    unsure = replace(tiny_head(ID), temperature=low * factor).probabilities(rows)
    assert (unsure.max(axis=1) <= sure.max(axis=1) + 1e-6).all()


def test_a_temperature_keeps_the_order() -> None:
    rows = unit_rows(20)
    for temperature in (0.5, 1.0, 7.0):
        found = replace(tiny_head(ID), temperature=temperature).probabilities(rows)
        np.testing.assert_array_equal(
            found.argmax(axis=1), tiny_head(ID).logits(rows).argmax(axis=1)
        )


def test_each_level_has_its_temperature() -> None:
    head = replace(tiny_head(ID), temperature=1.0, excerpt_temperature=3.0)
    same = replace(head, temperature=3.0)
    rows = unit_rows(4)
    np.testing.assert_array_equal(
        head.probabilities(rows, level="excerpt"), same.probabilities(rows, level="track")
    )
    assert not np.allclose(head.probabilities(rows), head.probabilities(rows, level="excerpt"))


def test_the_arithmetic_is_the_documented_one() -> None:
    random = np.random.default_rng(1)
    head = replace(
        tiny_head(ID),
        weights=random.standard_normal((3, N_BANDS)),
        bias=random.standard_normal(3),
        mean=random.standard_normal(N_BANDS),
        scale=random.uniform(0.5, 2, N_BANDS),
        temperature=1.7,
    )
    rows = unit_rows(6)
    logits = ((rows - head.mean) / head.scale @ head.weights.T + head.bias) / 1.7
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(head.probabilities(rows), expected, rtol=1e-5)


def test_multi_labels_are_independent_sigmoids() -> None:
    head = tiny_head(ID, name="subgenre")
    rows = unit_rows(6)
    expected = 1 / (1 + np.exp(-head.logits(rows)))
    np.testing.assert_allclose(head.probabilities(rows), expected, rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("name", ["genre", "subgenre"])
def test_enormous_logits_stay_finite(name: str) -> None:
    head = tiny_head(ID, name=name)
    head = replace(head, weights=head.weights * np.float32(1e30), temperature=1e-3)
    found = head.probabilities(unit_rows(10))
    assert np.isfinite(found).all()
    assert found.max() == 1.0


def test_no_rows_give_no_rows() -> None:
    empty = np.zeros((0, N_BANDS), dtype=np.float32)
    assert tiny_head(ID).probabilities(empty).shape == (0, 3)


@pytest.mark.parametrize("shape", [(N_BANDS,), (2, N_BANDS + 1), (0, 3), (1, 2, N_BANDS)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(SpaceMismatch, match=rf"\(n, {N_BANDS}\) from {ID}, not"):
        tiny_head(ID).probabilities(np.zeros(shape, dtype=np.float32))


def test_another_backbone_is_refused_with_both_names_and_the_remedy() -> None:
    with pytest.raises(SpaceMismatch) as caught:
        tiny_head(ID).check_model("tiny@ffffffffffff")
    for part in (ID, "tiny@ffffffffffff", "auricle teach"):
        assert part in str(caught.value)
    tiny_head(ID).check_model(ID)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "a/b"}, "name must be"),
        ({"task": "several"}, "task must be"),
        ({"labels": ()}, "labels must be non-empty"),
        ({"labels": ("a", "", "c")}, "labels must be non-empty"),
        ({"labels": ("a", "b", "a")}, "labels must differ"),
        ({"labels": ("a", "b")}, r"weights must be \(2, dim\)"),
        ({"weights": np.zeros(3)}, r"weights must be \(3, dim\)"),
        ({"weights": np.full((3, N_BANDS), np.nan)}, "weights must be finite"),
        ({"bias": np.zeros(2)}, r"bias must be \(3,\)"),
        ({"bias": np.full(3, np.inf)}, "bias must be finite"),
        ({"mean": np.zeros(2)}, r"mean must be \(8,\)"),
        ({"scale": np.zeros(N_BANDS)}, "scale must be positive"),
        ({"temperature": 0.0}, "temperature must be positive"),
        ({"temperature": float("nan")}, "temperature must be positive"),
        ({"excerpt_temperature": float("inf")}, "excerpt_temperature must be positive"),
        ({"threshold": 1.5}, "threshold must be between"),
    ],
)
def test_impossible_heads_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(tiny_head(ID), **change)


def test_arrays_are_float32_copies_that_nobody_can_change() -> None:
    weights = np.ones((3, N_BANDS))
    head = replace(tiny_head(ID), weights=weights)
    weights[:] = 5
    assert head.weights.dtype == np.float32
    assert head.weights.max() == 1
    with pytest.raises(ValueError, match="read-only"):
        head.weights[0, 0] = 2


@pytest.mark.parametrize("name", ["genre", "kind", "subgenre"])
def test_saved_and_loaded_it_is_the_same(tmp_path: Path, name: str) -> None:
    head = replace(tiny_head(ID, name=name), meta={"clips": 12, "from": ["äöü", None]})
    file = tmp_path / "my own.head"
    head.save(file)
    again = Head.load(file)
    rows = unit_rows(7)
    np.testing.assert_array_equal(again.probabilities(rows), head.probabilities(rows))
    assert again.to_bytes() == head.to_bytes()
    assert (again.labels, again.task, again.meta) == (head.labels, head.task, head.meta)
    assert (again.model_id, again.threshold) == (head.model_id, head.threshold)
    assert [path.name for path in tmp_path.iterdir()] == ["my own.head"]


def test_saving_replaces_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "x.head"
    file.write_bytes(b"old")
    tiny_head(ID).save(str(file))
    assert Head.load(str(file)).labels == GENRES


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFound, match=r"none\.head: no such head"):
        Head.load(tmp_path / "none.head")


def altered(**changes: object) -> bytes:
    """Return a head's file with other JSON values; None leaves a value out."""
    arrays = from_npz(tiny_head(ID).to_bytes(), "head")
    values = json.loads(str(arrays["head"][()])) | changes
    kept = {name: value for name, value in values.items() if value is not None}
    return to_npz(arrays | {"head": np.array(json.dumps(kept))})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not readable"),
        (b"genre,rock", "not readable"),
        (to_npz({"x": np.zeros(3)}), "not a head file"),
        (to_npz({"head": np.array("{")}), "not a head file"),
        (to_npz({"head": np.array("[1]")}), "not a head file"),
        (altered(labels=["a", "b"]), "weights must be"),
        (altered(temperature="hot"), "not a head file"),
        (altered(colour="red"), "colour"),
        (altered(model_id=None), "model_id"),
        (altered(version=None), "version"),
        (altered(version=2), "head version is 2, this auricle reads 1: upgrade"),
    ],
)
def test_a_file_that_is_no_head_is_named(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "odd.head"
    file.write_bytes(data)
    with pytest.raises(BundleCorrupt, match=message) as caught:
        Head.load(file)
    assert "odd.head" in str(caught.value)


def test_one_flipped_bit_in_the_weights_is_noticed(tmp_path: Path) -> None:
    data = tiny_head(ID).to_bytes()
    at = data.index(tiny_head(ID).weights.tobytes())
    file = tmp_path / "flipped.head"
    file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    with pytest.raises(BundleCorrupt, match="flipped"):
        Head.load(file)
