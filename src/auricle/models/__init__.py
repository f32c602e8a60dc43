"""NAME: model bundles, the network's session, and the heads that read its embeddings."""

from .bundle import (
    DEFAULT_BUNDLE,
    Bundle,
    digest_of,
    find_bundle,
    list_bundles,
    read_bundle,
)
from .doctor import Finding, diagnose
from .golden import GoldenReport, check_golden
from .head import Head
from .home import home, models_folder
from .model import Model, load_model
from .spec import FORMAT_VERSION, ModelSpec
from .waveform_onnx import export_waveform_onnx
from .write import note_learnt, replace_heads, write_bundle

__all__ = [
    "DEFAULT_BUNDLE",
    "FORMAT_VERSION",
    "Bundle",
    "Finding",
    "GoldenReport",
    "Head",
    "Model",
    "ModelSpec",
    "check_golden",
    "diagnose",
    "digest_of",
    "export_waveform_onnx",
    "find_bundle",
    "home",
    "list_bundles",
    "load_model",
    "models_folder",
    "note_learnt",
    "read_bundle",
    "replace_heads",
    "write_bundle",
]
