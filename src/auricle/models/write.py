"""Assemble a bundle folder, or give an existing one other heads."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import ModelError, SpaceMismatch
from .bundle import (
    CARD,
    GOLDEN,
    HEAD_SUFFIX,
    HEADS,
    LEARNT,
    ONNX,
    SPEC,
    Bundle,
    read_bundle,
    sha256,
    spec_json,
)
from .golden import make_golden
from .head import Head
from .model import Model
from .session import Session
from .spec import ModelSpec


def write_bundle(
    folder: str | os.PathLike[str],
    spec: ModelSpec,
    onnx: bytes | os.PathLike[str],
    *,
    heads: Iterable[Head] = (),
    card: str = "",
) -> Bundle:
    """Write a bundle: checks the backbone, computes its golden vectors and every hash.

    Heads need the backbone's id, which is ``spec.backbone_id(sha256(onnx))``: write the bundle
    without heads, embed with it, fit the heads, then ``replace_heads``.

    Args:
        folder: where; an older bundle there is replaced as a whole.
        spec: what the model is.
        onnx: the backbone, as bytes or as a file.
        heads: fitted on this backbone.
        card: the text of ``MODEL_CARD.md``.

    Raises:
        BundleCorrupt: if the backbone does not keep the contract of its input and output.
        ModelError: if its embeddings have another length than ``spec.dim``, or the folder holds
            something else than a bundle.
        SpaceMismatch: if a head belongs to another backbone.
    """
    backbone = onnx if isinstance(onnx, bytes) else Path(onnx).read_bytes()
    model = Model(spec, spec.backbone_id(sha256(backbone)), {}, Session(backbone))
    try:
        golden = make_golden(model)
    except ValueError as error:
        raise ModelError(f"the backbone does not give (batch, {spec.dim}): {error}") from error
    contents = {ONNX: backbone, GOLDEN: golden, CARD: card.encode()}
    return _install(Path(folder), spec, {**contents, **_head_files(heads, model.id, spec.dim)})


def replace_heads(
    folder: str | os.PathLike[str], heads: Iterable[Head], *, card: str | None = None
) -> Bundle:
    """Give a bundle these heads in place of all it has; its id and golden vectors stay.

    Args:
        folder: of the bundle.
        heads: all that it shall have; take ``load_model(folder).heads`` to keep some.
        card: a new text of ``MODEL_CARD.md``; None keeps the old one.

    Raises:
        BundleCorrupt: if the bundle is damaged.
        SpaceMismatch: if a head belongs to another backbone.
    """
    bundle = read_bundle(Path(folder))
    kept = {name: data for name, data in bundle.read_all().items() if not name.startswith(HEADS)}
    if card is not None:
        kept[CARD] = card.encode()
    files = _head_files(heads, bundle.id, bundle.spec.dim)
    return _install(Path(folder), bundle.spec, {**kept, **files})


def note_learnt(folder: str | os.PathLike[str], digests: Iterable[str]) -> Bundle:
    """Note in a bundle what it learnt from, in place of what it noted before.

    Args:
        folder: of the bundle.
        digests: ``digest_of`` every file that the backbone or its heads learnt from.

    Raises:
        BundleCorrupt: if the bundle is damaged.
    """
    bundle = read_bundle(Path(folder))
    listed = "".join(f"{digest}\n" for digest in sorted(set(digests))).encode()
    return _install(Path(folder), bundle.spec, {**bundle.read_all(), LEARNT: listed})


def _head_files(heads: Iterable[Head], model_id: str, dim: int) -> dict[str, bytes]:
    files = {}
    for head in heads:
        head.check_model(model_id)
        if head.dim != dim:
            raise SpaceMismatch(
                f"head {head.name!r} reads {head.dim} numbers, {model_id} has {dim}"
            )
        files[f"{HEADS}{head.name}{HEAD_SUFFIX}"] = head.to_bytes()
    return files


def _install(folder: Path, spec: ModelSpec, contents: Mapping[str, bytes]) -> Bundle:
    """Write the files beside the folder, then put them in its place."""
    if folder.exists() and not (folder / SPEC).is_file() and any(folder.iterdir()):
        raise ModelError(f"{folder}: holds something else than a model bundle; give another folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging, old = (folder.with_name(folder.name + suffix) for suffix in (".part", ".old"))
    if old.exists() and not folder.exists():  # what an interruption between two renames left
        old.rename(folder)
    for leftover in (staging, old):
        shutil.rmtree(leftover, ignore_errors=True)
    hashes = {name: sha256(data) for name, data in contents.items()}
    for name, data in {**contents, SPEC: spec_json(spec, hashes)}.items():
        (staging / name).parent.mkdir(parents=True, exist_ok=True)
        (staging / name).write_bytes(data)
    if folder.exists():
        folder.rename(old)
    try:
        staging.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
    return read_bundle(folder)
