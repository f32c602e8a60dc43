"""From a trained backbone to a bundle that auricle loads: ONNX, golden vectors, heads, card."""

import copy
import tempfile
import warnings
from pathlib import Path

import torch

from ..errors import MissingExtra, TrainingError
from ..models import ModelSpec, write_bundle
from .checkpoint import load_checkpoint
from .components import add_components
from .data import TrainingData
from .network import Backbone

MIN_EXCERPT_S = 1.0
OPSET = 17

ENOUGH_WINDOWS = 20_000
"""To find components in: their number is small, and a window takes 5 ms on two cores."""


def load_backbone(run: Path, data: TrainingData) -> Backbone:
    """Return the averaged backbone of a run's last checkpoint, ready to infer.

    Args:
        run: folder of the run.
        data: that it learnt from, with its recipe; components are found in it.

    Raises:
        TrainingError: if the folder holds no usable checkpoint of that recipe.
    """
    state = load_checkpoint(run, data.recipe.hash)
    if state is None:
        raise TrainingError(f"{run}: holds no checkpoint; run `auricle train` first")
    backbone = Backbone(data.recipe.network)
    prefix = "module.backbone."
    weights = {
        name.removeprefix(prefix): value
        for name, value in state["average"].items()
        if name.startswith(prefix)
    }
    backbone.load_state_dict(weights)
    backbone.eval()
    windows = data.whole(data.train, most=ENOUGH_WINDOWS)
    add_components(backbone, data.recipe, (batch.log_mel for batch in windows))
    return backbone


def to_onnx(backbone: Backbone, n_mels: int) -> bytes:
    """Return the backbone as ONNX: ``log_mel`` (batch, 1, n_mels, n_frames) -> ``embedding``.

    Raises:
        MissingExtra: without the package ``onnx``.
    """
    try:
        import onnx  # noqa: F401 - torch's exporter needs it and says so less clearly
    except ImportError as error:
        raise MissingExtra("exporting to ONNX", "train") from error
    plain = copy.deepcopy(backbone).cpu().eval()
    plain.fix()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        path = Path(folder) / "model.onnx"
        warnings.simplefilter("ignore")  # the tracing exporter announces its successor
        torch.onnx.export(
            plain,
            (torch.randn(1, 1, n_mels, 100),),
            path,
            input_names=["log_mel"],
            output_names=["embedding"],
            dynamic_axes={"log_mel": {0: "batch", 3: "n_frames"}, "embedding": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
        return path.read_bytes()


def export_bundle(run: Path, folder: Path, data: TrainingData) -> None:
    """Write the run's backbone as a bundle without heads.

    Args:
        run: folder of the run.
        folder: of the bundle.
        data: that the run learnt from.

    Raises:
        TrainingError: if the run holds no checkpoint.
    """
    backbone, recipe = load_backbone(run, data), data.recipe
    spec = ModelSpec(
        name=recipe.name,
        version=recipe.version,
        features=recipe.features,
        excerpt_s=recipe.window_s,
        min_excerpt_s=MIN_EXCERPT_S,
        dim=recipe.network.n_embedding,
        licence=recipe.licence,
        description=recipe.description,
    )
    write_bundle(folder, spec, to_onnx(backbone, recipe.features.n_mels))
