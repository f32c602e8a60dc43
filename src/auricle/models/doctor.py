"""What is installed here, what can be read, and whether the models hear what they should."""

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from typing import Literal

from .. import __version__
from ..errors import AuricleError, BundleCorrupt
from .bundle import DEFAULT_BUNDLE, Bundle, find_bundle, scan_bundles
from .golden import check_golden
from .home import home
from .model import open_model

Status = Literal["ok", "warn", "fail"]

REQUIRED = ("numpy", "onnxruntime", "soundfile", "soxr", "av")
EXTRAS = {
    "plot": ("matplotlib",),
    "parquet": ("pyarrow",),
    "map": ("openTSNE", "matplotlib"),
    "recommend": ("implicit", "scipy", "threadpoolctl", "pyarrow"),
    "faiss": ("faiss",),
    "postgres": ("psycopg",),
    "teach": ("sklearn", "scipy"),
    "train": ("torch", "onnx", "pydantic", "sklearn", "scipy", "matplotlib"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis."""

    name: str
    status: Status
    detail: str


def diagnose() -> list[Finding]:
    """Check this installation; never raises for what it finds.

    Returns:
        One row per check: versions, formats, bundles (files, hashes, golden vectors), extras.
    """
    return [*_versions(), _formats(), _home(), _default(), *_bundles(), *_extras()]


def _versions() -> Iterator[Finding]:
    yield Finding("auricle", "ok", __version__)
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.platform()}")
    for name in REQUIRED:
        try:
            yield Finding(name, "ok", metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "fail", f"not installed: pip install {name}")


def _formats() -> Finding:
    try:
        from ..audio import readable_formats  # the codecs load only when they are needed

        formats = readable_formats()
    except (ImportError, OSError) as error:
        return Finding("formats", "fail", f"audio cannot be read: {error}")
    by_backend: dict[str, list[str]] = {}
    for name, backend in formats.items():
        by_backend.setdefault(backend, []).append(name)
    parts = (f"{backend}: {', '.join(sorted(names))}" for backend, names in by_backend.items())
    return Finding("formats", "ok" if formats else "fail", "; ".join(parts) or "none")


def _home() -> Finding:
    return Finding("home", "ok", f"{home()}{'' if home().is_dir() else ' (not there yet)'}")


def _default() -> Finding:
    try:
        return Finding("default model", "ok", find_bundle().id)
    except AuricleError as error:
        return Finding(f"default model {DEFAULT_BUNDLE}", "fail", str(error))


def _bundles() -> Iterator[Finding]:
    for name, bundle in scan_bundles():
        if isinstance(bundle, BundleCorrupt):
            yield Finding(f"model {name}", "fail", str(bundle))
        else:
            yield from _bundle(name, bundle)


def _bundle(folder_name: str, bundle: Bundle) -> Iterator[Finding]:
    """Check one bundle: its place, then every file's hash, then what the network hears."""
    name = f"model {folder_name}"
    try:
        contents = bundle.read_all()
        yield Finding(name, "ok", f"{bundle.id}, {len(contents)} files verified")
        if folder_name != bundle.name:
            yield Finding(name, "warn", f"the folder should be named {bundle.name!r}")
        report = check_golden(open_model(bundle), bundle)
    except (AuricleError, ImportError) as error:
        yield Finding(name, "fail", str(error))
        return
    yield Finding(
        f"{name} golden vectors",
        "ok" if report.ok else "fail",
        f"{len(report.sounds)} sounds: log-mel within {report.log_mel_error_db:.2g} dB, "
        f"embedding within {report.embedding_error:.2g}",
    )


def _extras() -> Iterator[Finding]:
    for extra, modules in EXTRAS.items():
        missing = [name for name in modules if name not in sys.modules and find_spec(name) is None]
        hint = f"not installed ({', '.join(missing)}): pip install 'auricle[{extra}]'"
        yield Finding(f"extra {extra}", "ok", hint if missing else "installed")
