"""auricle map: a page or a picture of the catalog."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from auricle.recommend import map_layout

from .conftest import Call
from .recommended import fill

pytestmark = pytest.mark.skipif(find_spec("openTSNE") is None, reason="extra map")


def test_page_and_picture(auricle: Call, tmp_path: Path) -> None:
    catalog = fill(tmp_path / "catalog.sqlite")
    page, picture = tmp_path / "map.html", tmp_path / "map.png"
    first = auricle("map", "-o", page, "--json", "--catalog", catalog)
    assert first.exit_code == 0, first.output
    rows = [json.loads(line) for line in first.stdout.splitlines()]
    assert len(rows) == 40
    assert {"path", "label", "probability", "x", "y", "trust"} == set(rows[0])
    assert "song 7" in page.read_text("utf-8")
    second = auricle("map", "-o", picture, "--catalog", catalog)
    assert second.exit_code == 0, second.output
    assert second.stdout == ""
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("target", ["map.svg", "none/map.html"])
def test_wrong_targets(auricle: Call, tmp_path: Path, target: str) -> None:
    assert auricle("map", "-o", tmp_path / target).exit_code == 2


def test_without_the_extra(auricle: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = auricle("map", "-o", tmp_path / "map.html")
    assert result.exit_code == 1
    assert "auricle[map]" in result.stderr
    assert map_layout.PERPLEXITY > 0
