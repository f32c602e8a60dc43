"""What the figures share."""

import struct
import warnings
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import MissingExtra
from auricle.plot import canvas
from auricle.plot.canvas import (
    DPI,
    MAX_TIME_TICKS,
    draw_levels,
    new_figure,
    save,
    set_time_axis,
    time_step_s,
)
from auricle.plot.overview import PICTURE_SPEC, Overview


def png_size(path: Path) -> tuple[int, int]:
    """Return width and height in pixels from the header."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    return width, height


@pytest.mark.parametrize("duration_s", [0.1, 3.0, 24.0, 61.0, 205.0, 3_600.0, 36_000.0, 900_000.0])
def test_time_ticks_are_few_and_more_than_one_on_long_sounds(duration_s: float) -> None:
    step = time_step_s(duration_s)
    assert duration_s / step <= MAX_TIME_TICKS
    assert step == 1 or duration_s / step > MAX_TIME_TICKS / 4


def test_time_axis_reads_like_a_clock() -> None:
    axes = new_figure(4, 2).add_subplot()
    set_time_axis(axes, 95.0)
    assert [text.get_text() for text in axes.get_xticklabels()][:3] == ["0:00", "0:10", "0:20"]
    set_time_axis(axes, 7_300.0)
    assert [text.get_text() for text in axes.get_xticklabels()][-1] == "2:00:00"


def test_levels_hang_below_the_loudest() -> None:
    levels = np.linspace(-40, 10, 160 * 50, dtype=np.float32).reshape(160, 50)
    axes = new_figure(4, 2).add_subplot()
    draw_levels(axes, Overview(levels, 0.5, 25.0, PICTURE_SPEC))
    (image,) = axes.images
    assert image.get_extent()[:2] == [0.0, 25.0]
    assert float(np.max(image.get_array())) == pytest.approx(0.0, abs=0.1)  # type: ignore[arg-type]
    assert "1 kHz" in [text.get_text() for text in axes.get_yticklabels()]


def test_png_has_the_size_and_no_display_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    save(new_figure(4, 2), tmp_path / "picture.anything")
    assert png_size(tmp_path / "picture.anything") == (4 * DPI, 2 * DPI)


def test_a_title_that_the_font_lacks_is_no_warning(tmp_path: Path) -> None:
    figure = new_figure(4, 2)
    figure.add_subplot().set_title("日本 \U0001f3b5 $not math$", parse_math=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        save(figure, tmp_path / "a.png")
    assert png_size(tmp_path / "a.png")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canvas, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'auricle\[plot\]'"):
        new_figure(1, 1)
