"""Text, Markdown and files."""

import csv
import json
from pathlib import Path

import pytest

from auricle.errors import ManifestError
from auricle.evaluate.render import (
    BEGIN,
    END,
    aligned,
    check_card,
    to_markdown,
    to_text,
    update_card,
    write_report,
)
from auricle.evaluate.report import Report

from .reports import full_report


def test_columns_stand_under_each_other() -> None:
    assert aligned([("a", "bb"), ("ccc", "d")]) == ["a    bb", "ccc  d"]


def test_text_has_every_section() -> None:
    text = to_text(full_report())
    assert text.startswith("tiny@123 on m.csv")
    assert "Genre head\n  measure" in text
    assert "leaky" in text
    assert text.endswith("\n")


def test_markdown_stands_between_its_markers() -> None:
    text = to_markdown(full_report())
    assert text.startswith(BEGIN)
    assert text.endswith(END + "\n")
    assert "| accuracy | 75.0 % (" in text
    assert "| a\\|b |" in text  # a label with a bar does not break its table
    assert "### Robustness" in text


def test_the_marked_part_of_a_card_is_replaced(tmp_path: Path) -> None:
    card = tmp_path / "MODEL_CARD.md"
    card.write_text(f"# Card\n\n{BEGIN}\nold figures\n{END}\n\nLicence\n")
    update_card(card, full_report())
    update_card(card, full_report())
    text = card.read_text()
    assert text == f"# Card\n\n{to_markdown(full_report())}\nLicence\n"


@pytest.mark.parametrize("text", ["# Card\n", f"{BEGIN}\n", f"{END}\n{BEGIN}\n"])
def test_a_card_without_markers_is_left_alone(tmp_path: Path, text: str) -> None:
    card = tmp_path / "MODEL_CARD.md"
    card.write_text(text)
    with pytest.raises(ManifestError, match="needs the lines"):
        update_card(card, full_report())
    assert card.read_text() == text


def test_files_of_a_report(tmp_path: Path) -> None:
    written = write_report(full_report(), tmp_path / "deep" / "report")
    assert [path.name for path in written] == [
        "report.json",
        "report.md",
        "confusion.csv",
        "confusion.png",
        "reliability.png",
        "risk_coverage.png",
    ]
    assert json.loads(written[0].read_text())["n_tracks"] == 42
    with open(written[2], newline="") as file:
        assert list(csv.reader(file)) == [
            ["true label", "jazz", "a|b"],
            ["jazz", "15", "5"],
            ["a|b", "5", "15"],
        ]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written[3:])


def test_without_a_head_there_is_no_confusion(tmp_path: Path) -> None:
    written = write_report(Report("m@1", "", "m.csv", "", (), 3), tmp_path)
    assert [path.name for path in written] == ["report.json", "report.md"]


def test_without_matplotlib_there_are_no_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auricle.plot.canvas.find_spec", lambda name: None)
    written = write_report(full_report(), tmp_path)
    assert [path.name for path in written] == ["report.json", "report.md", "confusion.csv"]


def test_a_card_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"gone.md: is no card that can be read"):
        check_card(tmp_path / "gone.md")
