"""The spectrogram of a track, as a picture."""

import os

from .canvas import INK, draw_levels, new_figure, save, set_time_axis
from .overview import Overview


def draw_spectrogram(path: str | os.PathLike[str], overview: Overview, *, title: str) -> None:
    """Write a PNG of the spectrogram.

    Args:
        path: where to write.
        overview: what to draw, from ``hear_overview``.
        title: plain text above the picture.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    figure = new_figure(11, 4.2)
    axes = figure.add_subplot()
    draw_levels(axes, overview)
    set_time_axis(axes, overview.duration_s)
    axes.set_title(title, loc="left", fontsize=11, color=INK, parse_math=False)
    bar = figure.colorbar(axes.images[0], ax=axes, pad=0.01, aspect=30)
    bar.outline.set_visible(False)
    bar.ax.tick_params(colors=INK, labelsize=8.5, length=3, width=0.6)
    bar.set_label("dB below the loudest", fontsize=8.5, color=INK)
    save(figure, path)
