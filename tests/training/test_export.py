"""What is exported infers what was trained, in operations that are fast in ONNX Runtime."""

import numpy as np
import onnx
import pytest
import torch

from auricle.models.session import Session
from auricle.training.export import PlainLevelNorm, to_onnx
from auricle.training.network import Backbone, LevelNorm
from auricle.training.recipe import NetworkRecipe

N_MELS = 64
RECIPE = NetworkRecipe(
    widths=(8, 16), bottlenecks=(0, 8), depths=(0, 1), pooled=32, dim=16, dropout=0.0
)


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    torch.manual_seed(0)
    return Backbone(RECIPE, N_MELS).eval()


@pytest.fixture(scope="module")
def exported(backbone: Backbone) -> bytes:
    return to_onnx(backbone, N_MELS)


def log_mels(low: float, high: float, n_frames: int = 120, n_batch: int = 3) -> torch.Tensor:
    rng = np.random.default_rng(n_frames)
    shape = (n_batch, 1, N_MELS, n_frames)
    return torch.from_numpy(rng.uniform(low, high, shape).astype(np.float32))


LEVELS = [(-100.0, -100.0), (-100.0, -60.0), (-70.0, 0.0), (-100.0, 40.0), (100.0, 150.0)]


@pytest.mark.parametrize(("low", "high"), LEVELS)
@pytest.mark.parametrize("n_frames", [1, 51, 501])
def test_the_plain_level_norm_equals_the_trained_one(
    low: float, high: float, n_frames: int
) -> None:
    x = log_mels(low, high, n_frames)
    torch.testing.assert_close(PlainLevelNorm()(x), LevelNorm()(x), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("low", "high"), LEVELS)
@pytest.mark.parametrize("n_frames", [51, 100, 401])
def test_onnx_equals_torch(
    backbone: Backbone, exported: bytes, low: float, high: float, n_frames: int
) -> None:
    x = log_mels(low, high, n_frames)
    with torch.inference_mode():
        expected = backbone(x).numpy()
    found = Session(exported).run(x[:, 0].numpy())
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max(), rtol=1e-5)


def test_nothing_slow_is_exported(exported: bytes) -> None:
    kinds = {node.op_type for node in onnx.load_model_from_string(exported).graph.node}
    assert "ReduceMean" in kinds
    assert not kinds & {"ReduceLogSumExp", "ConstantOfShape", "Div"}


def test_the_backbone_that_is_exported_stays_as_it_was(backbone: Backbone) -> None:
    before = {name: value.clone() for name, value in backbone.state_dict().items()}
    to_onnx(backbone, N_MELS)
    assert isinstance(backbone.stages[0], LevelNorm)
    after = backbone.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(value, after[name]) for name, value in before.items())
