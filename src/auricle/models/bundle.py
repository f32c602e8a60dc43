"""A bundle: the folder that holds a model, found by name or path and verified by SHA-256.

::

    spec.json        ModelSpec, the SHA-256 of every other file, and a checksum of itself
    model.onnx       the backbone: "log_mel" (batch, 1, n_mels, n_frames) -> "embedding"
    heads/*.head     what is read from an embedding (see head.py)
    golden.npz       what the backbone gave where it was made (see golden.py)
    learnt.txt       digests of the files that it learnt from, one per line; may be missing
    MODEL_CARD.md    what it was trained on and how well it hears

Nothing in it is executed or unpickled.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ..errors import BundleCorrupt, BundleNotFound
from .home import models_folder
from .spec import FORMAT_VERSION, ModelSpec

DEFAULT_BUNDLE = "auricle-1"
"""Name of the bundle that is used when none is asked for."""

SPEC, ONNX, GOLDEN, CARD = "spec.json", "model.onnx", "golden.npz", "MODEL_CARD.md"
LEARNT = "learnt.txt"
HEADS = "heads/"
HEAD_SUFFIX = ".head"
DIGEST_DIGITS = 16
"""Of a file's SHA-256; so many tell a million files apart."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose ``spec.json`` has been read; the other files are read on demand.

    Attributes:
        spec: what the model is.
        files: SHA-256 of every file but ``spec.json``, by its name in the folder.
        folder: where it is.
        shipped: whether it came with the package.
    """

    spec: ModelSpec
    files: Mapping[str, str]
    folder: Traversable = field(compare=False)
    shipped: bool = field(default=False, compare=False)

    @property
    def name(self) -> str:
        """The name it is found by."""
        return self.spec.name

    @property
    def id(self) -> str:
        """``"name@hash12"`` of the backbone."""
        return self.spec.backbone_id(self.files[ONNX])

    @property
    def head_names(self) -> tuple[str, ...]:
        """The heads it carries, sorted."""
        heads = (name for name in self.files if name.startswith(HEADS))
        return tuple(sorted(name.removeprefix(HEADS).removesuffix(HEAD_SUFFIX) for name in heads))

    def learnt_from(self) -> frozenset[str]:
        """Return what ``digest_of`` says of each file that it learnt from; empty if unknown.

        Raises:
            BundleCorrupt: if the list is missing, unreadable or altered.
        """
        listed = self.read(LEARNT).decode("ascii", "replace") if LEARNT in self.files else ""
        return frozenset(listed.split())

    def read(self, name: str) -> bytes:
        """Return the bytes of a file, verified.

        Raises:
            BundleCorrupt: if the file is missing, unreadable or altered.
        """
        if name not in self.files:
            raise BundleCorrupt(f"{self.folder}: {SPEC} lists no file {name!r}")
        data = _read(self.folder.joinpath(name))
        found = sha256(data)
        if found != self.files[name]:
            raise BundleCorrupt(
                f"{self.folder.joinpath(name)}: SHA-256 is {found}, expected {self.files[name]}: "
                "the file was altered; install the bundle again"
            )
        return data

    def read_all(self) -> dict[str, bytes]:
        """Return every file but ``spec.json``, verified.

        Raises:
            BundleCorrupt: for the first file that is missing or altered.
        """
        return {name: self.read(name) for name in self.files}


def sha256(data: bytes) -> str:
    """Return the hex SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: str | os.PathLike[str]) -> str:
    """Return the first digits of a file's SHA-256, by which ``learnt.txt`` names it.

    Raises:
        OSError: if it cannot be read.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:DIGEST_DIGITS]


def find_bundle(name_or_path: str | os.PathLike[str] | None = None) -> Bundle:
    """Return the bundle of that name (or ``name@hash12``), or in that folder.

    Args:
        name_or_path: None for the default bundle. A name is looked up among the shipped bundles,
            then among the user's; a text that is no known name is taken for a path.

    Raises:
        BundleNotFound: listing the known names.
        BundleCorrupt: if its ``spec.json`` cannot be used.
    """
    wanted = DEFAULT_BUNDLE if name_or_path is None else os.fspath(name_or_path)
    known = list(_candidates())
    if not isinstance(name_or_path, os.PathLike):
        named = [entry for entry in known if entry[0].name == wanted.partition("@")[0]]
        if named and "@" in wanted:
            return _with_id(named, wanted)
        for folder, shipped in named:
            return read_bundle(folder, shipped=shipped)
    if Path(wanted).is_dir():
        return read_bundle(Path(wanted))
    names = ", ".join(sorted({folder.name for folder, _ in known})) or "none"
    raise BundleNotFound(f"no model bundle {wanted!r}; known names: {names}; a folder's path works")


def list_bundles() -> list[Bundle]:
    """Return the usable bundles, shipped ones first; damaged ones are left to ``doctor``."""
    return [found for _, found in scan_bundles() if isinstance(found, Bundle)]


def scan_bundles() -> Iterator[tuple[str, Bundle | BundleCorrupt]]:
    """Yield the name of every bundle folder and the bundle, or what is wrong with its spec."""
    for folder, shipped in _candidates():
        try:
            yield folder.name, read_bundle(folder, shipped=shipped)
        except BundleCorrupt as error:
            yield folder.name, error


def read_bundle(folder: Traversable, *, shipped: bool = False) -> Bundle:
    """Read and check the ``spec.json`` of a bundle folder.

    Raises:
        BundleCorrupt: if it is missing, damaged, or of a format this version does not read.
    """
    where = folder.joinpath(SPEC)
    values = _parse(_read(where), where)
    checksum, listed = values.pop("checksum", None), values.get("files")
    if checksum != _checksum(values):
        raise BundleCorrupt(f"{where}: checksum is {_checksum(values)}, expected {checksum}")
    if not isinstance(listed, dict) or ONNX not in listed or not all(map(_is_safe, listed)):
        raise BundleCorrupt(f"{where}: 'files' must list {ONNX} and names inside the folder only")
    values.pop("files")
    try:
        return Bundle(ModelSpec.from_dict(values), listed, folder, shipped)
    except ValueError as error:
        raise BundleCorrupt(f"{where}: {error}") from error


def spec_json(spec: ModelSpec, files: Mapping[str, str]) -> bytes:
    """Return the bytes of ``spec.json`` for a model with these files (name to SHA-256)."""
    values = {**spec.to_dict(), "files": dict(sorted(files.items()))}
    return (json.dumps({**values, "checksum": _checksum(values)}, indent=2) + "\n").encode()


def _candidates() -> Iterator[tuple[Traversable, bool]]:
    """Yield every folder that holds a ``spec.json``, and whether it is shipped."""
    shipped: Traversable = package_files("auricle").joinpath("bundles")
    for parent, is_shipped in ((shipped, True), (models_folder(), False)):
        if parent.is_dir():
            for folder in sorted(parent.iterdir(), key=lambda entry: entry.name):
                if folder.joinpath(SPEC).is_file():
                    yield folder, is_shipped


def _with_id(named: Iterable[tuple[Traversable, bool]], wanted: str) -> Bundle:
    """Return the bundle with this ``name@hash12`` among those of its name."""
    found = [read_bundle(folder, shipped=shipped) for folder, shipped in named]
    for bundle in found:
        if bundle.id == wanted:
            return bundle
    have = " and ".join(repr(bundle.id) for bundle in found)
    raise BundleNotFound(f"no model bundle {wanted!r}; of that name there is {have}")


def _parse(data: bytes, where: Traversable) -> dict[str, Any]:
    try:
        values = json.loads(data)
    except ValueError as error:
        raise BundleCorrupt(f"{where}: not JSON ({error}); install the bundle again") from error
    version = values.get("format_version") if isinstance(values, dict) else None
    if not isinstance(version, int):
        raise BundleCorrupt(f"{where}: no format_version; this is not a model bundle")
    if version > FORMAT_VERSION:
        raise BundleCorrupt(
            f"{where}: format_version is {version}, this auricle reads up to {FORMAT_VERSION}: "
            "upgrade auricle"
        )
    return dict(values)


def _read(file: Traversable) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BundleCorrupt(f"{file}: {reason}; install the bundle again") from error


def _checksum(values: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON form."""
    return sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode())


def _is_safe(name: str) -> bool:
    """Whether a listed name stays inside the folder, on every platform."""
    parts = name.split("/")
    return not any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts)
