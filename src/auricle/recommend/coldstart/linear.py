"""Products and rows, without reading or copying what need not be."""

import numpy as np

from ...types import FloatArray
from .interactions import Index

FEW = 4
"""So few listeners leave the product waiting for the items to come from memory; a listener's few
tastes are as many."""

ITEMS_AT_ONCE = 512
"""What is in the processor's cache together, so that items are read once for all of the few."""


def dot(listeners: FloatArray, items: FloatArray) -> FloatArray:
    """Return the products of all rows, shape (n_listeners, n_items)."""
    if len(listeners) == 1:  # matrix times vector reads the matrix once, as it lies
        return np.asarray(items @ listeners[0])[None]
    if len(listeners) > FEW or len(items) <= ITEMS_AT_ONCE:
        return np.asarray(listeners @ items.T)
    products = np.empty((len(listeners), len(items)), dtype=np.result_type(listeners, items))
    for first in range(0, len(items), ITEMS_AT_ONCE):
        some = slice(first, first + ITEMS_AT_ONCE)
        for row, listener in zip(products, listeners, strict=True):
            row[some] = items[some] @ listener
    return products


def rows_at(rows: FloatArray, places: Index) -> FloatArray:
    """Return some rows; all of them, in their order, are not copied."""
    everything = places.size == len(rows) and np.array_equal(places, np.arange(len(rows)))
    return rows if everything else rows[places]
