"""A lesson in words."""

from collections.abc import Iterator

from ..evaluate.render import aligned
from ..evaluate.sections import figure, percent
from .estimate import Estimate
from .lesson import Lesson

MAX_DOUBTS = 20
"""Doubtful labels that are listed; all are in the JSON."""


def to_text(lesson: Lesson) -> str:
    """Return what a person should know about a new head."""
    return "\n".join(_lines(lesson)) + "\n"


def _lines(lesson: Lesson) -> Iterator[str]:
    yield f"Learned {len(lesson.head.labels)} labels from {lesson.n_tracks} tracks."
    yield from _expected(lesson.estimate)
    yield f"Below a probability of {lesson.head.threshold:.2f} it says unknown."
    yield from (f"Note: {note}." for note in lesson.notes)
    yield ""
    yield "Truth by row, answer by column:"
    yield from _confusion(lesson.estimate)
    if lesson.doubts:
        yield ""
        yield f"Probably wrong labels ({len(lesson.doubts)}):"
        yield from _doubts(lesson)
    if lesson.suggestions:
        yield ""
        yield "Most worth labelling next:"
        yield from (f"  {s.path}  (sounds like {s.guess})" for s in lesson.suggestions)


def _expected(estimate: Estimate) -> Iterator[str]:
    yield (
        f"Expected accuracy on new tracks: {figure(estimate.accuracy)}, "
        f"by {estimate.protocol}; always the commonest label: {percent(estimate.chance)}."
    )
    if not estimate.by_artist:
        remedy = "add tracks by others" if estimate.lonely else "give artist_id or artist tags"
        yield f"Artists were not kept apart, so this may flatter: {remedy}."


def _confusion(estimate: Estimate) -> Iterator[str]:
    rows = [
        (label, *(str(n) if n else "." for n in counts))
        for label, counts in zip(estimate.labels, estimate.confusion.tolist(), strict=True)
    ]
    numbers = [("", *(str(i + 1) for i in range(len(rows))))]
    named = [(f"{i + 1} {row[0]}", *row[1:]) for i, row in enumerate(rows)]
    yield from (f"  {line}" for line in aligned(numbers + named))


def _doubts(lesson: Lesson) -> Iterator[str]:
    for doubt in lesson.doubts[:MAX_DOUBTS]:
        yield (
            f"  {doubt.path}: labelled {doubt.given} ({percent(doubt.given_probability)}), "
            f"sounds like {doubt.heard} ({percent(doubt.heard_probability)})"
        )
    if len(lesson.doubts) > MAX_DOUBTS:
        yield f"  and {len(lesson.doubts) - MAX_DOUBTS} more"
