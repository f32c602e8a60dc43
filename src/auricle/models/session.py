"""The ONNX Runtime session: one per process for each backbone and thread count."""

from threading import Lock
from typing import Any

import numpy as np

from ..errors import BundleCorrupt
from ..types import FloatArray

INPUT, OUTPUT = "log_mel", "embedding"
_ERRORS_ONLY = 3

_open: dict[tuple[str, int], "Session"] = {}
_lock = Lock()


class Session:
    """A backbone in ONNX Runtime, on the CPU."""

    def __init__(self, model: bytes, *, threads: int = 1) -> None:
        """Load a backbone.

        Args:
            model: the bytes of ``model.onnx``.
            threads: cores to use inside one operator.

        Raises:
            ValueError: if ``threads`` is not positive.
            BundleCorrupt: if it is not an ONNX model with the input and output of a backbone.
        """
        if threads < 1:
            raise ValueError(f"threads must be positive, not {threads}")
        self.threads = threads
        self._session = _load(model, threads)
        inputs = {entry.name: entry.shape for entry in self._session.get_inputs()}
        outputs = {entry.name for entry in self._session.get_outputs()}
        if list(inputs) != [INPUT] or len(inputs[INPUT]) != 4 or OUTPUT not in outputs:
            raise BundleCorrupt(
                f"the backbone must map {INPUT!r} (batch, 1, n_mels, n_frames) to {OUTPUT!r}, "
                f"but has inputs {inputs} and outputs {sorted(outputs)}"
            )

    def run(self, log_mels: FloatArray) -> FloatArray:
        """Return raw embeddings, shape (batch, dim), of log-mels (batch, n_mels, n_frames)."""
        result = self._session.run([OUTPUT], {INPUT: log_mels[:, np.newaxis]})[0]
        return np.asarray(result, dtype=np.float32)


def shared_session(key: str, model: bytes, threads: int) -> Session:
    """Return this process's session for a backbone, loading it the first time.

    Args:
        key: what identifies the weights (their SHA-256).
        model: the bytes of ``model.onnx``.
        threads: cores to use inside one operator.
    """
    with _lock:
        if (key, threads) not in _open:
            _open[key, threads] = Session(model, threads=threads)
        return _open[key, threads]


def _load(model: bytes, threads: int) -> Any:  # noqa: ANN401 - onnxruntime is untyped
    import onnxruntime as ort  # 0.2 s: only when a model runs
    from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

    ort.set_default_logger_severity(_ERRORS_ONLY)
    options = ort.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.enable_mem_pattern = False  # a plan per input shape: excerpts differ in length
    options.enable_cpu_mem_arena = False  # as fast without (measured), and memory is given back
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NotImplemented")
    refusals = tuple(getattr(ort_errors, name) for name in names)
    try:
        return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except refusals as error:
        raise BundleCorrupt(f"ONNX Runtime cannot load the backbone: {error}") from error
