"""Unit vectors: the form in which embeddings are stored, compared and learnt from."""

import numpy as np
from numpy.typing import NDArray

from .types import FloatArray


def unit_rows(vectors: NDArray[np.floating]) -> FloatArray:
    """Return the rows, shape (n, dim), each with length 1; a zero row stays zero."""
    full = vectors.astype(np.float32)  # half floats would lose the squares of small numbers
    length = np.linalg.norm(full, axis=1, keepdims=True)
    return np.asarray(full / np.where(length > 0, length, 1), dtype=np.float32)
