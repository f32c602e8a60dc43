"""A head: a small linear model that reads labels from unit embeddings."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from ..errors import BundleCorrupt, BundleNotFound, SpaceMismatch
from ..files import replacing
from ..types import FloatArray
from .npz import from_npz, to_npz
from .spec import check_name

Task = Literal["single", "multi"]
Level = Literal["track", "excerpt"]

HEAD_VERSION = 1
_ARRAYS = ("weights", "bias", "mean", "scale")
_TEXTS = ("name", "task", "labels", "temperature", "excerpt_temperature", "threshold")


@dataclass(frozen=True, eq=False)
class Head:
    """Labels, weights and calibration; belongs to one backbone.

    Attributes:
        name: what it tells, such as ``"genre"``.
        task: ``"single"`` (one label holds: softmax) or ``"multi"`` (any number: sigmoid).
        labels: one name per row of ``weights``.
        weights: shape (n_labels, dim), float32.
        bias: shape (n_labels,).
        mean: of the training embeddings, shape (dim,).
        scale: their standard deviation, shape (dim,).
        model_id: ``"name@hash12"`` of the backbone it reads.
        temperature: divides the logits of a whole track (fitted on validation).
        excerpt_temperature: divides the logits of one excerpt.
        threshold: a track whose best probability is below it is "unknown".
        meta: how it was made; free JSON.
    """

    name: str
    task: Task
    labels: tuple[str, ...]
    weights: FloatArray
    bias: FloatArray
    mean: FloatArray
    scale: FloatArray
    model_id: str
    temperature: float = 1.0
    excerpt_temperature: float = 1.0
    threshold: float = 0.0
    meta: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a head that cannot give probabilities.

        Raises:
            ValueError: naming the field and what was expected.
        """
        for name in _ARRAYS:
            object.__setattr__(self, name, _frozen(name, getattr(self, name)))
        object.__setattr__(self, "labels", tuple(self.labels))
        self._check_labels()
        self._check_shapes()
        for name in ("temperature", "excerpt_temperature"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be positive, not {getattr(self, name)}")
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold must be between 0 and 1, not {self.threshold}")

    def _check_labels(self) -> None:
        check_name("name", self.name)
        if self.task not in get_args(Task):
            raise ValueError(f"task must be 'single' or 'multi', not {self.task!r}")
        if not self.labels or not all(isinstance(label, str) and label for label in self.labels):
            raise ValueError(f"labels must be non-empty texts, not {self.labels}")
        if len(set(self.labels)) < len(self.labels):
            raise ValueError(f"labels must differ, not {self.labels}")

    def _check_shapes(self) -> None:
        n_labels = len(self.labels)
        if self.weights.ndim != 2 or self.weights.shape[0] != n_labels:
            raise ValueError(f"weights must be ({n_labels}, dim), not {self.weights.shape}")
        for name, shape in (("bias", (n_labels,)), ("mean", (self.dim,)), ("scale", (self.dim,))):
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} must be {shape}, not {getattr(self, name).shape}")
        if not (self.scale > 0).all():
            raise ValueError("scale must be positive everywhere")

    @property
    def dim(self) -> int:
        """Length of the embeddings it reads."""
        return int(self.weights.shape[1])

    def logits(self, embeddings: FloatArray) -> NDArray[np.float64]:
        """Return uncalibrated logits, shape (n, n_labels), of unit embeddings (n, dim).

        Raises:
            SpaceMismatch: if the embeddings have another length.
        """
        rows = np.asarray(embeddings, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != self.dim:
            raise SpaceMismatch(
                f"head {self.name!r} reads embeddings of shape (n, {self.dim}) from "
                f"{self.model_id}, not {rows.shape}"
            )
        weights = self.weights.astype(np.float64)
        return np.asarray((rows - self.mean) / self.scale @ weights.T + self.bias)

    def probabilities(self, embeddings: FloatArray, *, level: Level = "track") -> FloatArray:
        """Return calibrated probabilities.

        Args:
            embeddings: unit rows, shape (n, dim).
            level: whether a row is a whole track or one excerpt (each has its temperature).

        Returns:
            Array of shape (n, n_labels), float32; rows sum to 1 when the task is "single".

        Raises:
            SpaceMismatch: if the embeddings have another length.
        """
        temperature = self.temperature if level == "track" else self.excerpt_temperature
        logits = self.logits(embeddings) / temperature
        return (_softmax(logits) if self.task == "single" else _sigmoid(logits)).astype(np.float32)

    def check_model(self, model_id: str) -> None:
        """Refuse another backbone than the one this head was fitted on.

        Raises:
            SpaceMismatch: naming both models and the remedy.
        """
        if model_id != self.model_id:
            raise SpaceMismatch(
                f"head {self.name!r} reads embeddings of {self.model_id}, but the model is "
                f"{model_id}: use that model, or make the head again (`auricle teach`)"
            )

    def to_bytes(self) -> bytes:
        """Return the head as a file: an uncompressed .npz without pickle, the same every time."""
        texts: dict[str, Any] = {name: getattr(self, name) for name in _TEXTS}
        texts |= {"version": HEAD_VERSION, "model_id": self.model_id, "meta": self.meta}
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        return to_npz({"head": np.array(json.dumps(texts)), **arrays})

    @classmethod
    def from_bytes(cls, data: bytes, where: str = "<head>") -> Self:
        """Read a head from the bytes of its file; ``where`` names it in errors.

        Raises:
            BundleCorrupt: if they are not a head, or one of a newer version.
        """
        arrays = from_npz(data, where)
        try:
            values: dict[str, Any] = json.loads(str(arrays.pop("head")[()]))
            version = values.pop("version")
            if version == HEAD_VERSION:
                return cls(**values | arrays)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BundleCorrupt(f"{where}: not a head file ({error})") from error
        raise BundleCorrupt(
            f"{where}: head version is {version}, this auricle reads {HEAD_VERSION}: "
            "upgrade auricle, or make the head again"
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the head to one file (customary suffix ``.head``); an old file is replaced."""
        with replacing(Path(path)) as unfinished:
            unfinished.write_bytes(self.to_bytes())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a head from its file.

        Raises:
            BundleNotFound: if there is no such file.
            BundleCorrupt: if it is not a head.
        """
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise BundleNotFound(f"{os.fspath(path)}: no such head ({error.strerror})") from error
        return cls.from_bytes(data, os.fspath(path))


def _frozen(name: str, values: FloatArray) -> FloatArray:
    """Return a read-only float32 copy.

    Raises:
        ValueError: if it holds NaN or infinity.
    """
    array = np.array(values, dtype=np.float32)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite")
    array.flags.writeable = False
    return array


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 / (1 + exp(-x)) without overflow at either end."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)))
