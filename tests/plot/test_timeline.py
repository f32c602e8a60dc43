"""Genre over time, as a picture."""

from pathlib import Path

import numpy as np
import pytest

from auricle.plot.canvas import new_figure
from auricle.plot.overview import PICTURE_SPEC, Overview
from auricle.plot.timeline import _draw_bars, colours_of, draw_timeline, headline, steps, stretches
from auricle.types import Analysis, Genre, TimelineEntry

from .test_canvas import png_size

LABELS = ("rock", "pop", "jazz")


def entries(*labels: str) -> tuple[TimelineEntry, ...]:
    return tuple(
        TimelineEntry(10.0 * i, 10.0 * (i + 1), label, 0.1 * (i + 1))
        for i, label in enumerate(labels)
    )


def analysis(
    timeline: tuple[TimelineEntry, ...], *, kind: str = "music", label: str = "rock"
) -> Analysis:
    genres = tuple(Genre(name, 1 / 3) for name in LABELS)
    duration_s = timeline[-1].end_s if timeline else 1.0
    embedding = np.ones(2, np.float32)
    return Analysis("a", duration_s, kind, label, 0.714, genres, timeline, embedding, "m@0")


@pytest.mark.parametrize(
    ("kind", "label", "words"),
    [
        ("music", "rock", "rock, 71 %"),
        ("music", "unknown", "unknown genre"),
        ("speech", "unknown", "speech"),
        ("silence", "unknown", "silence"),
    ],
)
def test_headline(kind: str, label: str, words: str) -> None:
    assert headline(analysis((), kind=kind, label=label)) == words


def test_stretches_join_neighbours() -> None:
    joined = stretches(entries("rock", "rock", "pop", "rock"))
    assert joined == [("rock", 0.0, 20.0), ("pop", 20.0, 30.0), ("rock", 30.0, 40.0)]


def test_a_genre_keeps_its_colour_whatever_is_most_probable() -> None:
    one = analysis(entries("rock"))
    other = Analysis(**{f: getattr(one, f) for f in one.__slots__} | {"genres": one.genres[::-1]})
    assert colours_of(one) == colours_of(other)
    assert len(set(colours_of(one).values())) == len(LABELS) + 1


def test_steps_are_where_the_excerpts_are() -> None:
    edges, labels, heights = steps(entries("rock", "pop", "silence"))
    assert edges.tolist() == [0.0, 10.0, 20.0, 30.0]
    assert labels.tolist() == ["rock", "pop", "silence"]
    assert heights.tolist() == pytest.approx([0.1, 0.2, 0.3])


def test_steps_leave_room_for_what_was_not_heard() -> None:
    heard = (TimelineEntry(5.0, 15.0, "rock", 0.5), TimelineEntry(40.0, 50.0, "pop", 0.6))
    edges, labels, heights = steps(heard)
    assert edges.tolist() == [0.0, 5.0, 15.0, 40.0, 50.0]
    assert labels.tolist() == ["", "rock", "", "pop"]
    assert heights.tolist() == [0.0, 0.5, 0.0, 0.6]
    assert steps(())[0].tolist() == [0.0]


def test_one_outline_per_genre_in_its_colour() -> None:
    axes = new_figure(4, 2).add_subplot()
    result = analysis(entries("rock", "pop", "silence", "rock"))
    _draw_bars(axes, result)
    outlines = {str(patch.get_label()): patch for patch in axes.patches}
    assert list(outlines) == ["rock", "pop", "silence"]
    assert outlines["rock"].get_data().values.tolist() == pytest.approx([0.1, 0, 0, 0.4])  # type: ignore[attr-defined]
    colours = {patch.get_facecolor() for patch in axes.patches}
    assert len(colours) == 3
    assert [text.get_text() for text in axes.texts] == ["rock", "pop", "silence", "rock"]


def test_ten_hours_are_a_few_outlines() -> None:
    axes = new_figure(4, 2).add_subplot()
    _draw_bars(axes, analysis(entries(*["rock", "pop"] * 1_800)))
    assert len(axes.patches) == 2
    assert not axes.collections


def test_short_stretches_are_not_named() -> None:
    axes = new_figure(4, 2).add_subplot()
    _draw_bars(axes, analysis(entries("pop", *["rock"] * 30)))
    assert [text.get_text() for text in axes.texts] == ["rock"]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["pop", "rock"]


@pytest.mark.parametrize("n_excerpts", [1, 7, 400])
def test_picture_is_written(tmp_path: Path, n_excerpts: int) -> None:
    result = analysis(entries(*["rock", "pop", "elsewhere"] * n_excerpts)[:n_excerpts])
    levels = np.zeros((PICTURE_SPEC.n_mels, 50), np.float32)
    overview = Overview(levels, result.duration_s / 50, result.duration_s, PICTURE_SPEC)
    draw_timeline(tmp_path / "a.png", result, overview, title="a_1 $b$ [c].mp3")
    assert png_size(tmp_path / "a.png") == (1_650, 810)
