"""Unit vectors."""

import numpy as np
import pytest

from auricle.vectors import unit_rows


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_rows_become_as_long_as_one(dtype: type) -> None:
    rows = unit_rows(np.array([[3.0, 4.0], [-1.0, 0.0]], dtype=dtype))
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, [[0.6, 0.8], [-1.0, 0.0]], rtol=1e-3)


def test_a_zero_row_stays_zero() -> None:
    np.testing.assert_array_equal(unit_rows(np.zeros((1, 3), np.float32)), np.zeros((1, 3)))


def test_the_input_is_kept() -> None:
    rows = np.full((2, 2), 5.0, dtype=np.float32)
    unit_rows(rows)
    assert (rows == 5.0).all()


def test_short_half_floats_do_not_vanish() -> None:
    tiny = np.full((1, 4), 1e-4, dtype=np.float16)
    np.testing.assert_allclose(np.linalg.norm(unit_rows(tiny)), 1.0, rtol=1e-2)
