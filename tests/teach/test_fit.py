"""A head that was fitted names what it learned."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auricle.evaluate.calibration import top_answers
from auricle.evaluate.crossfit import CrossFit, Examples, FitOptions, choose_c, cross_fit
from auricle.evaluate.splits import group_folds
from auricle.models import Head
from auricle.teach.fit import ExcerptExamples, HeadSpec, fit_head, recalibrate, with_chosen_c

from ..evaluate.examples import blobs

QUICK = FitOptions(c_grid=(0.1, 1.0), inner_folds=2, criterion="likelihood", balance=1.0)
SPEC = HeadSpec("genre", "tiny@123456789abc", fit=QUICK, meta={"domain": "any", "by": "me"})


def unit(examples: Examples) -> Examples:
    rows = examples.embeddings / np.linalg.norm(examples.embeddings, axis=1, keepdims=True)
    return Examples(rows, examples.labels, examples.groups)


def test_a_head_names_what_it_learned(tmp_path: Path) -> None:
    examples = unit(blobs(spread=0.1))
    head = fit_head(examples, SPEC)
    probabilities = head.probabilities(examples.embeddings.astype(np.float32))
    assert head.labels == ("blues", "jazz", "rock")
    assert (probabilities.argmax(axis=1) == examples.label_index).all()
    assert (head.name, head.task, head.model_id) == ("genre", "single", SPEC.model_id)
    head.save(tmp_path / "my.head")
    again = Head.load(tmp_path / "my.head")
    np.testing.assert_array_equal(
        again.probabilities(examples.embeddings.astype(np.float32)), probabilities
    )


def test_the_head_says_how_it_was_made() -> None:
    head = fit_head(unit(blobs(spread=0.1)), SPEC)
    assert head.meta["domain"] == "any"
    assert head.meta["by"] == "me"
    assert head.meta["examples"] == {"blues": 20, "jazz": 20, "rock": 20}
    assert head.meta["n_groups"] == 15
    assert head.meta["c"] in QUICK.c_grid


def test_two_labels() -> None:
    examples = unit(blobs(labels=("no", "yes"), spread=0.1))
    head = fit_head(examples, SPEC)
    probabilities = head.probabilities(examples.embeddings.astype(np.float32))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert (probabilities.argmax(axis=1) == examples.label_index).all()


def test_one_label_is_refused() -> None:
    with pytest.raises(ValueError, match=r"two labels, not \['rock'\]"):
        fit_head(blobs(labels=("rock",)), SPEC)


def test_hard_labels_give_modest_probabilities() -> None:
    """On tracks of new artists the confidence is about the accuracy."""
    head = fit_head(unit(blobs(8, n_artists=8, spread=0.9)), SPEC)
    new = unit(blobs(8, n_artists=8, spread=0.9, seed=1))
    probabilities = head.probabilities(new.embeddings.astype(np.float32))
    accuracy = np.mean(probabilities.argmax(axis=1) == new.label_index)
    assert 0.5 < accuracy < 0.95
    assert probabilities.max(axis=1).mean() == pytest.approx(accuracy, abs=0.1)


def test_given_predictions_are_used_for_calibration() -> None:
    examples = unit(blobs(spread=0.5))
    folds = group_folds(examples.labels, examples.groups, 5)
    held_out = cross_fit(examples, folds, QUICK)
    louder = CrossFit(held_out.labels, 10 * held_out.logits, folds, held_out.c)
    quiet = fit_head(examples, SPEC, held_out=held_out)
    loud = fit_head(examples, SPEC, held_out=louder)
    assert loud.temperature == pytest.approx(10 * quiet.temperature, rel=0.05)
    np.testing.assert_array_equal(quiet.weights, loud.weights)


def test_the_chosen_c_is_the_only_one_left() -> None:
    examples = unit(blobs(spread=0.5))
    fixed = with_chosen_c(examples, QUICK)
    assert fixed == replace(QUICK, c_grid=(choose_c(examples, QUICK),))
    assert fit_head(examples, replace(SPEC, fit=fixed)).meta["c"] == fixed.c_grid[0]


def test_excerpts_have_a_temperature_of_their_own() -> None:
    examples = unit(blobs(spread=0.1))
    random = np.random.default_rng(0)
    track = np.repeat(np.arange(len(examples)), 4)
    noisy = examples.embeddings[track] + 1.0 * random.standard_normal((len(track), 11))
    rows = noisy / np.linalg.norm(noisy, axis=1, keepdims=True)
    head = fit_head(examples, SPEC, excerpts=ExcerptExamples(rows, track))
    assert head.excerpt_temperature > 1.5 * head.temperature
    plain = fit_head(examples, SPEC)
    assert plain.excerpt_temperature == plain.temperature
    nothing = ExcerptExamples(np.zeros((0, 11)), np.zeros(0, dtype=np.int64))
    assert fit_head(examples, SPEC, excerpts=nothing).excerpt_temperature == plain.temperature


def as_excerpts(examples: Examples) -> ExcerptExamples:
    """Return one excerpt per track."""
    return ExcerptExamples(examples.embeddings, np.arange(len(examples)))


def promised_less_kept(head: Head, examples: Examples) -> float:
    """Return mean confidence minus accuracy: above 0 the head boasts."""
    probabilities = head.probabilities(examples.embeddings.astype(np.float32))
    confidence, correct = top_answers(examples.label_index, probabilities)
    return float(confidence.mean() - correct.mean())


def test_unseen_sound_makes_a_head_modest() -> None:
    """What the backbone was trained on lies closer together than what it never heard."""
    seen = unit(blobs(10, n_artists=8, spread=0.25))
    unseen, others = (unit(blobs(20, n_artists=8, spread=0.6, seed=seed)) for seed in (1, 2))
    boasting = fit_head(seen, SPEC)
    head = recalibrate(boasting, unseen, as_excerpts(unseen))
    boast = promised_less_kept(boasting, others)
    assert boast > 0.05
    assert abs(promised_less_kept(head, others)) < boast / 2
    assert head.temperature > boasting.temperature
    assert head.excerpt_temperature == pytest.approx(head.temperature)
    assert head.meta == boasting.meta | {"calibrated_on": len(unseen)}
    np.testing.assert_array_equal(head.weights, boasting.weights)


def test_recalibration_knows_labels_by_name() -> None:
    head = fit_head(unit(blobs(spread=0.3)), SPEC)
    unseen = unit(blobs(20, spread=0.3, seed=1))
    rock = unseen.where(unseen.label_index > 0)
    assert recalibrate(head, rock, as_excerpts(rock)).temperature < 3
    tango = Examples(unseen.embeddings, ("tango",) * len(unseen), unseen.groups)
    with pytest.raises(ValueError, match=r"does not know the labels \['tango'\]"):
        recalibrate(head, tango, as_excerpts(tango))
