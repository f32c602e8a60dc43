"""Export a model that takes the waveform itself, for those who run ONNX elsewhere.

The front-end is written into the graph: a convolution whose kernels are the windowed cosines and
sines of the Fourier transform (they are rounded once, from float64), squares, mel filters,
decibels. auricle itself does not use it: NumPy's FFT is several times faster.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import MissingExtra, ModelError
from ..features import FeatureSpec
from ..features.log_mel import mel_filters
from ..files import replacing
from .bundle import ONNX, Bundle
from .session import INPUT, OUTPUT

if TYPE_CHECKING:
    import onnx

PCM = "pcm"
_FRONT = "front_end/"
_OLDEST_OPSET = 13
_DB_PER_NEPER = 10.0 / np.log(10.0)


def export_waveform_onnx(bundle: Bundle, path: str | os.PathLike[str]) -> None:
    """Write an ONNX model ``pcm (batch, n_samples) -> embedding (batch, dim)``.

    ``pcm`` is mono float32 at the bundle's sample rate; the embedding is raw, as ``Model.embed``
    gives it. Sounds shorter than ``min_samples`` in the metadata should be repeated to it.

    Args:
        bundle: the model.
        path: the file to write.

    Raises:
        BundleCorrupt: if the backbone is missing or altered.
        MissingExtra: if the ``onnx`` package is not installed.
        ModelError: if the backbone uses an operator set older than 13.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtra("the export of a waveform-in ONNX", "train") from error
    whole = _graft(bundle, onnx.load_model_from_string(bundle.read(ONNX)))
    del whole.metadata_props[:]
    onnx.helper.set_model_props(whole, _metadata(bundle))
    onnx.checker.check_model(whole, full_check=True)
    with replacing(Path(path)) as unfinished:
        unfinished.write_bytes(whole.SerializeToString())


def _graft(bundle: Bundle, backbone: "onnx.ModelProto") -> "onnx.ModelProto":
    """Return the front-end and the backbone as one model, in the backbone's operator set."""
    from onnx import compose, helper

    opset = next(
        entry.version for entry in backbone.opset_import if entry.domain in ("", "ai.onnx")
    )
    if opset < _OLDEST_OPSET:
        raise ModelError(
            f"{bundle.folder}: the backbone's operator set is {opset}, not 13 or newer"
        )
    front = helper.make_model(
        _front_graph(bundle.spec.features),
        opset_imports=list(backbone.opset_import),
        ir_version=backbone.ir_version,
        producer_name="auricle",
    )
    joint = [(_FRONT + INPUT, INPUT)]
    return compose.merge_models(front, backbone, joint, outputs=[OUTPUT], name=bundle.name)


def _metadata(bundle: Bundle) -> dict[str, str]:
    """Return what a user of the file needs to know, as texts."""
    spec = bundle.spec
    values = {
        "model": bundle.id,
        "sample_rate": spec.features.sample_rate,
        "min_samples": spec.min_samples,
        "excerpt_s": spec.excerpt_s,
        "dim": spec.dim,
        "licence": spec.licence,
        "features": json.dumps(spec.features.to_dict()),
    }
    return {name: str(value) for name, value in values.items()}


def _front_graph(features: FeatureSpec) -> "onnx.GraphProto":
    """Return the graph of ``log_mel``; names begin with ``front_end/``."""
    from onnx import TensorProto, helper, numpy_helper

    constants = {_FRONT + name: value for name, value in _constants(features).items()}
    n_mels = features.n_mels
    return helper.make_graph(
        [_node(*step, hop_length=features.hop_length) for step in _STEPS],
        "front_end",
        [helper.make_tensor_value_info(PCM, TensorProto.FLOAT, ["batch", "n_samples"])],
        [
            helper.make_tensor_value_info(
                _FRONT + INPUT, TensorProto.FLOAT, ["batch", 1, n_mels, "n_frames"]
            )
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )


_STEPS = (
    ("Unsqueeze", (PCM, "channel"), "one_channel"),
    ("Pad", ("one_channel", "margins"), "centred"),
    ("Conv", ("centred", "fourier"), "spectrum"),
    ("Mul", ("spectrum", "spectrum"), "power"),
    ("MatMul", ("filters", "power"), "mel"),
    ("Max", ("mel", "amin"), "audible"),
    ("Log", ("audible",), "nepers"),
    ("Mul", ("nepers", "db_per_neper"), "decibels"),
    ("Unsqueeze", ("decibels", "channel"), INPUT),
)


def _node(operator: str, inputs: tuple[str, ...], output: str, *, hop_length: int) -> Any:  # noqa: ANN401 - a protobuf
    from onnx import helper

    names = [name if name == PCM else _FRONT + name for name in inputs]
    strides = {"strides": [hop_length]} if operator == "Conv" else {}
    return helper.make_node(operator, names, [_FRONT + output], _FRONT + output, **strides)


def _constants(features: FeatureSpec) -> dict[str, NDArray[Any]]:
    """Return the tensors of the front-end.

    Bins that no mel filter uses are left out: the power of the others is all that is needed.
    """
    filters = mel_filters(features)
    used = np.flatnonzero(filters.any(axis=0))
    margin = features.n_fft // 2
    return {
        "channel": np.array([1], dtype=np.int64),
        "margins": np.array([0, 0, margin, 0, 0, margin], dtype=np.int64),
        "fourier": _fourier_kernels(features.n_fft, used),
        "filters": np.concatenate([filters[:, used]] * 2, axis=1),
        "amin": np.array([features.amin], dtype=np.float32),
        "db_per_neper": np.array([_DB_PER_NEPER], dtype=np.float32),
    }


def _fourier_kernels(n_fft: int, bins: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return Hann-windowed cosines, then sines, shape (2 * n_bins, 1, n_fft)."""
    sample = np.arange(n_fft)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * sample / n_fft)
    angle = 2 * np.pi * (np.outer(bins, sample) % n_fft) / n_fft
    kernels = np.concatenate([np.cos(angle), np.sin(angle)]) * window
    return kernels[:, np.newaxis].astype(np.float32)
