"""The mean of models that were fitted on artists drawn anew."""

import numpy as np
import pytest

from auricle.evaluate.bagging import draws, mean_model
from auricle.evaluate.crossfit import Examples, FitOptions, fit_linear
from auricle.evaluate.linear import LinearModel, fit_logistic


@pytest.fixture
def examples() -> tuple[np.ndarray, list[str], list[str]]:
    """Two labels, apart in the first number; ten artists of four tracks, one with a quirk."""
    rng = np.random.default_rng(0)
    labels = ["a"] * 20 + ["b"] * 20
    groups = [f"artist{row // 4}" for row in range(40)]
    embeddings = rng.standard_normal((40, 3))
    embeddings[:, 0] += np.where(np.arange(40) < 20, -1.0, 1.0)
    embeddings[:4, 1] += 8.0  # one artist of label a
    return embeddings, labels, groups


def bagged(examples: tuple[np.ndarray, list[str], list[str]]) -> LinearModel:
    embeddings, labels, groups = examples
    known = Examples(embeddings, tuple(labels), tuple(groups))
    return fit_linear(known, 1.0, FitOptions(balance=1.0, bags=20))


def test_whole_groups_are_drawn_as_many_per_label_as_there_are() -> None:
    labels = ["a"] * 4 + ["b"] * 6
    groups = ["x", "x", "y", "y", "u", "u", "v", "v", "w", "w"]
    for rows in draws(labels, groups, 20):
        drawn = [groups[row] for row in rows]
        assert len(rows) == 10
        assert all(drawn.count(group) % 2 == 0 for group in groups)
        assert {labels[row] for row in rows} == {"a", "b"}


def test_a_group_with_two_labels_is_drawn_within_each() -> None:
    (rows,) = draws(["a", "b"], ["same", "same"], 1)
    assert rows.tolist() == [0, 1]


def test_the_mean_of_one_model_gives_its_logits(
    examples: tuple[np.ndarray, list[str], list[str]],
) -> None:
    """Also in the standardisation of other embeddings."""
    embeddings, labels, _ = examples
    model = fit_logistic(embeddings[::2], labels[::2], 1.0)
    found = mean_model([model], embeddings)
    np.testing.assert_allclose(found.logits(embeddings), model.logits(embeddings), atol=1e-9)
    np.testing.assert_allclose(found.mean, embeddings.mean(0))


def test_logits_are_the_mean_of_the_models(
    examples: tuple[np.ndarray, list[str], list[str]],
) -> None:
    embeddings, labels, _ = examples
    models = [fit_logistic(embeddings[start::3], labels[start::3], 1.0) for start in range(3)]
    wanted = np.mean([model.logits(embeddings) for model in models], axis=0)
    np.testing.assert_allclose(mean_model(models, embeddings).logits(embeddings), wanted, atol=1e-9)


def test_what_hangs_on_one_artist_counts_less(
    examples: tuple[np.ndarray, list[str], list[str]],
) -> None:
    embeddings, labels, _ = examples
    plain = fit_logistic(embeddings, labels, 1.0)

    def quirk(model: LinearModel) -> float:
        slope = (model.weights / model.scale)[0]
        return float(abs(slope[1] / slope[0]))

    assert quirk(bagged(examples)) < quirk(plain)


def test_the_draws_are_the_same_every_time(
    examples: tuple[np.ndarray, list[str], list[str]],
) -> None:
    np.testing.assert_array_equal(bagged(examples).weights, bagged(examples).weights)
    plain = fit_logistic(*examples[:2], 1.0)
    assert not np.allclose(bagged(examples).weights, plain.weights, atol=1e-3)
