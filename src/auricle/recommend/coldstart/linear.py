"""Products and scales of rows."""

import numpy as np

from ...types import FloatArray


def dot(listeners: FloatArray, items: FloatArray) -> FloatArray:
    """Return the products of all rows, shape (n_listeners, n_items)."""
    if len(listeners) == 1:  # matrix times vector reads the matrix once, as it lies
        return np.asarray(items @ listeners[0])[None]
    return np.asarray(listeners @ items.T)
