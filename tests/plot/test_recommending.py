"""Models side by side and the learning curve are drawn."""

from pathlib import Path

import pytest

from auricle.plot.recommending import draw_curve, draw_models

from .test_canvas import png_size

POINT = (0.3, 0.25, 0.35)


def test_every_model_gets_a_row_and_every_task_a_column(tmp_path: Path) -> None:
    draw_models(tmp_path / "few.png", {"cold": {"a": POINT}}, "nDCG@20")
    many = {name: POINT for name in "abcdefghij"}
    draw_models(tmp_path / "many.png", dict.fromkeys(("cold", "warm", "mixed", "later"), many), "x")
    few, lots = png_size(tmp_path / "few.png"), png_size(tmp_path / "many.png")
    assert lots[0] > few[0]
    assert lots[1] > few[1]


def test_a_model_may_miss_a_task(tmp_path: Path) -> None:
    whole = {"cold": {"a": POINT, "b": POINT}, "warm": {"a": POINT, "b": POINT}}
    part = {"cold": {"a": POINT, "b": POINT}, "warm": {"a": POINT}}
    draw_models(tmp_path / "whole.png", whole, "nDCG@20")
    draw_models(tmp_path / "part.png", part, "nDCG@20")
    assert (tmp_path / "whole.png").read_bytes() != (tmp_path / "part.png").read_bytes()


@pytest.mark.parametrize("n_models", [1, 11])
def test_the_curve(tmp_path: Path, n_models: int) -> None:
    curves = {f"model {number}": [POINT, (0.4, 0.3, 0.5)] for number in range(n_models)}
    draw_curve(tmp_path / "curve.png", [0, 50], curves, "nDCG@20")
    assert png_size(tmp_path / "curve.png")[0] > 600
