"""The figures of an evaluation: confusion matrix, reliability, risk over coverage."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .canvas import FAINT, INK, new_figure, save, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE = "#2e86ab"

Path = str | os.PathLike[str]


def draw_confusion(path: Path, confusion: NDArray[np.int64], labels: Sequence[str]) -> None:
    """Write a PNG of a confusion matrix: shades are shares of the row, numbers are tracks.

    Args:
        path: where to write.
        confusion: counts, shape (n, n); rows are the truth, columns the answer.
        labels: of both, shape (n,).

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    size = 2.0 + 0.42 * len(labels)
    figure = new_figure(size, size)
    axes = figure.add_subplot()
    share = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    ticks = range(len(labels))
    axes.set_xticks(ticks, labels, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(ticks, labels)
    axes.set_xlabel("answer", color=INK)
    axes.set_ylabel("truth", color=INK)
    for row, column in zip(*np.nonzero(confusion), strict=True):
        colour = "white" if share[row, column] > 0.55 else INK
        count = str(confusion[row, column])
        axes.text(column, row, count, ha="center", va="center", fontsize=7.5, color=colour)
    style(axes)
    save(figure, path)


def draw_reliability(path: Path, bins: Sequence[tuple[float, float, int]], error: float) -> None:
    """Write a PNG of a reliability diagram.

    Args:
        path: where to write.
        bins: mean confidence, accuracy and count of each bin.
        error: the expected calibration error, shown in the title.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    confidence, accuracy, count = (
        np.array(column, dtype=float) for column in zip(*bins, strict=True)
    )
    figure = new_figure(4.6, 4.6)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1, linestyle="--")
    # One standard error of a share, to tell chance from miscalibration.
    spread = np.sqrt(np.maximum(accuracy * (1 - accuracy), 1e-4) / count)
    axes.errorbar(confidence, accuracy, yerr=spread, fmt="o-", color=BLUE, linewidth=1.2, capsize=2)
    axes.set_title(f"calibration error {error:.3f}", loc="left", fontsize=10, color=INK)
    _unit_square(axes, "probability given", "share that was right")
    save(figure, path)


def draw_risk_coverage(path: Path, coverage: NDArray[Any], risk: NDArray[Any]) -> None:
    """Write a PNG of the error over the share of tracks that are named.

    Args:
        path: where to write.
        coverage: shape (n,).
        risk: share of wrong answers at that coverage, shape (n,).

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    figure = new_figure(4.6, 3.6)
    axes = figure.add_subplot()
    axes.plot(coverage, risk, color=BLUE, linewidth=1.4)
    axes.axhline(float(risk[-1]), color=FAINT, linewidth=1, linestyle="--")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max(0.05, 1.1 * float(np.max(risk))))
    axes.set_xlabel("share of tracks named", color=INK)
    axes.set_ylabel("share of those wrong", color=INK)
    axes.grid(color=FAINT, alpha=0.3, linewidth=0.6)
    style(axes)
    save(figure, path)


def _unit_square(axes: "Axes", x: str, y: str) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    axes.set_aspect("equal")
    axes.grid(color=FAINT, alpha=0.3, linewidth=0.6)
    style(axes)
