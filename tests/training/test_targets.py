"""The teachers' space keeps their geometry in fewer, even coordinates."""

import numpy as np
import pytest

from auricle.training.targets import (
    OutputScaling,
    TeacherSpace,
    as_logits,
    join_embeddings,
    join_outputs,
)


@pytest.fixture
def teachers() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    latent = rng.standard_normal((400, 5)) * [8, 4, 2, 1, 0.5]
    return {"a_embedding": (latent @ rng.standard_normal((5, 30)) + 3).astype(np.float32)}


def cosines(x: np.ndarray) -> np.ndarray:
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    return unit @ unit.T


def first(teachers: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: values[:300] for name, values in teachers.items()}


def test_every_teacher_weighs_as_much_whatever_its_dimension() -> None:
    """One number of one teacher is worth twenty of the other."""
    rng = np.random.default_rng(0)
    wide, narrow = rng.standard_normal((500, 20)), rng.standard_normal((500, 1))
    teachers = {"a_embedding": wide.astype(np.float32), "b_embedding": narrow.astype(np.float32)}
    space = TeacherSpace.fit(teachers, dim=21, whitening=0.0, seed=0)
    reach = np.square(space.projection).sum(1)  # of each number in the student's space
    assert reach[20] == pytest.approx(reach[:20].sum(), rel=0.2)


def test_without_whitening_angles_are_those_of_the_standardised_teachers(
    teachers: dict[str, np.ndarray],
) -> None:
    space = TeacherSpace.fit(teachers, dim=5, whitening=0.0, seed=0)
    joined = teachers["a_embedding"]
    standard = (joined - joined.mean(0)) / (joined.std(0) + 1e-3)
    np.testing.assert_allclose(cosines(space.map(teachers)), cosines(standard), atol=1e-3)


def test_rotation_spreads_the_variance(teachers: dict[str, np.ndarray]) -> None:
    target = TeacherSpace.fit(teachers, dim=5, whitening=0.25, seed=0).map(teachers)
    deviation = target.std(0)
    assert deviation.max() / deviation.min() < 4  # the principal ones differ by far more
    assert np.mean(target**2) == pytest.approx(1.0, rel=0.05)


def test_whitening_makes_all_directions_equal(teachers: dict[str, np.ndarray]) -> None:
    target = TeacherSpace.fit(teachers, dim=5, whitening=1.0, seed=0).map(teachers)
    np.testing.assert_allclose(np.cov(target.T), np.eye(5), atol=0.02)


def test_unseen_rows_are_mapped_the_same_way(teachers: dict[str, np.ndarray]) -> None:
    space = TeacherSpace.fit(first(teachers), dim=4, whitening=0.5, seed=1)
    np.testing.assert_allclose(space.map(teachers)[:300], space.map(first(teachers)), atol=1e-4)


def test_join_embeddings_takes_only_embeddings_in_order() -> None:
    teachers = {
        "b_embedding": np.full((2, 1), 2.0, np.float32),
        "a_embedding": np.full((2, 1), 1.0, np.float32),
        "a_logits": np.full((2, 1), 9.0, np.float32),
    }
    assert join_embeddings(teachers).tolist() == [[1.0, 2.0]] * 2


def test_probabilities_become_logits_also_where_some_were_not_heard() -> None:
    tags = np.array([[0.5, 0.0], [np.nan, np.nan], [1.0, 0.25]], np.float32)
    found = as_logits("tags", tags)
    assert found[0] == pytest.approx([0.0, np.log(1e-4)], rel=1e-3)
    assert found[2, 1] == pytest.approx(np.log(1 / 3), rel=1e-3)
    assert np.isnan(found[1]).all()


def test_logits_embeddings_and_what_nobody_heard_stay() -> None:
    unit = np.array([[0.5, 1.0]], np.float32)
    for name, values in (("x_logits", -unit), ("x_embedding", unit), ("x_tags", unit * np.nan)):
        np.testing.assert_array_equal(as_logits(name, values), values)


def test_outputs_are_joined_in_order() -> None:
    teachers = {
        "tags": np.full((2, 2), 1.0, np.float32),
        "logits": np.full((2, 1), 3.0, np.float32),
    }
    assert join_outputs(teachers).tolist() == [[3.0, 1.0, 1.0]] * 2


def test_scaling_standardises_and_clips() -> None:
    outputs = np.random.default_rng(0).normal(5, 2, (1000, 3)).astype(np.float32)
    scaled = OutputScaling.fit(outputs).map(outputs)
    np.testing.assert_allclose(scaled.mean(0), 0, atol=0.02)
    np.testing.assert_allclose(scaled.std(0), 1, atol=0.02)
    assert OutputScaling.fit(outputs).map(outputs + 1e6).max() == 5.0


def test_fewer_windows_than_dimensions_give_targets_all_the_same() -> None:
    few = np.random.default_rng(0).standard_normal((100, 256)).astype(np.float32)
    teachers = {"a_embedding": few}
    assert np.isfinite(TeacherSpace.fit(teachers, 256, 0.25, 0).map(teachers)).all()
