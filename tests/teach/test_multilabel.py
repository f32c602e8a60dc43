"""Soft targets are reproduced."""

import numpy as np
import pytest

from auricle.teach.multilabel import MultiLabelSpec, fit_multilabel_head, soft_logistic


def teacher(n: int = 400, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return unit embeddings and probabilities that are logistic in them."""
    random = np.random.default_rng(seed)
    rows = random.standard_normal((n, 6))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    logits = 5 * rows @ random.standard_normal((6, 3)) - 2
    return rows, 1 / (1 + np.exp(-logits))


def spec(**values: object) -> MultiLabelSpec:
    labels = ("tango", "fado", "ska")
    return MultiLabelSpec(**{"name": "subgenre", "model_id": "m@1", "labels": labels, **values})


def test_the_teacher_is_reproduced_on_new_tracks() -> None:
    rows, targets = teacher()
    head = fit_multilabel_head(rows[:300], targets[:300], spec(penalty=1e-6))
    heard = head.probabilities(rows[300:].astype(np.float32))
    np.testing.assert_allclose(heard, targets[300:], atol=0.01)
    assert (head.task, head.labels) == ("multi", ("tango", "fado", "ska"))


def test_a_heavy_penalty_leaves_the_average() -> None:
    rows, targets = teacher()
    head = fit_multilabel_head(rows, targets, spec(penalty=1e4))
    heard = head.probabilities(rows.astype(np.float32))
    np.testing.assert_allclose(heard, np.tile(targets.mean(axis=0), (400, 1)), atol=0.01)


def test_labels_that_are_always_or_never_there() -> None:
    rows, targets = teacher()
    targets[:, 0], targets[:, 1] = 1.0, 0.0
    heard = fit_multilabel_head(rows, targets, spec()).probabilities(rows.astype(np.float32))
    assert heard[:, 0].min() > 0.98
    assert heard[:, 1].max() < 0.02


def test_it_equals_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    rows, targets = teacher(200)
    hard = (targets[:, 0] > 0.2).astype(float)
    ones = np.column_stack([rows, np.ones(len(rows))])
    weights = soft_logistic(ones, hard, 0.01)
    reference = LogisticRegression(C=1 / (0.01 * len(rows)), tol=1e-9, max_iter=5_000)
    reference.fit(rows, hard)
    np.testing.assert_allclose(weights[:-1], reference.coef_[0], atol=1e-3)
    assert weights[-1] == pytest.approx(reference.intercept_[0], abs=1e-3)


def test_meta_and_threshold() -> None:
    rows, targets = teacher()
    head = fit_multilabel_head(rows, targets, spec(threshold=0.3, meta={"teacher": "x"}))
    assert head.threshold == 0.3
    assert head.meta == {"teacher": "x", "penalty": 1e-3, "n_examples": 400}


@pytest.mark.parametrize(
    ("change", "message"),
    [(lambda t: t[:, :2], "shape"), (lambda t: t * 2, "prob"), (lambda t: t * np.nan, "prob")],
)
def test_targets_must_be_probabilities(change: object, message: str) -> None:
    rows, targets = teacher(20)
    with pytest.raises(ValueError, match=message):
        fit_multilabel_head(rows, change(targets), spec())  # type: ignore[operator]


def test_far_apart_classes_converge_without_overflow() -> None:
    rows = np.array([[-1e3, 1.0], [-900.0, 1.0], [900.0, 1.0], [1e3, 1.0]])
    target = np.array([0.0, 0.0, 1.0, 1.0])
    weights = soft_logistic(rows, target, 1e-4)
    assert np.isfinite(weights).all()
    assert ((rows @ weights > 0) == (target > 0.5)).all()
