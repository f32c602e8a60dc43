"""Weights and times as they stand in files, a column at a time."""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...types import FloatArray

Wrong = dict[int, tuple[str, str]]
"""Place in the column of each value that is wrong, with the reason and the remedy."""

LARGEST = 3e38
"""Of a weight: the most that float32 holds."""

NOTHING = (None, "")


def weights_of(values: Sequence[Any] | None, n_rows: int) -> tuple[FloatArray, Wrong]:
    """Return weights, and which are wrong; without a column each is 1."""
    if values is None:
        return np.ones(n_rows, dtype=np.float32), {}
    numbers, wrong = _column(values, _weight, "write a number above 0")
    odd = ~((numbers > 0) & (numbers < LARGEST))
    for place in np.flatnonzero(odd).tolist():
        problem = f"the weight {values[place]!r} is not above 0"
        wrong.setdefault(place, (problem, "leave out what was not played"))
    numbers[odd] = 1
    return numbers.astype(np.float32), wrong


def seconds_of(values: Sequence[Any] | None, n_rows: int) -> tuple[NDArray[np.float64], Wrong]:
    """Return seconds since 1970, NaN where nothing stands, and which are wrong."""
    if values is None:
        return np.full(n_rows, np.nan), {}
    remedy = "write seconds since 1970 or 2026-01-31T18:00:00"
    numbers, wrong = _column(values, _seconds, remedy)
    for place in np.flatnonzero(np.isinf(numbers)).tolist():
        wrong[place] = (f"the time {values[place]!r} is no time", remedy)
    return numbers, wrong


def _column(
    values: Sequence[Any], read: Callable[[Any], float], remedy: str
) -> tuple[NDArray[np.float64], Wrong]:
    """Return a column as numbers: all at once, or one by one where that does not do."""
    if None not in values:
        with suppress(TypeError, ValueError, OverflowError):
            numbers = np.array(values, dtype=np.float64)
            if numbers.ndim == 1:  # lists in the rows make more of it
                return numbers, {}
    numbers = np.full(len(values), np.nan)
    wrong: Wrong = {}
    for place, value in enumerate(values):
        try:
            numbers[place] = read(value)
        except (TypeError, ValueError, OverflowError):
            wrong[place] = (f"{value!r} cannot be read", remedy)
    return numbers, wrong


def _weight(value: Any) -> float:  # noqa: ANN401  as it stands in the file
    return 1.0 if value in NOTHING else float(value)


def _seconds(value: Any) -> float:  # noqa: ANN401  as it stands in the file
    if value in NOTHING:
        return math.nan
    if not isinstance(value, str | datetime):
        return float(value)
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        when = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
