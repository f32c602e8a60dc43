"""``auricle models``."""

import json
from pathlib import Path

from auricle.models import find_bundle

from .conftest import Call


def test_models_are_listed(auricle: Call, model: Path) -> None:
    done = auricle("models")
    assert done.exit_code == 0
    assert find_bundle("tiny").id in done.stdout
    assert "heads: genre, kind, subgenre" in done.stdout
    assert str(model.parent) in done.stdout


def test_models_as_json(auricle: Call, model: Path) -> None:
    rows = [json.loads(line) for line in auricle("models", "--json").stdout.splitlines()]
    (tiny,) = (row for row in rows if row["name"] == "tiny")
    assert tiny["id"] == find_bundle("tiny").id
    assert tiny["heads"] == ["genre", "kind", "subgenre"]
    assert (tiny["default"], tiny["dim"]) == (False, 8)
    assert tiny["folder"] == str(model)
