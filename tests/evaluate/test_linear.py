"""The linear model does what its formula says."""

import importlib.util

import numpy as np
import pytest

from auricle.errors import MissingExtra
from auricle.evaluate.linear import balanced_weights, fit_logistic, softmax, standardisation

from .examples import blobs


@pytest.mark.parametrize("labels", [("a", "b"), ("a", "b", "c")])
def test_it_learns_what_is_plainly_there(labels: tuple[str, ...]) -> None:
    examples = blobs(labels=labels, spread=0.05)
    model = fit_logistic(examples.embeddings, examples.labels, 1.0)
    assert model.labels == labels
    assert model.weights.shape == (len(labels), examples.embeddings.shape[1])
    assert model.predict(examples.embeddings) == list(examples.labels)


def test_it_equals_scikit_learn_also_with_two_labels() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    examples = blobs(labels=("a", "b"), spread=0.8)
    reference = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=3000))
    reference.fit(examples.embeddings, examples.labels)
    model = fit_logistic(examples.embeddings, examples.labels, 0.1)
    np.testing.assert_allclose(
        softmax(model.logits(examples.embeddings)),
        reference.predict_proba(examples.embeddings),
        atol=1e-6,
    )


def test_balance_weighs_rare_labels_up() -> None:
    few, many = blobs(1, labels=("a", "b"), spread=0.9), blobs(20, labels=("a", "b"), spread=0.9)
    rows = np.concatenate([few.embeddings[:5], many.embeddings[100:]])
    labels = ["a"] * 5 + ["b"] * 100
    share_of_a = [
        softmax(fit_logistic(rows, labels, 0.01, weights=weights).logits(rows))[:, 0].mean()
        for weights in (balanced_weights(labels, balance) for balance in (0.0, 0.5, 1.0))
    ]
    assert share_of_a == sorted(share_of_a)
    assert share_of_a[0] == pytest.approx(5 / 105, abs=0.01)
    assert share_of_a[2] > 0.3


@pytest.mark.parametrize(
    ("balance", "rare", "common"), [(0.0, 1.0, 1.0), (0.5, 2.5, 5 / 6), (1.0, 5.0, 5 / 9)]
)
def test_balanced_weights(balance: float, rare: float, common: float) -> None:
    weights = balanced_weights(["rare"] * 10 + ["common"] * 90, balance)
    assert weights.tolist() == pytest.approx([rare] * 10 + [common] * 90)
    assert weights.sum() == pytest.approx(100)


def test_standardisation_leaves_constant_dimensions_alone() -> None:
    mean, scale = standardisation(np.array([[1.0, 5.0], [3.0, 5.0]]))
    np.testing.assert_allclose(mean, [2.0, 5.0])
    np.testing.assert_allclose(scale, [1.0, 1.0])


def test_softmax_of_large_numbers() -> None:
    np.testing.assert_allclose(
        softmax(np.array([[1000.0, 1000.0], [0.0, -1000.0]])), [[0.5, 0.5], [1, 0]]
    )


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auricle.evaluate.linear.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"auricle\[teach\]"):
        fit_logistic(np.eye(2), ["a", "b"], 1.0)
    assert importlib.util.find_spec("sklearn") is not None
