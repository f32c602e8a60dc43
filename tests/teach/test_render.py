"""A lesson in words."""

import numpy as np
import pytest

from auricle.evaluate.bootstrap import Interval
from auricle.models import Head
from auricle.teach.estimate import Estimate
from auricle.teach.lesson import DoubtfulTrack, Lesson, SuggestedTrack
from auricle.teach.render import MAX_DOUBTS, to_text


def lesson(
    *,
    by_artist: bool = True,
    lonely: tuple[str, ...] = (),
    n_doubts: int = 0,
    n_suggestions: int = 0,
) -> Lesson:
    zeros, ones = np.zeros(3, np.float32), np.ones(3, np.float32)
    head = Head(
        "genre",
        "single",
        ("fado", "tango"),
        np.eye(2, 3),
        zeros[:2],
        zeros,
        ones,
        "m@1",
        threshold=0.3,
    )
    estimate = Estimate(
        protocol="leave one artist out",
        by_artist=by_artist,
        lonely=lonely,
        accuracy=Interval(0.9, 0.8, 0.95, 20, 5),
        chance=0.5,
        balanced_accuracy=0.9,
        labels=("fado", "tango"),
        confusion=np.array([[9, 1], [0, 10]]),
    )
    return Lesson(
        head=head,
        n_tracks=20,
        estimate=estimate,
        doubts=tuple(DoubtfulTrack(f"{i}.mp3", "fado", "tango", 0.1, 0.9) for i in range(n_doubts)),
        suggestions=tuple(
            SuggestedTrack(f"{i}.mp3", "fado", 0.9, 0.5) for i in range(n_suggestions)
        ),
        failures=(),
        notes=("one file was odd",),
    )


def test_what_to_expect_comes_first() -> None:
    lines = to_text(lesson()).splitlines()
    assert lines[0] == "Learned 2 labels from 20 tracks."
    assert lines[1] == (
        "Expected accuracy on new tracks: 90.0 % (80.0 to 95.0), by leave one artist out; "
        "always the commonest label: 50.0 %."
    )
    assert "Below a probability of 0.30 it says unknown." in lines
    assert "Note: one file was odd." in lines


def test_a_flattering_estimate_says_so() -> None:
    assert "may flatter: give artist_id" in to_text(lesson(by_artist=False))
    told = to_text(lesson(by_artist=False, lonely=("fado",)))
    assert "may flatter: add tracks by others" in told
    assert "may flatter" not in to_text(lesson())


def test_confusion_has_dots_for_zeros() -> None:
    lines = to_text(lesson()).splitlines()
    start = lines.index("Truth by row, answer by column:")
    assert lines[start + 1].split() == ["1", "2"]
    assert lines[start + 2].split() == ["1", "fado", "9", "1"]
    assert lines[start + 3].split() == ["2", "tango", ".", "10"]


@pytest.mark.parametrize("n", [1, MAX_DOUBTS, MAX_DOUBTS + 3])
def test_doubts_up_to_a_limit(n: int) -> None:
    text = to_text(lesson(n_doubts=n))
    assert f"Probably wrong labels ({n}):" in text
    assert text.count("sounds like tango (90.0 %)") == min(n, MAX_DOUBTS)
    assert ("and 3 more" in text) == (n > MAX_DOUBTS)


def test_suggestions() -> None:
    text = to_text(lesson(n_suggestions=2))
    assert text.endswith(
        "Most worth labelling next:\n  0.mp3  (sounds like fado)\n  1.mp3  (sounds like fado)\n"
    )
    assert "Probably wrong" not in text
