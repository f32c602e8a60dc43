"""The rules, each on a track made for it."""

from typing import Any

import pytest

from auricle.intake.entry import Twin
from auricle.intake.judge import judge
from auricle.library.taken_in import Decision

from ..recommend.make import track

COPY = Twin("/k.mp3", "recording")


@pytest.mark.parametrize(
    ("fields", "verdict", "reason"),
    [
        ({}, "ready", ""),
        ({"probability": 0.5}, "ready", ""),
        ({"probability": 0.49}, "review", "no genre stands out"),
        ({"label": "unknown", "probability": 0.9}, "review", "no genre stands out"),
        ({"kind": "speech", "label": "unknown"}, "not_music", "sounds like speech"),
        ({"kind": "silence"}, "not_music", "nothing but silence"),
        ({"kind": "other"}, "not_music", "does not sound like music"),
        ({"state": "failed", "error": "CorruptAudio: x"}, "failed", "CorruptAudio: x"),
        ({"state": "pending"}, "failed", "changed while it was read; run the intake again"),
    ],
)
def test_verdicts(fields: dict[str, Any], verdict: str, reason: str) -> None:
    assert judge(track(**fields), None, None) == (verdict, reason)


@pytest.mark.parametrize(
    ("twin", "reason"),
    [
        (Twin("/k.mp3", "bytes"), "the same bytes as /k.mp3"),
        (COPY, "the same recording as /k.mp3"),
        (Twin("/k.mp3", "recording", better=True), "the same recording as /k.mp3, in better qu"),
        (Twin("/k.mp3", "version"), "another version of /k.mp3"),
    ],
)
def test_copies_tell_of_what(twin: Twin, reason: str) -> None:
    verdict, told = judge(track(kind="speech"), twin, None)
    assert verdict == "duplicate"
    assert told.startswith(reason)


def test_a_person_stands_above_what_was_heard() -> None:
    speech = track(kind="speech", label="unknown")
    assert judge(speech, None, Decision(1, "tango", "jazz", 5)) == (
        "ready",
        "heard as jazz, corrected by a person",
    )
    assert judge(speech, None, Decision(1, "jazz", "jazz", 5)) == ("ready", "accepted by a person")
    assert judge(speech, COPY, Decision(1, "jazz", "jazz", 5))[0] == "duplicate"
    assert judge(track(state="failed", error="x"), None, Decision(1, "a", "b", 5))[0] == "failed"


def test_how_sure_is_for_the_user_to_say() -> None:
    assert judge(track(probability=0.8), None, None, sure=0.9)[0] == "review"
    assert judge(track(probability=0.1), None, None, sure=0.0)[0] == "ready"
