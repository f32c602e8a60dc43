"""Gaps in the teachers' outputs are filled from the other teacher and the same track."""

import numpy as np
import pytest

from auricle.errors import TrainingError
from auricle.training.missing import complete

N = 300


@pytest.fixture
def heard() -> dict[str, np.ndarray]:
    """Teacher a's outputs follow from b's, but for a constant of the track."""
    rng = np.random.default_rng(0)
    b = rng.standard_normal((N, 6))
    of_track = rng.standard_normal((N // 10, 4))[np.arange(N) // 10]
    a = b @ rng.standard_normal((6, 4)) + of_track
    return {"a_embedding": a.astype(np.float32), "b_embedding": b.astype(np.float32)}


@pytest.fixture
def tracks() -> list[str]:
    return [f"track{index // 10}" for index in range(N)]


def with_gap(heard: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    gappy = {name: values.copy() for name, values in heard.items()}
    gappy["a_embedding"][rows] = np.nan
    return gappy


def test_without_gaps_nothing_changes(heard: dict[str, np.ndarray], tracks: list[str]) -> None:
    assert complete(heard, tracks) is heard


def test_what_was_heard_stays(heard: dict[str, np.ndarray], tracks: list[str]) -> None:
    rows = np.arange(0, N, 3)
    found = complete(with_gap(heard, rows), tracks)["a_embedding"]
    kept = np.setdiff1d(np.arange(N), rows)
    np.testing.assert_array_equal(found[kept], heard["a_embedding"][kept])


def test_a_gap_is_estimated_from_the_other_teacher_and_the_track(
    heard: dict[str, np.ndarray], tracks: list[str]
) -> None:
    rows = np.arange(0, N, 3)
    wanted = heard["a_embedding"][rows]
    error = np.square(complete(with_gap(heard, rows), tracks)["a_embedding"][rows] - wanted)
    apart = [f"only{index}" for index in range(N)]
    alone = np.square(complete(with_gap(heard, rows), apart)["a_embedding"][rows] - wanted)
    variance = wanted.var()
    assert error.mean() < 0.1 * variance
    assert alone.mean() < 0.5 * variance
    assert error.mean() < 0.5 * alone.mean()


def test_a_track_that_was_never_heard_gets_the_plain_estimate(
    heard: dict[str, np.ndarray], tracks: list[str]
) -> None:
    rows = np.arange(10)
    found = complete(with_gap(heard, rows), tracks)["a_embedding"]
    assert np.isfinite(found).all()


def test_one_embedding_must_be_complete(heard: dict[str, np.ndarray], tracks: list[str]) -> None:
    gappy = with_gap(heard, np.arange(5))
    gappy["b_embedding"][7] = np.nan
    with pytest.raises(TrainingError, match="no teacher heard every window"):
        complete(gappy, tracks)
