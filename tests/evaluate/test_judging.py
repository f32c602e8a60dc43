"""The truth beside the answers: who counts, and who is left out and why."""

from pathlib import Path

import numpy as np
import pytest

from auricle.evaluate.judging import UNKNOWN_LABEL, judge_genre
from auricle.evaluate.manifest import Track
from auricle.models import Model, load_model

LOW = np.array([5, 5, 5, 1, 1, 1, 1, 1.0])
HIGH = LOW[::-1]
EVEN = np.ones(8)
SILENT = np.zeros(8)


@pytest.fixture
def model(tiny_bundle: Path) -> Model:
    return load_model(tiny_bundle)


def track(name: str, label: str, **values: str) -> Track:
    return Track(path=name, clip_id=name, label=label, **values)


def test_known_labels_are_judged_and_others_left_out_with_reasons(model: Model) -> None:
    tracks = [
        track("right", "low"),
        track("wrong", "low"),
        track("no label", ""),
        track("tango", "tango"),
        track("fado", "fado"),
        track("gone", "low"),
        track("silent", "low"),
    ]
    rows = {"right": LOW, "wrong": HIGH, "no label": LOW, "tango": LOW, "fado": LOW}
    scores, left_out = judge_genre(tracks, rows | {"silent": SILENT}, model.heads["genre"])
    assert scores is not None
    assert (scores.accuracy.value, scores.accuracy.n) == (0.5, 2)
    assert scores.threshold == model.heads["genre"].threshold
    assert {(out.reason, out.count) for out in left_out} == {
        ("no label", 1),
        (f"{UNKNOWN_LABEL}: fado, tango", 2),
        ("no embedding", 1),
        ("nothing but silence", 1),
    }


def test_without_a_head_there_is_nothing_to_judge(model: Model) -> None:
    assert judge_genre([track("a", "low")], {"a": LOW}, None) == (None, ())


def test_without_a_known_label_there_are_no_scores(model: Model) -> None:
    scores, left_out = judge_genre([track("a", "tango")], {"a": LOW}, model.heads["genre"])
    assert scores is None
    assert left_out[0].examples == ("a",)


def test_the_length_of_an_embedding_does_not_matter(model: Model) -> None:
    head = model.heads["genre"]
    one, _ = judge_genre([track("a", "low")], {"a": LOW}, head)
    other, _ = judge_genre([track("a", "low")], {"a": 100 * LOW}, head)
    assert one is not None
    assert other is not None
    assert one.negative_log_likelihood == pytest.approx(other.negative_log_likelihood, rel=1e-5)
