"""Examples that are the same sound: learnt from and asked about at once, they flatter."""

from collections.abc import Sequence

import numpy as np

from ..evaluate.arrays import AnyFloats


def first_copies(embeddings: AnyFloats) -> tuple[int, ...]:
    """Return for each row, shape (n, dim), the first one that is equal to it, perhaps itself.

    The same samples give the same numbers to the last bit, whatever the file is called or tagged;
    another encoding does not.
    """
    rows = np.ascontiguousarray(embeddings)
    first: dict[bytes, int] = {}
    return tuple(first.setdefault(row.tobytes(), at) for at, row in enumerate(rows))


def joined(groups: Sequence[str], firsts: Sequence[int]) -> tuple[str, ...]:
    """Return groups, those that share a sound being one; see ``first_copies``."""
    other = {group: group for group in groups}

    def root(group: str) -> str:
        while other[group] != group:
            group = other[group]
        return group

    for group, first in zip(groups, firsts, strict=True):
        one, two = root(groups[first]), root(group)
        other[max(one, two)] = min(one, two)
    return tuple(root(group) for group in groups)
