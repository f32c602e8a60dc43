"""A tiny model bundle, made by hand: the whole product can be tested without the shipped one.

Its backbone is the mean level of eight bands of eight mels (no training, no randomness), so the
right answer is known: the genre is where the sound's energy lies, ``low`` (below about 0.9 kHz),
``mid`` or ``high`` (above about 2.7 kHz); a sound that is loud in every band alike, such as white
noise, is kind ``other``; everything else is ``music``.
"""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from auricle.features import FeatureSpec
from auricle.models import Bundle, Head, ModelSpec, replace_heads, write_bundle

N_BANDS = 8
GENRES = ("low", "mid", "high")
KINDS = ("music", "speech", "other")
_BANDS_OF = {"low": slice(0, 3), "mid": slice(3, 5), "high": slice(5, 8)}


def tiny_spec(*, name: str = "tiny", features: FeatureSpec | None = None) -> ModelSpec:
    """Return the spec of a model with excerpts of 2 seconds and 8 numbers per embedding."""
    return ModelSpec(
        name=name,
        version="1",
        features=features or FeatureSpec(),
        excerpt_s=2.0,
        min_excerpt_s=0.5,
        dim=N_BANDS,
        licence="Apache-2.0",
        description="mean level of eight bands, for tests",
    )


def tiny_onnx(n_mels: int = 64, *, gain: float = 1.0, output: str = "embedding") -> bytes:
    """Return a backbone: ``gain`` times the mean of (dB + 100) / 100 over each band and time.

    Another gain makes another model (another id) that hears the same.
    """
    bands = np.zeros((n_mels, N_BANDS), dtype=np.float32)
    for band, mels in enumerate(np.array_split(np.arange(n_mels), N_BANDS)):
        bands[mels, band] = gain / len(mels)
    constants = {
        "floor": np.float32([100.0]),
        "range": np.float32([100.0]),
        "bands": bands,
        "axes": np.array([1, 3], dtype=np.int64),
    }
    nodes = [
        helper.make_node("Add", ["log_mel", "floor"], ["above_floor"]),
        helper.make_node("Div", ["above_floor", "range"], ["level"]),
        helper.make_node("ReduceMean", ["level", "axes"], ["mean_level"], keepdims=0),
        helper.make_node("MatMul", ["mean_level", "bands"], [output]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [_value("log_mel", ["batch", 1, n_mels, "n_frames"])],
        [_value(output, ["batch", N_BANDS])],
        [numpy_helper.from_array(np.asarray(x), name) for name, x in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _value(name: str, shape: list[str | int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def tiny_head(model_id: str, *, name: str = "genre") -> Head:
    """Return the genre head (single), the kind head (single) or the subgenre head (multi)."""
    if name == "kind":
        spread = np.zeros((len(KINDS), N_BANDS), dtype=np.float32)
        spread[2] = 60.0
        bias = np.float32([0.0, -20.0, -60.0 * 2.74])  # eight equal bands: sum is sqrt(8) = 2.83
        return _head(model_id, name, KINDS, spread, bias)
    weights = np.zeros((len(GENRES), N_BANDS), dtype=np.float32)
    for row, bands in enumerate(_BANDS_OF.values()):
        weights[row, bands] = 20.0
    if name == "subgenre":
        labels = tuple(f"very {genre}" for genre in GENRES)
        return _head(model_id, name, labels, weights, np.full(len(GENRES), -20.0, np.float32))
    return _head(model_id, name, GENRES, weights, np.zeros(len(GENRES), np.float32))


def _head(
    model_id: str,
    name: str,
    labels: tuple[str, ...],
    weights: NDArray[np.float32],
    bias: NDArray[np.float32],
) -> Head:
    return Head(
        name=name,
        task="multi" if name == "subgenre" else "single",
        labels=labels,
        weights=weights,
        bias=bias,
        mean=np.zeros(N_BANDS, np.float32),
        scale=np.ones(N_BANDS, np.float32),
        model_id=model_id,
        excerpt_temperature=1.5,
        threshold=0.4,
        meta={"made": "by hand"},
    )


def make_tiny_bundle(folder: Path, *, gain: float = 1.0, spec: ModelSpec | None = None) -> Bundle:
    """Write a bundle with the heads genre, kind and subgenre to a folder."""
    spec = spec or tiny_spec()
    bare = write_bundle(folder, spec, tiny_onnx(spec.features.n_mels, gain=gain), card="# tiny\n")
    names = ("genre", "kind", "subgenre")
    return replace_heads(folder, [tiny_head(bare.id, name=name) for name in names])


def tone(hz: float, *, duration_s: float = 2.0, sample_rate: int = 16_000) -> NDArray[np.float32]:
    """Return a sine wave at half of full scale."""
    time_s = np.arange(round(duration_s * sample_rate)) / sample_rate
    return (0.5 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)
