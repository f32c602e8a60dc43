"""What a model is: the frozen form of a bundle's ``spec.json``."""

import hashlib
import json
import math
import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from ..features import FeatureSpec

FORMAT_VERSION = 1
"""The newest bundle format that this version of auricle reads, and the one it writes."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def check_name(what: str, name: str) -> None:
    """Refuse a name that could not be a file name everywhere.

    Raises:
        ValueError: saying which name, and what is allowed.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"{what} must be lower-case letters, digits, '.', '_', '-', not {name!r}")


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Everything about a backbone that is not its weights.

    Attributes:
        name: of the bundle, also its folder's name.
        version: of these weights, for people.
        features: what the network sees.
        excerpt_s: length of the excerpts that the network was made for, in seconds.
        min_excerpt_s: shorter sounds are repeated to this length, in seconds.
        dim: length of an embedding.
        licence: of the weights, as an SPDX expression or a short sentence.
        description: one line for ``auricle models``.
        format_version: of the bundle folder.
    """

    name: str
    version: str
    features: FeatureSpec
    excerpt_s: float
    min_excerpt_s: float
    dim: int
    licence: str = ""
    description: str = ""
    format_version: int = FORMAT_VERSION

    def __post_init__(self) -> None:
        """Refuse a spec that no model can have.

        Raises:
            ValueError: naming the field, its value and what was expected.
        """
        check_name("name", self.name)
        if self.format_version != FORMAT_VERSION:
            raise ValueError(f"format_version must be {FORMAT_VERSION}, not {self.format_version}")
        if not 0 < self.min_excerpt_s <= self.excerpt_s < math.inf:
            raise ValueError(
                "0 < min_excerpt_s <= excerpt_s must hold, "
                f"not min_excerpt_s={self.min_excerpt_s}, excerpt_s={self.excerpt_s}"
            )
        if self.dim < 1:
            raise ValueError(f"dim must be positive, not {self.dim}")

    @property
    def min_samples(self) -> int:
        """Samples below which a waveform is repeated."""
        return max(1, round(self.min_excerpt_s * self.features.sample_rate))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a spec from its JSON form.

        Raises:
            ValueError: for unknown or missing fields and impossible values.
        """
        known = {field.name for field in fields(cls)}
        odd = sorted(set(values) ^ known)
        if odd:
            raise ValueError(f"unknown or missing fields: {', '.join(odd)}")
        try:
            features = FeatureSpec.from_dict(values["features"])
            return cls(**{**values, "features": features})
        except TypeError as error:
            raise ValueError(f"a field has the wrong type: {error}") from error

    def backbone_id(self, onnx_sha256: str) -> str:
        """Return ``"name@hash12"`` of this spec with these weights.

        The hash covers what an embedding depends on: the weights, the features and the excerpt
        length. Heads, cards and descriptions may change while stored embeddings stay valid.

        Args:
            onnx_sha256: hex digest of ``model.onnx``.
        """
        parts = {"onnx": onnx_sha256, "features": self.features.to_dict()}
        text = json.dumps({**parts, "excerpt_s": float(self.excerpt_s)}, sort_keys=True)
        return f"{self.name}@{hashlib.sha256(text.encode()).hexdigest()[:12]}"
