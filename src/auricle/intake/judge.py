"""What is to be done with a file; pure rules."""

from ..library import Track
from ..library.taken_in import Decision
from ..types import UNKNOWN
from .entry import Twin, Verdict

SURE = 0.5
"""From this probability of its genre on a track needs no person."""

_KINDS = {
    "bytes": "the same bytes as {path}",
    "recording": "the same recording as {path}",
    "version": "another version of {path}",
}
_SOUNDS = {"silence": "nothing but silence", "speech": "sounds like speech"}


def judge(
    track: Track, twin: Twin | None, decision: Decision | None, *, sure: float = SURE
) -> tuple[Verdict, str]:
    """Return a verdict and its reason.

    Args:
        track: as it was analysed.
        twin: what it is a copy or version of.
        decision: a person's word, which stands above what was heard.
        sure: from this probability on, a genre needs no person.
    """
    if track.state == "failed":
        return "failed", track.error or "could not be heard"
    if track.state != "ready":
        return "failed", "changed while it was read; run the intake again"
    if twin is not None:
        return "duplicate", _told(twin)
    if decision is not None:
        word = "accepted" if decision.accepted else f"heard as {decision.heard}, corrected"
        return "ready", f"{word} by a person"
    if track.kind != "music":
        return "not_music", _SOUNDS.get(track.kind, "does not sound like music")
    if track.label == UNKNOWN or track.probability < sure:
        return "review", "no genre stands out"
    return "ready", ""


def _told(twin: Twin) -> str:
    text = _KINDS[twin.kind].format(path=twin.path)
    return f"{text}, in better quality" if twin.better else text
