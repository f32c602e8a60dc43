"""The diagnosis names what is wrong, and never fails itself."""

import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from unittest.mock import patch

import pytest

import auricle.audio as real_audio
from auricle import __version__
from auricle.models import Finding, diagnose
from auricle.models.doctor import EXTRAS, REQUIRED

from ..tiny import make_tiny_bundle, tiny_onnx, tiny_spec


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("auricle.models.bundle.package_files", lambda _: tmp_path / "package")
    return tmp_path / "package" / "bundles"


@pytest.fixture(autouse=True)
def formats(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Stand in for the audio room."""
    found = {"WAV": "libsndfile", "FLAC": "libsndfile", "M4A": "PyAV"}
    monkeypatch.setitem(sys.modules, "auricle.audio", _Audio(found))
    return found


class _Audio:
    def __init__(self, found: Mapping[str, str]) -> None:
        self.readable_formats = lambda: found


def by_name() -> dict[str, Finding]:
    return {finding.name: finding for finding in diagnose()}


def test_versions_are_told() -> None:
    found = by_name()
    assert found["auricle"].detail == __version__
    assert found["python"].detail.startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
    for name in REQUIRED:
        assert found[name] == Finding(name, "ok", metadata.version(name))


def test_a_missing_library_is_a_failure() -> None:
    def version(name: str) -> str:
        if name == "soxr":
            raise metadata.PackageNotFoundError(name)
        return "1.0"

    with patch("auricle.models.doctor.metadata.version", version):
        found = by_name()
    assert found["soxr"] == Finding("soxr", "fail", "not installed: pip install soxr")
    assert found["av"].status == "ok"


def test_formats_are_grouped_by_back_end() -> None:
    assert by_name()["formats"] == Finding("formats", "ok", "libsndfile: FLAC, WAV; PyAV: M4A")


def test_the_audio_room_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "auricle.audio", real_audio)
    found = by_name()["formats"]
    assert found.status == "ok"
    for name in ("wav", "flac", "mp3"):
        assert name in found.detail


def test_no_formats_is_a_failure(formats: dict[str, str]) -> None:
    formats.clear()
    assert by_name()["formats"] == Finding("formats", "fail", "none")


def test_a_broken_audio_library_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> dict[str, str]:
        raise OSError("sndfile library not found")

    broken = _Audio({})
    broken.readable_formats = fail
    monkeypatch.setitem(sys.modules, "auricle.audio", broken)
    assert by_name()["formats"].status == "fail"
    assert "sndfile library not found" in by_name()["formats"].detail


def test_the_users_folder_is_told(home: Path) -> None:
    assert by_name()["home"].detail == f"{home} (not there yet)"
    home.mkdir()
    assert by_name()["home"].detail == str(home)


def test_no_default_model_is_a_failure() -> None:
    found = by_name()["default model auricle-1"]
    assert found.status == "fail"
    assert "known names: none" in found.detail


def test_a_healthy_installation_has_no_failure(shipped: Path) -> None:
    bundle = make_tiny_bundle(shipped / "auricle-1", spec=tiny_spec(name="auricle-1"))
    found = by_name()
    assert {finding.status for finding in found.values()} == {"ok"}
    assert found["default model"].detail == bundle.id
    assert found["model auricle-1"].detail == f"{bundle.id}, 6 files verified"
    assert found["model auricle-1 golden vectors"].detail.startswith(
        "4 sounds: log-mel within 0 dB"
    )


def test_an_altered_file_is_named(tiny_bundle: Path) -> None:
    (tiny_bundle / "model.onnx").write_bytes(tiny_onnx(gain=2.0))
    found = by_name()["model tiny"]
    assert found.status == "fail"
    assert "model.onnx: SHA-256 is" in found.detail


def test_a_damaged_spec_is_named(tiny_bundle: Path) -> None:
    (tiny_bundle / "spec.json").write_text("{")
    assert by_name()["model tiny"].status == "fail"
    assert "spec.json: not JSON" in by_name()["model tiny"].detail


def test_a_model_that_hears_something_else_fails(tiny_bundle: Path) -> None:
    with patch("auricle.models.golden.LOG_MEL_TOLERANCE_DB", -1):
        found = by_name()["model tiny golden vectors"]
    assert found.status == "fail"


def test_a_folder_of_another_name_is_a_warning(tiny_bundle: Path) -> None:
    tiny_bundle.rename(tiny_bundle.with_name("renamed"))
    warnings = [finding for finding in diagnose() if finding.status == "warn"]
    assert warnings == [Finding("model renamed", "warn", "the folder should be named 'tiny'")]


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_extras_are_optional(extra: str) -> None:
    with patch("auricle.models.doctor.find_spec", return_value=None):
        hidden = {name: module for name, module in sys.modules.items() if name not in EXTRAS[extra]}
        with patch.dict(sys.modules, hidden, clear=True):
            found = by_name()[f"extra {extra}"]
    assert found.status == "ok"
    assert f"pip install 'auricle[{extra}]'" in found.detail
    assert by_name()[f"extra {extra}"].detail == "installed"
