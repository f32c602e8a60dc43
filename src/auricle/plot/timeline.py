"""Genre over time under the spectrogram."""

import os
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..types import UNKNOWN, Analysis, TimelineEntry
from .canvas import FAINT, INK, draw_levels, new_figure, save, set_time_axis, style
from .overview import Overview

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PALETTE = (
    "#2b6cb0", "#d9480f", "#2f855a", "#8e44ad", "#b7791f", "#c2255c", "#0b8a8f", "#7a5c3e",
    "#4c51bf", "#5c8a1e", "#c53030", "#2f4858", "#a05195", "#8a6d00", "#1c7c9c", "#6d6875",
)  # fmt: skip
SILENCE, SILENCE_COLOUR = "silence", "#dcdce3"
MIN_NAMED_SHARE = 0.07
"""A stretch shorter than this part of the track has no room for its name."""
MAX_SEPARATED = 200
"""With more excerpts than these there is no room for a gap between them."""
NAME_HEIGHT = 1.05
"""Where names stand, above bars that reach up to 1."""


def draw_timeline(
    path: str | os.PathLike[str], analysis: Analysis, overview: Overview, *, title: str
) -> None:
    """Write a PNG: the spectrogram, and under it the main genre of each excerpt.

    The height of a bar is the probability of the genre in that excerpt alone.

    Args:
        path: where to write.
        analysis: its timeline is drawn.
        overview: the spectrogram of the same track, from ``hear_overview``.
        title: plain text above the picture, such as the name of the file.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    figure = new_figure(11, 5.4)
    top, bottom = figure.subplots(2, sharex=True, height_ratios=(3, 1.25))
    draw_levels(top, overview)
    top.tick_params(bottom=False)
    top.set_title(title, loc="left", fontsize=11, color=INK, parse_math=False)
    top.set_title(headline(analysis), loc="right", fontsize=11, color=INK, weight="bold")
    _draw_bars(bottom, analysis)
    set_time_axis(bottom, overview.duration_s)
    save(figure, path)


def headline(analysis: Analysis) -> str:
    """Return the verdict in a few words."""
    if analysis.label != UNKNOWN:
        return f"{analysis.label}, {analysis.probability * 100:.0f} %"
    return "unknown genre" if analysis.kind == "music" else analysis.kind


def colours_of(analysis: Analysis) -> dict[str, str]:
    """Return a colour for every label; the same model gives a genre the same colour always."""
    labels = sorted(genre.label for genre in analysis.genres)
    colours = {label: PALETTE[index % len(PALETTE)] for index, label in enumerate(labels)}
    return {**colours, SILENCE: SILENCE_COLOUR}


def stretches(timeline: tuple[TimelineEntry, ...]) -> list[tuple[str, float, float]]:
    """Return (label, start_s, end_s) of neighbouring excerpts that share a label."""
    result = []
    for label, group in groupby(timeline, key=lambda entry: entry.label):
        entries = list(group)
        result.append((label, entries[0].start_s, entries[-1].end_s))
    return result


def steps(
    timeline: tuple[TimelineEntry, ...],
) -> tuple[NDArray[np.float64], NDArray[np.str_], NDArray[np.float64]]:
    """Return the timeline as steps: one outline is drawn per genre, not one bar per excerpt.

    Returns:
        The edges in seconds, shape (n + 1,), and the label and the height of each of the n steps.
        Where nothing was heard, between excerpts, there is a step of no label and no height.
    """
    edges, labels, heights = [0.0], [], []
    for entry in timeline:
        if entry.start_s > edges[-1]:
            edges.append(entry.start_s)
            labels.append("")
            heights.append(0.0)
        edges.append(entry.end_s)
        labels.append(entry.label)
        heights.append(entry.probability)
    return np.array(edges), np.array(labels, dtype=np.str_), np.array(heights)


def _draw_bars(axes: "Axes", analysis: Analysis) -> None:
    colours = colours_of(analysis)
    edges, labels, heights = steps(analysis.timeline)
    for label in dict.fromkeys(entry.label for entry in analysis.timeline):
        axes.stairs(
            np.where(labels == label, heights, 0.0),
            edges,
            fill=True,
            color=colours.get(label, FAINT),
            label=label,
        )
    if len(analysis.timeline) <= MAX_SEPARATED:
        axes.vlines(edges[1:-1], 0, 1, color="white", linewidth=0.6)
    _name_stretches(axes, analysis, colours)
    axes.set_ylim(0, 1.25)
    axes.set_yticks([0, 0.5, 1.0], ["0", "50 %", "100 %"])
    axes.grid(axis="y", color=FAINT, alpha=0.3, linewidth=0.6)
    axes.set_axisbelow(True)
    style(axes)
    axes.legend(
        loc="upper left", bbox_to_anchor=(0, -0.2), ncols=8, frameon=False, fontsize=8.5,
        handlelength=1, handleheight=1, borderpad=0, labelcolor=INK,
    )  # fmt: skip


def _name_stretches(axes: "Axes", analysis: Analysis, colours: dict[str, str]) -> None:
    """Write the genre over each stretch that has room for it."""
    for label, start_s, end_s in stretches(analysis.timeline):
        if end_s - start_s >= MIN_NAMED_SHARE * analysis.duration_s:
            place = ((start_s + end_s) / 2, NAME_HEIGHT)
            colour = FAINT if label == SILENCE else colours.get(label, FAINT)
            axes.annotate(label, place, ha="center", fontsize=9, color=colour, weight="bold")
