"""The same sound is found whatever it is called, and held out together."""

import numpy as np
import pytest

from auricle.teach.copies import first_copies, joined


def test_equal_rows_are_copies_of_the_first() -> None:
    rows = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0 + 1e-6]])
    assert first_copies(rows.astype(np.float32)) == (0, 1, 0, 0, 4)
    assert first_copies(rows[::2]) == (0, 0, 2)


@pytest.mark.parametrize(
    ("groups", "firsts", "expected"),
    [
        ("abc", (0, 1, 2), "abc"),
        ("abc", (0, 1, 0), "aba"),
        ("abcd", (0, 0, 2, 0), "aaca"),
        ("abac", (0, 1, 2, 1), "abab"),
        ("cba", (0, 0, 1), "aaa"),
    ],
)
def test_groups_that_share_a_sound_are_one(
    groups: str, firsts: tuple[int, ...], expected: str
) -> None:
    assert joined(tuple(groups), firsts) == tuple(expected)
