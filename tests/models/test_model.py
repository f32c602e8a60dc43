"""Embedding excerpts: rows, batches, short sounds; loading with another head."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.errors import BundleCorrupt, BundleNotFound, SpaceMismatch
from auricle.models import Model, load_model, write_bundle
from auricle.models.model import tile
from auricle.models.session import Session

from ..tiny import (
    GENRES,
    N_BANDS,
    make_tiny_bundle,
    tiny_head,
    tiny_onnx,
    tiny_spec,
    tone,
)


@pytest.fixture
def model(tiny_bundle: Path) -> Model:
    return load_model(tiny_bundle)


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_one_row_per_excerpt(model: Model) -> None:
    found = model.embed([tone(200), tone(2_000), tone(6_000)])
    assert found.shape == (3, N_BANDS)
    assert found.dtype == np.float32
    labels = model.heads["genre"].probabilities(unit(found)).argmax(axis=1)
    assert [GENRES[row] for row in labels] == ["low", "mid", "high"]


def test_kind_is_told_from_the_same_embedding(model: Model) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 32_000).astype(np.float32)
    kind = model.heads["kind"]
    found = kind.probabilities(unit(model.embed([tone(300), noise]))).argmax(axis=1)
    assert [kind.labels[row] for row in found] == ["music", "other"]


def test_no_excerpts_give_no_rows(model: Model) -> None:
    assert model.embed([]).shape == (0, N_BANDS)


def test_mixed_lengths_keep_their_order(model: Model) -> None:
    lengths = [16_000, 32_000, 16_000, 20_000, 32_000, 9_000, 16_000]
    sounds = [
        tone(300.0 * (row + 1), duration_s=n_samples / 16_000)
        for row, n_samples in enumerate(lengths)
    ]
    together = model.embed(sounds)
    alone = np.concatenate([model.embed([sound]) for sound in sounds])
    np.testing.assert_array_equal(together, alone)


def test_short_sounds_are_repeated(model: Model) -> None:
    short = np.random.default_rng(0).normal(0, 0.1, 1_700).astype(np.float32)
    repeated = np.tile(short, 5)[: model.spec.min_samples]
    np.testing.assert_array_equal(model.embed([short]), model.embed([repeated]))


@given(st.integers(1, 50), st.integers(1, 200))
def test_tiling_repeats_and_never_cuts(n_samples: int, wanted: int) -> None:
    waveform = np.arange(n_samples, dtype=np.float32)
    found = tile(waveform, wanted)
    assert found.size == max(n_samples, wanted)
    np.testing.assert_array_equal(found, np.arange(found.size) % n_samples)


def test_long_enough_sounds_are_not_copied() -> None:
    waveform = tone(100)
    assert tile(waveform, waveform.size) is waveform


@pytest.mark.parametrize("shape", [(0,), (2, 100), ()])
def test_what_is_no_waveform_is_refused(model: Model, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="waveform must have shape"):
        model.embed([np.zeros(shape, dtype=np.float32)])


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_refused(model: Model, value: float) -> None:
    broken = tone(300)
    broken[5] = value
    with pytest.raises(ValueError, match="waveform 1 holds NaN or infinity"):
        model.embed([tone(300), broken])


def test_silence_has_a_finite_embedding(model: Model) -> None:
    assert np.isfinite(model.embed([np.zeros(32_000, np.float32)])).all()


def test_the_id_is_the_bundles(model: Model) -> None:
    assert model.id.startswith("tiny@")
    assert {head.model_id for head in model.heads.values()} == {model.id}
    assert sorted(model.heads) == ["genre", "kind", "subgenre"]


def test_a_users_head_takes_the_place_of_genre(model: Model, tmp_path: Path) -> None:
    mine = replace(tiny_head(model.id), labels=("x", "y", "z"), name="mine")
    mine.save(tmp_path / "my.head")
    found = load_model("tiny", head=tmp_path / "my.head").heads
    assert found["genre"].labels == ("x", "y", "z")
    assert sorted(found) == ["genre", "kind", "subgenre"]


def test_a_head_of_another_backbone_is_refused(model: Model, tmp_path: Path) -> None:
    other = make_tiny_bundle(tmp_path / "other", gain=2.0)
    tiny_head(other.id).save(tmp_path / "other.head")
    with pytest.raises(SpaceMismatch) as caught:
        load_model("tiny", head=tmp_path / "other.head")
    assert model.id in str(caught.value)
    assert other.id in str(caught.value)


def test_a_head_that_is_not_there(model: Model, tmp_path: Path) -> None:
    with pytest.raises(BundleNotFound, match=r"no\.head"):
        load_model("tiny", head=tmp_path / "no.head")


def test_a_backbone_that_cannot_be_loaded_names_the_bundle(tmp_path: Path) -> None:
    with (
        patch("auricle.models.write.Session", return_value=Session(tiny_onnx())),
    ):
        write_bundle(tmp_path / "bad", tiny_spec(), b"hash fits, contents do not")
    with pytest.raises(BundleCorrupt, match="bad: ONNX Runtime cannot load"):
        load_model(tmp_path / "bad")
