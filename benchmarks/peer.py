"""The usual way to do the same: librosa for the sound, eager PyTorch for the same network."""

from collections.abc import Sequence
from pathlib import Path

import av
import librosa
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from auricle import FeatureSpec
from auricle.training.network import Backbone, Filters, Standardise
from auricle.training.recipe import Recipe

BATCH_SIZES = (1, 2, 4, 8, 16)

PARAMETERS = ("weight", "bias", "running_mean", "running_var")
"""In the order in which ONNX has them; convolutions and linear layers have up to two."""


def load_network(bundle: Path, recipe: Path) -> nn.Module:
    """Build the bundle's network in PyTorch, with the bundle's own weights.

    Batch normalisation is folded into the convolutions, as it is in the exported file; that
    favours this side.
    """
    settings = Recipe.read(recipe)
    network = Backbone(settings.network).eval()
    if settings.network.components:
        network.components = nn.Linear(network.n_pooled, settings.network.components)
    network.fix()
    _fold(network)
    layers = [
        module
        for module in network.modules()
        if isinstance(module, Filters | nn.Conv1d | nn.Linear | nn.BatchNorm1d)
        and not isinstance(module, Standardise)  # the layer after it does that now
    ]
    arrays = _weights(bundle / "model.onnx")
    if len(layers) != len(arrays):
        raise SystemExit(f"{recipe} is not the recipe of {bundle}: {len(layers)} layers")
    with torch.inference_mode():
        for layer, values in zip(layers, arrays, strict=True):
            names = ("weights",) if isinstance(layer, Filters) else PARAMETERS
            for name, value in zip(names, values, strict=False):
                getattr(layer, name).copy_(torch.tensor(value))
    return network


def _fold(module: nn.Module) -> None:
    """Replace each (convolution, batch normalisation) pair by one convolution, in place."""
    for name, child in module.named_children():
        _fold(child)
        if not isinstance(child, nn.Sequential):
            continue
        folded: list[nn.Module] = []
        for layer in child:
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                folded[-1] = fuse_conv_bn_eval(folded[-1], layer)
            else:
                folded.append(layer)
        setattr(module, name, nn.Sequential(*folded))


def _weights(path: Path) -> list[list[NDArray[np.float32]]]:
    """Return the ``PARAMETERS`` of every layer that has some, in order of execution."""
    graph = onnx.load(path).graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found = []
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in arrays:  # equal weights, stored once
            arrays[node.output[0]] = arrays[node.input[0]]
        if node.op_type in {"Conv", "Gemm", "BatchNormalization"}:
            weight, *others = (arrays[name] for name in node.input[1:])
            flags = {attribute.name: attribute.i for attribute in node.attribute}
            if node.op_type == "Gemm" and not flags.get("transB"):
                weight = weight.T
            found.append([weight, *others])
    return found


def log_mels(path: Path, spec: FeatureSpec, excerpt_s: float) -> NDArray[np.float32]:
    """Load with librosa and return excerpts, shape (n_excerpts, 1, n_mels, n_frames)."""
    waveform = _load(path, spec.sample_rate)
    mel = librosa.feature.melspectrogram(
        y=waveform,
        sr=spec.sample_rate,
        n_fft=spec.n_fft,
        hop_length=spec.hop_length,
        n_mels=spec.n_mels,
        fmin=spec.f_min,
        fmax=spec.f_max,
        pad_mode="constant",
    )
    decibels = librosa.power_to_db(mel, ref=1.0, amin=spec.amin, top_db=None)
    n_frames = int(excerpt_s * spec.frame_rate)
    n_excerpts = max(1, decibels.shape[1] // n_frames)
    cut = decibels[:, : n_excerpts * n_frames].reshape(spec.n_mels, n_excerpts, -1)
    return np.ascontiguousarray(cut.transpose(1, 0, 2)[:, None], dtype=np.float32)


def _load(path: Path, sample_rate: int) -> NDArray[np.float32]:
    """Load as librosa.load does; M4A, for which it needs a program, comes through PyAV."""
    if path.suffix != ".m4a":
        return librosa.load(path, sr=sample_rate)[0]
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        native = container.streams.audio[0].rate
    mono = librosa.to_mono(np.concatenate(frames, axis=1))
    return librosa.resample(mono, orig_sr=native, target_sr=sample_rate)


@torch.inference_mode()
def embed(
    network: nn.Module, excerpts: NDArray[np.float32], batch_size: int
) -> NDArray[np.float32]:
    """Return the track's unit embedding, shape (dim,)."""
    batches: Sequence[torch.Tensor] = torch.from_numpy(excerpts).split(batch_size)
    mean = torch.cat([network(batch) for batch in batches]).mean(0).numpy()
    return mean / np.linalg.norm(mean)
