"""auricle library quality: the measures of a catalog as a table and as JSON."""

import json
from pathlib import Path

from auricle.cli.library_quality import table
from auricle.recommend.quality import ListQuality, Quality, Share

from .conftest import Call
from .recommended import fill


def test_json(auricle: Call, tmp_path: Path) -> None:
    catalog = fill(tmp_path / "catalog.sqlite")
    result = auricle("library", "quality", "-k", 3, "--json", "--catalog", catalog)
    assert result.exit_code == 0, result.output
    values = json.loads(result.stdout)
    assert (values["tracks"], values["k"]) == (40, 3)
    assert set(values["raw"]) == set(values["corrected"])


def test_text(auricle: Call, tmp_path: Path) -> None:
    result = auricle("library", "quality", "--catalog", fill(tmp_path / "catalog.sqlite"))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("40 tracks, lists of 10\n")


def test_a_table_by_hand() -> None:
    none = Share(None, None, 0)
    some = Share(0.5, 0.1, 9, 0.25, 0.75)
    lists = ListQuality(some, none, some, 1.234, 0.0567, 42)
    text = "\n".join(table(Quality(9, 10, lists, lists)))
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert "neighbours by the same artist 50 % 50 % (25 % to 75 %) 10 %" in rows
    assert "neighbours of the same album unknown unknown unknown" in rows
    assert "5.67 %" in text
