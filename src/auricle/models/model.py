"""A model ready to run: the backbone's session, its spec and its heads."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..errors import BundleCorrupt
from ..features import log_mel
from ..types import FloatArray
from .bundle import HEAD_SUFFIX, HEADS, ONNX, Bundle, find_bundle
from .head import Head
from .session import Session, shared_session
from .spec import ModelSpec

GENRE = "genre"


@dataclass(frozen=True, eq=False)
class Model:
    """A backbone with its heads.

    Attributes:
        spec: what the model is.
        id: ``"name@hash12"`` of the backbone; embeddings compare only within one id.
        heads: by what they tell: "genre", "kind", "subgenre".
    """

    spec: ModelSpec
    id: str
    heads: Mapping[str, Head]
    session: Session = field(repr=False)

    def embed(self, waveforms: Sequence[FloatArray]) -> FloatArray:
        """Return the raw (not normalised) embedding of each excerpt.

        One that is shorter than ``spec.min_excerpt_s`` is repeated up to that length. Each goes
        through the network alone: the network is small, so what it works on stays in the cache.

        Args:
            waveforms: mono, each of shape (n_samples,), at ``spec.features.sample_rate``.

        Returns:
            Array of shape (len(waveforms), dim), float32.

        Raises:
            ValueError: if a waveform is empty, not one-dimensional, or not finite.
        """
        result = np.empty((len(waveforms), self.spec.dim), dtype=np.float32)
        for row, waveform in enumerate(waveforms):
            ready = tile(waveform, self.spec.min_samples)
            result[row] = self.session.run(log_mel(ready, self.spec.features)[np.newaxis])[0]
        bad = np.flatnonzero(~np.isfinite(result).all(axis=1))
        if bad.size:
            raise ValueError(f"waveform {bad[0]} holds NaN or infinity")
        return result


def load_model(
    name_or_path: str | os.PathLike[str] | None = None,
    *,
    threads: int = 1,
    head: str | os.PathLike[str] | None = None,
) -> Model:
    """Load a model bundle; every file's SHA-256 is verified.

    Args:
        name_or_path: a bundle's name or folder; None for the one that came with auricle.
        threads: cores to use inside one operator.
        head: a ``.head`` file of your own genres, used in place of the bundle's genre head.

    Returns:
        The model. The network itself is loaded once per process and thread count.

    Raises:
        BundleNotFound: if there is no such bundle or head; lists the known names.
        BundleCorrupt: if a file is missing, altered or of a newer format.
        SpaceMismatch: if the head belongs to another backbone.
    """
    return open_model(find_bundle(name_or_path), threads=threads, head=head)


def open_model(
    bundle: Bundle, *, threads: int = 1, head: str | os.PathLike[str] | None = None
) -> Model:
    """Load the model of a bundle that has been found; as ``load_model``."""
    contents = bundle.read_all()
    heads = {}
    for name in bundle.head_names:
        file = f"{HEADS}{name}{HEAD_SUFFIX}"
        heads[name] = Head.from_bytes(contents[file], f"{bundle.folder}/{file}")
    if head is not None:
        heads[GENRE] = Head.load(head)
    for each in heads.values():
        each.check_model(bundle.id)
    try:
        session = shared_session(bundle.files[ONNX], contents[ONNX], threads)
    except BundleCorrupt as error:
        raise BundleCorrupt(f"{bundle.folder}: {error}") from error
    return Model(bundle.spec, bundle.id, heads, session)


def tile(waveform: FloatArray, n_samples: int) -> FloatArray:
    """Return the waveform, repeated up to ``n_samples`` when it is shorter.

    Raises:
        ValueError: if it is empty or not one-dimensional.
    """
    if waveform.ndim != 1 or waveform.size == 0:
        raise ValueError(f"waveform must have shape (n_samples,), not {waveform.shape}")
    return waveform if waveform.size >= n_samples else np.resize(waveform, n_samples)
