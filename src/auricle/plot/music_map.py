"""The map of a collection as a picture."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..types import FloatArray
from .canvas import FAINT, INK, new_figure, save

MAX_NAMED = 16


def draw_map(
    path: str | os.PathLike[str],
    points: NDArray[np.float64],
    labels: Sequence[str],
    trust: FloatArray,
    colours: Mapping[str, str],
) -> None:
    """Write a PNG of a map: a dot per track, fainter where its neighbours are not kept.

    Args:
        path: where to write.
        points: shape (n, 2).
        labels: of each track, shape (n,).
        trust: 0 to 1, shape (n,).
        colours: of each label, most frequent first.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    figure = new_figure(11, 7.5)
    from matplotlib.lines import Line2D  # an extra

    axes = figure.subplots()
    names = np.asarray(labels, dtype=object)
    size = float(np.clip(40_000 / max(len(points), 1), 2, 60))
    for label, colour in colours.items():
        mine = np.flatnonzero(names == label)
        if not mine.size:
            continue
        axes.scatter(
            points[mine, 0], points[mine, 1], s=size, c=colour, linewidths=0,
            alpha=0.25 + 0.7 * trust[mine],  # type: ignore[arg-type]
        )  # fmt: skip
    axes.set_aspect("equal")
    axes.invert_yaxis()  # as in the page
    axes.axis("off")
    kept = f"{float(trust.mean()):.0%}".replace("%", " %") if len(trust) else "none"
    axes.set_title(f"{len(points)} tracks", loc="left", fontsize=11, color=INK)
    axes.set_title(f"{kept} of neighbours kept", loc="right", fontsize=9, color=FAINT)
    handles = [
        Line2D([], [], marker="o", linestyle="", color=colour, label=label)
        for label, colour in list(colours.items())[:MAX_NAMED]
    ]
    axes.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9,
        labelcolor=INK,
    )  # fmt: skip
    save(figure, path)
