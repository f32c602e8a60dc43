"""Same-artist share where the neighbours are known."""

import numpy as np
import pytest

from auricle.evaluate.neighbours import same_group_share


def clusters(spread: float) -> tuple[np.ndarray, list[str]]:
    """Return three artists of six tracks, each around an axis of its own."""
    random = np.random.default_rng(0)
    centres = np.repeat(np.eye(3), 6, axis=0)
    return centres + spread * random.standard_normal((18, 3)), [str(i // 6) for i in range(18)]


def test_artists_apart_are_found() -> None:
    embeddings, groups = clusters(0.01)
    share = same_group_share(embeddings, groups)
    assert share is not None
    assert (share.value, share.n, share.n_groups) == (1.0, 18, 3)


def test_artists_alike_are_found_by_chance_only() -> None:
    share = same_group_share(
        np.random.default_rng(0).standard_normal((60, 20)), [str(i % 10) for i in range(60)]
    )
    assert share is not None
    assert share.value == pytest.approx(5 / 59, abs=0.06)


def test_small_artists_do_not_ask_but_compete() -> None:
    embeddings, groups = clusters(0.01)
    intruder = embeddings[:1] + 1e-4
    share = same_group_share(np.concatenate([embeddings, intruder]), [*groups, "new"])
    assert share is not None
    assert share.n == 18
    assert share.value < 1.0


def test_nobody_large_enough() -> None:
    embeddings, _ = clusters(0.1)
    assert same_group_share(embeddings, [str(i) for i in range(18)]) is None
    assert same_group_share(embeddings[:5], ["a"] * 5) is None


def test_standardising_makes_the_scale_of_a_dimension_irrelevant() -> None:
    embeddings, groups = clusters(0.3)
    stretched = embeddings * np.array([1.0, 50.0, 0.02]) + 7.0
    assert same_group_share(embeddings, groups) == same_group_share(stretched, groups)
    assert same_group_share(stretched, groups, standardise=False) != same_group_share(
        stretched, groups
    )


def test_a_constant_dimension_and_a_zero_row_do_no_harm() -> None:
    embeddings, groups = clusters(0.01)
    padded = np.column_stack([embeddings, np.ones(18)])
    share = same_group_share(padded, groups)
    assert share is not None
    assert share.value == 1.0
