"""The spectrogram as a picture."""

from pathlib import Path

import numpy as np

from auricle.plot.overview import PICTURE_SPEC, Overview
from auricle.plot.spectrogram import draw_spectrogram

from .test_canvas import png_size


def overview(n_columns: int) -> Overview:
    levels = np.random.default_rng(0).normal(-30, 10, (PICTURE_SPEC.n_mels, n_columns))
    return Overview(levels.astype(np.float32), 0.1, 0.1 * n_columns, PICTURE_SPEC)


def test_picture_is_written(tmp_path: Path) -> None:
    draw_spectrogram(tmp_path / "a.png", overview(300), title="a song")
    assert png_size(tmp_path / "a.png") == (1_650, 630)


def test_one_column_is_enough(tmp_path: Path) -> None:
    draw_spectrogram(tmp_path / "a.png", overview(1), title="")
    assert png_size(tmp_path / "a.png") == (1_650, 630)


def test_another_sound_gives_another_picture(tmp_path: Path) -> None:
    draw_spectrogram(tmp_path / "a.png", overview(300), title="")
    draw_spectrogram(tmp_path / "b.png", overview(301), title="")
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "b.png").read_bytes()
