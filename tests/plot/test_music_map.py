"""The map as a picture."""

from pathlib import Path

import numpy as np
import pytest

from auricle.plot.music_map import draw_map

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("count", [0, 1, 300])
def test_any_number_of_points(tmp_path: Path, count: int) -> None:
    points = np.random.default_rng(0).normal(size=(count, 2))
    labels = ["jazz" if n % 2 else "$rock_{" for n in range(count)]
    trust = np.linspace(0, 1, count, dtype=np.float32)
    draw_map(tmp_path / "m.png", points, labels, trust, {"jazz": "#2b6cb0", "$rock_{": "#d9480f"})
    assert (tmp_path / "m.png").read_bytes().startswith(PNG)


def test_colours_are_used(tmp_path: Path) -> None:
    from matplotlib.image import imread

    points = np.zeros((1, 2))
    ones = np.ones(1, dtype=np.float32)
    draw_map(tmp_path / "m.png", points, ["x"], ones, {"x": "#ff0000"})
    pixels = imread(tmp_path / "m.png")[..., :3]
    assert np.any(np.all(np.abs(pixels - [1, 0, 0]) < 0.1, axis=-1))
