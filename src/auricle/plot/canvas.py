"""What the figures share: the canvas, the spectrogram's axes, the look, and saving."""

import os
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from ..errors import MissingExtra
from ..features.log_mel import hz_to_mel
from ..text import clock
from .overview import Overview

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 150
INK, PAPER, FAINT = "#1c1c28", "#ffffff", "#8a8a99"
RANGE_DB = 70.0
"""From the loudest level of the picture down to black."""

HERTZ_TICKS = (100, 250, 500, 1_000, 2_000, 4_000, 8_000)
TIME_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400)
MAX_TIME_TICKS = 10


def need_matplotlib() -> None:
    """Refuse to draw without matplotlib.

    Raises:
        MissingExtra: naming the extra to install.
    """
    if find_spec("matplotlib") is None:
        raise MissingExtra("drawing", "plot")


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty figure of that size in inches; it needs no display.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    need_matplotlib()
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI, facecolor=PAPER, layout="constrained")


def save(figure: "Figure", path: str | os.PathLike[str]) -> None:
    """Write the figure as PNG, whatever the suffix."""
    with warnings.catch_warnings():
        # A title in a script that the font does not have is drawn as boxes; that is fine.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(path, format="png")


def draw_levels(axes: "Axes", overview: Overview) -> None:
    """Draw the spectrogram: time in minutes, mel-spaced frequencies in Hz."""
    levels, spec = overview.levels, overview.spec
    loudest = float(np.percentile(levels, 99.9)) if levels.size else 0.0
    axes.imshow(
        levels - loudest,
        aspect="auto",
        origin="lower",
        cmap="magma",
        vmin=-RANGE_DB,
        vmax=0.0,
        extent=(
            0.0,
            levels.shape[1] * overview.column_s,
            hz_to_mel(spec.f_min),
            hz_to_mel(spec.f_max),
        ),
        interpolation="antialiased",
    )
    ticks = [hertz for hertz in HERTZ_TICKS if spec.f_min <= hertz <= spec.f_max]
    names = [f"{hertz // 1000} kHz" if hertz >= 1_000 else f"{hertz} Hz" for hertz in ticks]
    axes.set_yticks([hz_to_mel(hertz) for hertz in ticks], names)
    style(axes)


def set_time_axis(axes: "Axes", duration_s: float) -> None:
    """Put readable times, such as 0:30, under the axes."""
    step = time_step_s(duration_s)
    ticks = np.arange(0, duration_s + 1e-9, step)
    axes.set_xlim(0, max(duration_s, 1e-3))
    axes.set_xticks(ticks, [clock(tick) for tick in ticks])


def time_step_s(duration_s: float) -> float:
    """Return the distance of time ticks in seconds: a round number, and not too many ticks."""
    for step in TIME_STEPS_S:
        if duration_s / step <= MAX_TIME_TICKS:
            return step
    return float(np.ceil(duration_s / MAX_TIME_TICKS / 3_600) * 3_600)


def style(axes: "Axes") -> None:
    """Give axes quiet ticks and no frame."""
    axes.tick_params(colors=INK, labelsize=8.5, length=3, width=0.6)
    for side in axes.spines.values():
        side.set_visible(False)
