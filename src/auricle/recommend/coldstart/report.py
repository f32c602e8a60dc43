"""An evaluation of recommenders as text, as JSON, and as files with figures."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ...errors import MissingExtra
from ...evaluate.bootstrap import Interval
from ...plot.recommending import Point, draw_curve, draw_models
from .evaluation import COMPARED, Comparison, RecommendReport, Row

DIGITS = 5
COLUMNS = ("ndcg", "recall", "map", "coverage", "gini", "novelty", "popularity_lift", "new_share",
           "new_coverage")  # fmt: skip
HEADINGS = ("nDCG", "recall", "MAP", "coverage", "Gini", "novelty", "popularity", "new shown",
            "new reached")  # fmt: skip
LEGEND = (
    "nDCG, recall and MAP of the lists, mean over listeners; 95 % intervals resample listeners.",
    "coverage: share of the candidates in any list. Gini: how unevenly they are shown, 0 evenly.",
    "novelty: bits, more is less known. popularity: percentile of what is shown minus that of",
    "what the listener played. new shown: share of the lists; new reached: of the new tracks.",
)
NO_RATIO = "-"
"""Where the other model finds next to nothing."""

Cells = list[str]


def to_dict(report: RecommendReport) -> dict[str, Any]:
    """Return the JSON form; numbers are rounded to five digits."""
    return dict(_plain(asdict(report)))


def to_text(report: RecommendReport) -> str:
    """Return aligned tables: one per task, the learning curve, and the hybrid beside the rest."""
    parts = [_heading(report)]
    for task in _tasks(report):
        rows = [row for row in report.rows if row.task == task and row.step is None]
        parts.append(_titled(f"{task}, lists of {report.k}", _table(rows)))
    if any(row.step is not None for row in report.rows):
        parts.append(_titled(f"nDCG@{report.k} by plays of a cold track", _curve_table(report)))
    for name in dict.fromkeys(each.model for each in report.comparisons):
        title = f"nDCG@{report.k} of {name} over that of"
        parts.append(_titled(title, _compared(report, name)))
    if report.left_out:
        left = [[name, reason] for name, reason in report.left_out.items()]
        parts.append(_titled("left out", left))
    return "\n\n".join([*parts, "\n".join(LEGEND)]) + "\n"


def write_report(report: RecommendReport, folder: Path) -> tuple[Path, ...]:
    """Write report.json, report.txt, models.png and curve.png.

    Returns:
        The files; without matplotlib (extra ``plot``) there are no figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data, text = folder / "report.json", folder / "report.txt"
    data.write_text(json.dumps(to_dict(report), indent=1) + "\n", "utf-8")
    text.write_text(to_text(report), "utf-8")
    try:
        return data, text, *_draw(report, folder)
    except MissingExtra:
        return data, text


def _draw(report: RecommendReport, folder: Path) -> Iterator[Path]:
    measure = f"nDCG@{report.k}"
    figures = {
        task: {
            row.model: _point(row.figures[COMPARED])
            for row in report.rows
            if row.task == task and row.step is None
        }
        for task in _tasks(report)
    }
    draw_models(folder / "models.png", figures, measure)
    yield folder / "models.png"
    steps, curves = curve_of(report)
    if steps:
        points = {name: [_point(value) for value in line] for name, line in curves.items()}
        draw_curve(folder / "curve.png", steps, points, measure)
        yield folder / "curve.png"


def curve_of(report: RecommendReport) -> tuple[list[int], dict[str, list[Interval]]]:
    """Return the steps of the learning curve, ascending, and nDCG at each by model."""
    found = {(row.model, row.step): row.figures[COMPARED] for row in report.rows
             if row.step is not None}  # fmt: skip
    steps = sorted({row.step for row in report.rows if row.step is not None})
    names = list(dict.fromkeys(name for name, _ in found))
    return steps, {name: [found[name, step] for step in steps] for name in names}


def _heading(report: RecommendReport) -> str:
    heard = f", heard by {report.space}" if report.space else ""
    return (
        f"{report.n_listeners} listeners, {report.n_tracks} tracks{heard}, {report.n_pairs} pairs "
        f"of a listener and a track; {report.n_cold} tracks of cold artists"
    )


def _tasks(report: RecommendReport) -> list[str]:
    return list(dict.fromkeys(row.task for row in report.rows if row.step is None))


def _table(rows: Sequence[Row]) -> list[Cells]:
    best = sorted(rows, key=lambda row: -row.figures[COMPARED].value)
    return [["model", *HEADINGS, "fit"], *([row.model, *_cells(row)] for row in best)]


def _cells(row: Row) -> Iterator[str]:
    for name in COLUMNS:
        value = row.figures.get(name)
        if value is None:
            yield f"{row.overall[name]:.3f}"
        else:
            yield _interval(value) if name == COMPARED else f"{value.value:.3f}"
    yield f"{row.fit_s:.1f} s"


def _curve_table(report: RecommendReport) -> list[Cells]:
    steps, curves = curve_of(report)
    lines = [[name, *map(_interval, line)] for name, line in curves.items()]
    return [["model", *map(str, steps)], *lines]


def _compared(report: RecommendReport, name: str) -> list[Cells]:
    mine = [each for each in report.comparisons if each.model == name]
    places = list(dict.fromkeys((each.task, each.step) for each in mine))
    cell = {(each.other, each.task, each.step): each for each in mine}
    others = list(dict.fromkeys(each.other for each in mine))
    head = ["model", *(task if step is None else f"{step} plays" for task, step in places)]
    lines = [[name, *(_ratio(cell.get((name, *place))) for place in places)] for name in others]
    return [head, *lines]


def _ratio(each: Comparison | None) -> str:
    if each is None or each.ratio is None:
        return "" if each is None else NO_RATIO
    return f"{each.ratio.value:.2f} ({_ends(each.ratio, 2)})"


def _interval(value: Interval) -> str:
    return f"{value.value:.3f} ({_ends(value, 3)})"


def _ends(value: Interval, digits: int) -> str:
    return f"{value.low:.{digits}f} to {value.high:.{digits}f}"


def _point(value: Interval) -> Point:
    return value.value, value.low, value.high


def _titled(title: str, rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
             for row in rows]  # fmt: skip
    return "\n".join([title, *(f"  {line}".rstrip() for line in lines)])


def _plain(value: Any) -> Any:  # noqa: ANN401 - anything goes in, JSON comes out
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return round(value, DIGITS) if isinstance(value, float) else value
