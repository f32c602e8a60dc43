"""``auricle export-onnx``."""

from pathlib import Path

import numpy as np
import onnxruntime

from auricle.models import load_model

from ..tiny import tone
from .conftest import Call


def test_exported_model_hears_a_waveform(auricle: Call, model: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.onnx"
    done = auricle("export-onnx", "--model", "tiny", "-o", target)
    assert done.exit_code == 0, done.output
    assert str(target) in done.stdout
    session = onnxruntime.InferenceSession(target, providers=["CPUExecutionProvider"])
    waveform = tone(440)
    (embedding,) = session.run(None, {"pcm": waveform[np.newaxis]})
    expected = load_model(model).embed([waveform])
    np.testing.assert_allclose(embedding, expected, atol=1e-4)


def test_a_folder_that_is_not_there_is_wrong_usage(auricle: Call, tmp_path: Path) -> None:
    assert auricle("export-onnx", "-o", tmp_path / "nowhere" / "x.onnx").exit_code == 2


def test_unknown_model_is_one_line(auricle: Call, tmp_path: Path) -> None:
    done = auricle("export-onnx", "--model", "nothing", "-o", tmp_path / "x.onnx")
    assert done.exit_code == 1
    assert done.stderr.startswith("auricle: error: no model bundle 'nothing'")
