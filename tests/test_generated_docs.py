"""What is generated from the program is current."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "generate_docs.py"


@pytest.fixture
def generate_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_files_are_current(generate_docs: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["generate_docs.py", "--check"])
    assert generate_docs.main() == 0, "run python scripts/generate_docs.py"


def test_a_stale_file_is_told_and_written(
    generate_docs: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    help_file, page, settings = (tmp_path / name for name in ("help.txt", "cli.md", "recipe.md"))
    help_file.write_text("old")
    monkeypatch.setattr(generate_docs, "ROOT", tmp_path)
    monkeypatch.setattr(generate_docs, "HELP", help_file)
    monkeypatch.setattr(generate_docs, "REFERENCE", page)
    monkeypatch.setattr(generate_docs, "SETTINGS", settings)
    monkeypatch.setattr(sys, "argv", ["generate_docs.py", "--check"])
    assert generate_docs.main() == 1
    assert help_file.read_text() == "old"
    assert capsys.readouterr().err.count("is out of date") == 3
    monkeypatch.setattr(sys, "argv", ["generate_docs.py"])
    assert generate_docs.main() == 0
    assert help_file.read_text().startswith("Usage: auricle")
    assert "## auricle classify" in page.read_text()
    assert "| `epochs` | `60` | times that every window comes. |" in settings.read_text()
    assert "| `where` | none | column -> allowed values;" in settings.read_text()
