"""The waveform-in ONNX gives what NumPy features and the model give."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from auricle.errors import BundleCorrupt, MissingExtra, ModelError
from auricle.features import FeatureSpec, log_mel
from auricle.models import (
    Bundle,
    ModelSpec,
    export_waveform_onnx,
    find_bundle,
    load_model,
    write_bundle,
)
from auricle.models.golden import golden_waveforms

from ..tiny import tiny_onnx, tiny_spec, tone

SPECS = {
    "16 kHz": FeatureSpec(),
    "22 kHz": FeatureSpec(
        sample_rate=22_050, n_fft=1024, hop_length=256, n_mels=96, f_min=0.0, f_max=11_025.0
    ),
    "odd hop": FeatureSpec(sample_rate=8_000, n_fft=400, hop_length=133, n_mels=40, f_max=3_900.0),
}


def small_cnn(n_mels: int) -> bytes:
    """Return a random network with a convolution, so that every cell of the log-mel matters."""
    random = np.random.default_rng(3)
    weights = {
        "kernel": random.normal(0, 0.2, (16, 1, 5, 5)),
        "out": random.normal(0, 0.1, (16 * n_mels, 8)),
        "shift": np.array([50.0]),
        "range": np.array([25.0]),
    }
    nodes = [
        helper.make_node("Add", ["log_mel", "shift"], ["shifted"]),
        helper.make_node("Div", ["shifted", "range"], ["normal"]),
        helper.make_node("Conv", ["normal", "kernel"], ["map"], pads=[2, 2, 2, 2]),
        helper.make_node("Relu", ["map"], ["active"]),
        helper.make_node("ReduceMean", ["active"], ["pooled"], axes=[3], keepdims=0),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "out"], ["embedding"]),
    ]
    shapes = {"log_mel": ["batch", 1, n_mels, "n_frames"], "embedding": ["batch", 8]}
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()]
    tensors = [numpy_helper.from_array(x.astype(np.float32), name) for name, x in weights.items()]
    graph = helper.make_graph(nodes, "cnn", ends[:1], ends[1:], tensors)
    return bytes(
        helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
        ).SerializeToString()
    )


def exported(bundle: Bundle, folder: Path) -> onnxruntime.InferenceSession:
    export_waveform_onnx(bundle, folder / "whole.onnx")
    return onnxruntime.InferenceSession(folder / "whole.onnx", providers=["CPUExecutionProvider"])


@pytest.fixture(params=SPECS)
def bundle(request: pytest.FixtureRequest, tmp_path: Path) -> Bundle:
    spec = tiny_spec(features=SPECS[request.param])
    return write_bundle(tmp_path / "cnn", spec, small_cnn(spec.features.n_mels))


def test_it_equals_features_and_model(bundle: Bundle, tmp_path: Path) -> None:
    session, model = exported(bundle, tmp_path), load_model(Path(str(bundle.folder)))
    sounds = golden_waveforms(bundle.spec)
    del sounds["short"]
    rate = bundle.spec.features.sample_rate
    sounds["silence"] = np.zeros(rate, np.float32)
    for name, waveform in sounds.items():
        expected = model.embed([waveform])
        found = session.run(None, {"pcm": waveform[None]})[0]
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, atol=1e-4, err_msg=name)
    assert np.abs(expected).max() > 0.1  # 1e-4 is small against it


def test_a_pure_tone_differs_only_by_what_float32_can_hold(bundle: Bundle, tmp_path: Path) -> None:
    """Most of its cells are rounding noise, which two ways to compute do not share."""
    session, model = exported(bundle, tmp_path), load_model(Path(str(bundle.folder)))
    waveform = tone(700, sample_rate=bundle.spec.features.sample_rate)
    expected = model.embed([waveform])
    found = session.run(None, {"pcm": waveform[None]})[0]
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.linalg.norm(expected))


@pytest.mark.parametrize("extra_samples", [0, 1, 131, 132, 133])
def test_any_length_and_batch(bundle: Bundle, tmp_path: Path, extra_samples: int) -> None:
    session, model = exported(bundle, tmp_path), load_model(Path(str(bundle.folder)))
    n_samples = bundle.spec.min_samples + extra_samples
    pcm = np.random.default_rng(0).normal(0, 0.1, (3, n_samples)).astype(np.float32)
    found = session.run(["embedding"], {"pcm": pcm})[0]
    np.testing.assert_allclose(found, model.embed(list(pcm)), atol=1e-4)


def test_its_log_mel_equals_numpys(bundle: Bundle, tmp_path: Path) -> None:
    export_waveform_onnx(bundle, tmp_path / "whole.onnx")
    whole = onnx.load(tmp_path / "whole.onnx")
    whole.graph.output.append(onnx.ValueInfoProto(name="front_end/log_mel"))
    session = onnxruntime.InferenceSession(whole.SerializeToString())
    noise = np.random.default_rng(0).normal(0, 0.1, 9_999).astype(np.float32)
    found = session.run(["front_end/log_mel"], {"pcm": noise[None]})[0]
    np.testing.assert_allclose(found[0, 0], log_mel(noise, bundle.spec.features), atol=1e-3)


def test_the_file_says_how_to_use_it(bundle: Bundle, tmp_path: Path) -> None:
    session = exported(bundle, tmp_path)
    told = session.get_modelmeta().custom_metadata_map
    spec: ModelSpec = bundle.spec
    assert told["model"] == bundle.id
    assert int(told["sample_rate"]) == spec.features.sample_rate
    assert int(told["min_samples"]) == spec.min_samples
    assert int(told["dim"]) == spec.dim
    assert told["licence"] == spec.licence
    assert FeatureSpec.from_dict(json.loads(told["features"])) == spec.features
    (pcm,), (embedding,) = session.get_inputs(), session.get_outputs()
    assert (pcm.name, pcm.shape) == ("pcm", ["batch", "n_samples"])
    assert (embedding.name, embedding.shape[1]) == ("embedding", 8)


@pytest.mark.parametrize("opset", [13, 18])
def test_operator_sets_in_use_are_kept(tmp_path: Path, opset: int) -> None:
    backbone = onnx.load_model_from_string(small_cnn(64) if opset == 13 else tiny_onnx())
    backbone.opset_import[0].version = opset
    bundle = write_bundle(tmp_path / "x", tiny_spec(), backbone.SerializeToString())
    exported(bundle, tmp_path)
    assert onnx.load(tmp_path / "whole.onnx").opset_import[0].version == opset


def test_an_old_operator_set_is_refused(tmp_path: Path) -> None:
    backbone = onnx.load_model_from_string(small_cnn(64))
    backbone.opset_import[0].version = 12
    bundle = write_bundle(tmp_path / "x", tiny_spec(), backbone.SerializeToString())
    with pytest.raises(ModelError, match="operator set is 12, not 13 or newer"):
        export_waveform_onnx(bundle, tmp_path / "whole.onnx")
    assert not (tmp_path / "whole.onnx").exists()


def test_an_altered_backbone_is_not_exported(tiny_bundle: Path, tmp_path: Path) -> None:
    (tiny_bundle / "model.onnx").write_bytes(tiny_onnx(gain=2.0))
    with pytest.raises(BundleCorrupt, match="SHA-256"):
        export_waveform_onnx(find_bundle(tiny_bundle), tmp_path / "whole.onnx")


def test_without_the_extra_it_says_which(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtra, match=r"auricle\[train\]"):
        export_waveform_onnx(find_bundle(tiny_bundle), tmp_path / "whole.onnx")


def test_the_licence_of_another_spec_travels_too(tmp_path: Path) -> None:
    spec = replace(tiny_spec(), licence="CC-BY-4.0")
    bundle = write_bundle(tmp_path / "x", spec, tiny_onnx())
    told = exported(bundle, tmp_path).get_modelmeta().custom_metadata_map
    assert told["licence"] == "CC-BY-4.0"
