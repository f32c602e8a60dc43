"""Names for the array types of this room."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
"""Label indices, fold numbers, counts."""

BoolArray = NDArray[np.bool_]
"""Masks."""

DoubleArray = NDArray[np.float64]
"""Results of statistics."""

AnyFloats = NDArray[np.floating[Any]]
"""Embeddings, logits or probabilities in whatever precision they come."""
