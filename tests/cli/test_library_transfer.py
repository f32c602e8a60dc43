"""``auricle library export`` and ``import``."""

import json
from pathlib import Path

import pyarrow.parquet
import pytest

from auricle.library import Catalog
from auricle.library.taken_in import read_decisions

from ..library.make import add
from .conftest import Call


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder; the default catalog has one track."""
    monkeypatch.chdir(tmp_path)
    with Catalog.open() as catalog:
        add(catalog, "/music/a.mp3")
    return tmp_path


def test_there_and_back(auricle: Call, filled: Path) -> None:
    done = auricle("library", "export", "x.parquet")
    assert (done.exit_code, done.stdout) == (0, "x.parquet: 1 tracks\n")
    assert pyarrow.parquet.read_table("x.parquet").num_rows == 1
    done = auricle("library", "import", "x.parquet", "--catalog", "other.sqlite")
    assert (done.exit_code, done.stdout) == (0, "1 new, 0 filled in, 0 known already\n")
    with Catalog.open("other.sqlite") as catalog:
        assert catalog.counts()["missing"] == 1


def test_for_machines(auricle: Call, filled: Path) -> None:
    done = auricle("library", "export", "x.parquet", "--json")
    assert json.loads(done.stdout) == {"file": "x.parquet", "tracks": 1}
    done = auricle("library", "import", "x.parquet", "--json")
    assert json.loads(done.stdout) == {"added": 0, "filled": 0, "known": 1, "decided": 0}


def test_a_persons_word_goes_along(auricle: Call, filled: Path) -> None:
    assert auricle("intake", "review", "--correct", "/music/a.mp3=free jazz").exit_code == 0
    assert auricle("library", "export", "x.parquet").exit_code == 0
    done = auricle("library", "import", "x.parquet", "--catalog", "other.sqlite")
    told = "1 new, 0 filled in, 0 known already; a person's word taken over for 1\n"
    assert (done.exit_code, done.stdout) == (0, told)
    with Catalog.open("other.sqlite") as other:
        assert [each.label for each in read_decisions(other).values()] == ["free jazz"]
    again = auricle("library", "import", "x.parquet", "--catalog", "other.sqlite", "--json")
    assert json.loads(again.stdout) == {"added": 0, "filled": 0, "known": 1, "decided": 0}


def test_wrong_names(auricle: Call, filled: Path) -> None:
    assert auricle("library", "export", "x.csv").exit_code == 2
    missing = auricle("library", "import", "nowhere.parquet")
    assert missing.exit_code == 1
    assert "nowhere.parquet" in missing.stderr
    Path("notes.parquet").write_text("notes")
    wrong = auricle("library", "import", "notes.parquet")
    assert (wrong.exit_code, "not a Parquet file" in wrong.stderr) == (1, True)
