"""What can be recommended is consistent."""

import numpy as np
import pytest

from auricle.errors import InteractionsError
from auricle.recommend.coldstart import Items


def items(**changes: object) -> Items:
    columns = {
        "names": ("x", "y", "z"),
        "vectors": np.array([[1, 0], [0.6, 0.8], [0, 0]], dtype=np.float32),
        "artists": ("a", "a", ""),
        "genres": ("rock", "", "jazz"),
        "recordings": np.array([0, 1, 1]),
    }
    return Items(**(columns | changes))  # type: ignore[arg-type]


def test_places_and_what_was_heard() -> None:
    assert items().place == {"x": 0, "y": 1, "z": 2}
    assert items().heard.tolist() == [True, True, False]
    assert items().genre_codes.tolist() == [1, -1, 0]
    assert len(items()) == 3


def test_some_of_them_in_another_order() -> None:
    some = items().take(np.array([2, 0]))
    assert some.names == ("z", "x")
    assert some.artists == ("", "a")
    assert some.vectors.tolist() == [[0, 0], [1, 0]]
    assert some.recordings.tolist() == [1, 0]


def test_names_are_enough() -> None:
    named = Items.named(["p", "q"])
    assert not named.heard.any()
    assert named.genre_codes.tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"artists": ("a",)}, "other columns"),
        ({"names": ("x", "x", "z")}, "stands twice"),
        ({"vectors": np.full((3, 2), 3, dtype=np.float32)}, "length 1"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object], reason: str) -> None:
    with pytest.raises(InteractionsError, match=reason):
        items(**change)
