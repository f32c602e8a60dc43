"""The figures of an evaluation of recommenders: models side by side, and the learning curve."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .canvas import FAINT, INK, new_figure, save, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Path = str | os.PathLike[str]
Point = tuple[float, float, float]
"""A figure and the ends of its interval."""

COLOURS = (
    "#2e86ab", "#d1495b", "#edae49", "#3f7d20", "#7d5ba6", "#8a8a99", "#66a182", "#1c1c28",
)  # fmt: skip


def draw_models(path: Path, figures: Mapping[str, Mapping[str, Point]], measure: str) -> None:
    """Write a PNG: for every task, each model's figure with its interval.

    Args:
        path: where to write.
        figures: task to model to point.
        measure: what is drawn.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    models = _names(figures.values())
    figure = new_figure(max(4.6, 1.3 * len(figures)), 0.8 + 0.32 * len(models))
    for place, (task, points) in enumerate(figures.items(), start=1):
        axes = figure.add_subplot(1, len(figures), place)
        for row, model in enumerate(models):
            if model in points:
                _bar(axes, len(models) - row, points[model], COLOURS[row % len(COLOURS)])
        names = models[::-1] if place == 1 else [""] * len(models)
        axes.set_yticks(range(1, len(models) + 1), names)
        axes.set_title(task, loc="left", fontsize=10, color=INK)
        axes.set_xlim(left=0)
        axes.grid(axis="x", color=FAINT, alpha=0.3, linewidth=0.6)
        style(axes)
    figure.supxlabel(measure, color=INK, fontsize=9)
    save(figure, path)


def draw_curve(
    path: Path, steps: Sequence[int], curves: Mapping[str, Sequence[Point]], measure: str
) -> None:
    """Write a PNG of a figure over the plays that a new track has.

    Args:
        path: where to write.
        steps: plays, ascending, shape (n,).
        curves: a point per step and model.
        measure: what is drawn.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    figure = new_figure(6.2, 4.0)
    axes = figure.add_subplot()
    places = np.arange(len(steps))
    for number, (model, points) in enumerate(curves.items()):
        value, low, high = (np.array(column) for column in zip(*points, strict=True))
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(places, value, "o-", color=colour, linewidth=1.4, markersize=3.5, label=model)
        axes.fill_between(places, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.set_xticks(places, [str(step) for step in steps])
    axes.set_xlabel("plays of a new track", color=INK)
    axes.set_ylabel(measure, color=INK)
    axes.set_ylim(bottom=0)
    axes.grid(color=FAINT, alpha=0.3, linewidth=0.6)
    axes.legend(frameon=False, fontsize=8)
    style(axes)
    save(figure, path)


def _names(figures: Iterable[Mapping[str, Point]]) -> list[str]:
    return list(dict.fromkeys(name for points in figures for name in points))


def _bar(axes: "Axes", place: int, point: Point, colour: str) -> None:
    value, low, high = point
    axes.barh(place, value, height=0.62, color=colour, alpha=0.85)
    axes.plot([low, high], [place, place], color=INK, linewidth=1.2)
