"""The figures of an evaluation are drawn, and show what they should."""

from pathlib import Path

import numpy as np
import pytest

from auricle.errors import MissingExtra
from auricle.plot.evaluation import draw_confusion, draw_reliability, draw_risk_coverage

from .test_canvas import png_size


def test_confusion_grows_with_its_labels(tmp_path: Path) -> None:
    for n in (3, 9):
        draw_confusion(
            tmp_path / f"{n}.png", np.eye(n, dtype=np.int64), [f"l{i}" for i in range(n)]
        )
    small, large = png_size(tmp_path / "3.png"), png_size(tmp_path / "9.png")
    assert small[0] == small[1] < large[0]


def test_an_empty_row_does_no_harm(tmp_path: Path) -> None:
    draw_confusion(tmp_path / "c.png", np.array([[0, 0], [1, 2]]), ["never $x$", "often"])
    assert png_size(tmp_path / "c.png")[0] > 100


def test_reliability(tmp_path: Path) -> None:
    draw_reliability(tmp_path / "r.png", [(0.3, 0.2, 10), (0.9, 1.0, 40)], 0.05)
    width, height = png_size(tmp_path / "r.png")
    assert width == height


def test_risk_coverage(tmp_path: Path) -> None:
    coverage = np.linspace(0.1, 1, 10)
    draw_risk_coverage(tmp_path / "p.png", coverage, coverage * 0.3)
    draw_risk_coverage(tmp_path / "flat.png", coverage, coverage * 0)
    assert (tmp_path / "p.png").read_bytes() != (tmp_path / "flat.png").read_bytes()


def test_without_matplotlib_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auricle.plot.canvas.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"auricle\[plot\]"):
        draw_confusion(tmp_path / "c.png", np.eye(2, dtype=np.int64), ["a", "b"])
