"""A report says in text, JSON and pictures what was found."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from auricle.errors import MissingExtra
from auricle.evaluate.bootstrap import Interval
from auricle.recommend.coldstart import report as module
from auricle.recommend.coldstart.evaluation import (
    Comparison,
    EvaluateOptions,
    RecommendReport,
    Row,
)
from auricle.recommend.coldstart.ranking import OVERALL, PER_LISTENER
from auricle.recommend.coldstart.report import curve_of, to_dict, to_text, write_report


def interval(value: float) -> Interval:
    return Interval(value, value - 0.01, value + 0.0123456789, 40, 40)


def make_row(model: str, task: str, step: int | None, ndcg: float) -> Row:
    figures = dict.fromkeys(PER_LISTENER, interval(0.5)) | {"ndcg": interval(ndcg)}
    return Row(model, task, step, figures, dict.fromkeys(OVERALL, 0.25), 1.5)


@pytest.fixture
def report() -> RecommendReport:
    rows = tuple(
        make_row(model, task, step, ndcg)
        for model, ndcg in (("content", 0.2), ("hybrid", 0.3))
        for task, step in (("cold", None), ("warm", None), ("cold", 5), ("cold", 0))
    )
    compared = tuple(
        Comparison("hybrid", "content", row.task, row.step, interval(0.1), interval(1.5))
        for row in rows[:4]
    )
    return RecommendReport(
        20, 40, 30, 500, 6, "tiny@0", rows, compared, {"factors": "not installed"},
        EvaluateOptions(),
    )  # fmt: skip


def test_text_has_a_table_per_task_best_first(report: RecommendReport) -> None:
    text = to_text(report)
    assert text.startswith("40 listeners, 30 tracks, heard by tiny@0, 500 pairs")
    for title in ("cold, lists of 20", "warm, lists of 20", "nDCG@20 by plays", "left out"):
        assert text.count(title) == 1
    lines = text.splitlines()
    start = lines.index("cold, lists of 20")
    assert lines[start + 2].startswith("  hybrid   0.300 (0.290 to 0.312)")
    assert lines[start + 3].startswith("  content  0.200")
    assert "factors  not installed" in text
    assert "nDCG@20 of hybrid over that of" in text
    assert "1.50 (1.49 to 1.51)" in text
    assert not [line for line in lines if line != line.rstrip()]


def test_a_ratio_that_is_not_there_is_a_dash(report: RecommendReport) -> None:
    compared = (Comparison("hybrid", "content", "cold", None, interval(0.3), None),)
    nothing = replace(report, comparisons=compared)
    lines = to_text(nothing).splitlines()
    start = lines.index("nDCG@20 of hybrid over that of")
    assert lines[start + 1 : start + 3] == ["  model    cold", "  content  -"]
    found = json.loads(json.dumps(to_dict(nothing), allow_nan=False))
    assert found["comparisons"][0]["ratio"] is None


def test_the_curve_is_in_order_of_plays(report: RecommendReport) -> None:
    steps, curves = curve_of(report)
    assert steps == [0, 5]
    assert {name: len(line) for name, line in curves.items()} == {"content": 2, "hybrid": 2}
    assert curves["hybrid"][0].value == 0.3


def test_json_holds_everything_rounded(report: RecommendReport) -> None:
    found = json.loads(json.dumps(to_dict(report)))
    assert found["rows"][0]["figures"]["ndcg"] == {
        "value": 0.2, "low": 0.19, "high": 0.21235, "n": 40, "n_groups": 40
    }  # fmt: skip
    assert found["options"]["splits"]["cold_share"] == 0.2
    assert found["comparisons"][0]["ratio"]["value"] == 1.5


def test_files_are_written(report: RecommendReport, tmp_path: Path) -> None:
    written = write_report(report, tmp_path / "new" / "folder")
    assert [path.name for path in written] == [
        "report.json", "report.txt", "models.png", "curve.png"
    ]  # fmt: skip
    assert all(path.stat().st_size > 100 for path in written)
    assert json.loads(written[0].read_text("utf-8")) == json.loads(json.dumps(to_dict(report)))
    assert written[1].read_text("utf-8") == to_text(report)


def test_without_a_curve_there_is_no_picture_of_it(report: RecommendReport, tmp_path: Path) -> None:
    rows = tuple(row for row in report.rows if row.step is None)
    flat = RecommendReport(20, 40, 30, 500, 6, "", rows, (), {}, EvaluateOptions())
    assert [path.name for path in write_report(flat, tmp_path)][2:] == ["models.png"]
    assert "by plays" not in to_text(flat)
    assert "heard by" not in to_text(flat)


def test_without_matplotlib_there_are_no_pictures(
    report: RecommendReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MissingExtra("drawing", "plot")

    monkeypatch.setattr(module, "draw_models", refuse)
    written = write_report(report, tmp_path)
    assert [path.suffix for path in written] == [".json", ".txt"]
