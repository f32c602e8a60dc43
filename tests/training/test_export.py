"""What is exported infers what was trained, in operations that are fast in ONNX Runtime."""

import numpy as np
import onnx
import pytest
import torch

from auricle.models.session import Session
from auricle.training.export import to_onnx
from auricle.training.network import Backbone
from auricle.training.recipe_parts import NetworkRecipe

N_MELS = 64
RECIPE = NetworkRecipe(timbre_filters=(5, 4), rhythm_filters=(6,), width=8, dim=16)


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    torch.manual_seed(0)
    return Backbone(RECIPE).eval()


@pytest.fixture(scope="module")
def exported(backbone: Backbone) -> bytes:
    return to_onnx(backbone, N_MELS)


def log_mels(low: float, high: float, n_frames: int = 120, n_batch: int = 3) -> torch.Tensor:
    rng = np.random.default_rng(n_frames)
    shape = (n_batch, 1, N_MELS, n_frames)
    return torch.from_numpy(rng.uniform(low, high, shape).astype(np.float32))


LEVELS = [(-100.0, -100.0), (-100.0, -60.0), (-70.0, 0.0), (-100.0, 40.0), (100.0, 150.0)]


@pytest.mark.parametrize(("low", "high"), LEVELS)
@pytest.mark.parametrize("n_frames", [2, 51, 100, 401])
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
    assert "Exp" in kinds
    assert not kinds & {"ReduceLogSumExp", "Softplus", "ConstantOfShape"}


def test_the_backbone_that_is_exported_stays_as_it_was(backbone: Backbone) -> None:
    before = {name: value.clone() for name, value in backbone.state_dict().items()}
    to_onnx(backbone, N_MELS)
    after = backbone.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(value, after[name]) for name, value in before.items())
