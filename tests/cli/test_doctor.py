"""``auricle doctor``."""

import json
from pathlib import Path

import pytest

from auricle import models
from auricle.models import Finding

from .conftest import Call


@pytest.fixture
def findings(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """Replace the diagnosis by a list."""
    rows = [Finding("numpy", "ok", "2.0"), Finding("home", "warn", "two\nlines")]
    monkeypatch.setattr(models, "diagnose", lambda: rows)
    return rows


def test_all_well(auricle: Call, findings: list[Finding]) -> None:
    done = auricle("doctor")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == ["ok   numpy  2.0", "warn home   two\\nlines"]


def test_anything_broken_is_exit_code_1(auricle: Call, findings: list[Finding]) -> None:
    findings.append(Finding("model", "fail", "altered"))
    done = auricle("doctor", "--json")
    assert done.exit_code == 1
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[2] == {"name": "model", "status": "fail", "detail": "altered"}


def test_a_spoilt_bundle_is_found(auricle: Call, model: Path) -> None:
    (model / "model.onnx").write_bytes(b"spoilt")
    done = auricle("doctor", "--json")
    rows = {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert done.exit_code == 1
    assert rows["model tiny"]["status"] == "fail"
    assert rows["numpy"]["status"] == "ok"
