"""Products are those of NumPy, whatever way is taken; rows are copied only when they must be."""

import numpy as np
import pytest

from auricle.recommend.coldstart.linear import FEW, ITEMS_AT_ONCE, dot, rows_at


def table(n_rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n_rows, 7)).astype(np.float32)


@pytest.mark.parametrize("n_listeners", [0, 1, 2, 4, FEW, FEW + 1])
@pytest.mark.parametrize(
    "n_items", [0, 1, ITEMS_AT_ONCE, ITEMS_AT_ONCE + 1, 2 * ITEMS_AT_ONCE, 3 * ITEMS_AT_ONCE - 1]
)
def test_products_of_all_rows(n_listeners: int, n_items: int) -> None:
    listeners, items = table(n_listeners), table(n_items, 1)
    products = dot(listeners, items)
    assert products.shape == (n_listeners, n_items)
    assert products.dtype == np.float32
    expected = np.einsum("lf,tf->lt", listeners.astype(float), items.astype(float))
    np.testing.assert_allclose(products, expected, atol=1e-5)


def test_some_listeners_have_the_products_that_they_have_alone() -> None:
    listeners, items = table(FEW), table(4 * ITEMS_AT_ONCE + 3, 1)
    alone = [dot(row[None], items)[0] for row in listeners]
    np.testing.assert_allclose(dot(listeners, items), alone, atol=1e-5)


def test_rows_that_lie_apart_are_multiplied_too() -> None:
    items = table(2 * ITEMS_AT_ONCE, 1)
    np.testing.assert_allclose(
        dot(table(6)[::2], items[::2]), table(6)[::2] @ items[::2].T, atol=1e-5
    )


def test_all_rows_in_order_are_not_copied() -> None:
    rows = table(5)
    assert np.shares_memory(rows_at(rows, np.arange(5)), rows)


@pytest.mark.parametrize("places", [[4, 3, 2, 1, 0], [0, 1, 2, 3], [0, 2, 2, 3, 4], [], [0] * 6])
def test_other_rows_are_taken_as_asked(places: list[int]) -> None:
    rows = table(5)
    found = rows_at(rows, np.array(places, dtype=np.int64))
    assert not np.shares_memory(found, rows)
    np.testing.assert_array_equal(found, rows[places])
