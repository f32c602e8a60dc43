"""Kinds told apart by the head as it is, and by one that never heard those voices and noises."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from auricle.evaluate.crossfit import FitOptions
from auricle.evaluate.kinds import judge_kind, kind_of, probe_kinds
from auricle.evaluate.manifest import Track
from auricle.evaluate.report import KindScores
from auricle.models import Model, load_model

from .examples import blobs

LOW = np.array([5, 5, 5, 1, 1, 1, 1, 1.0])
HIGH = LOW[::-1]
EVEN = np.ones(8)
SILENT = np.zeros(8)

QUICK = FitOptions((0.1, 1.0), 2, "likelihood", balance=1.0)
KIND_OF_LABEL = {"blues": "music", "jazz": "speech", "rock": "other"}

Rows = dict[str, np.ndarray]


@pytest.fixture
def model(tiny_bundle: Path) -> Model:
    return load_model(tiny_bundle)


def track(name: str, label: str = "", **values: str) -> Track:
    return Track(path=name, clip_id=name, label=label, **values)


def sounds(*, artist_spread: float = 0.0, n_artists: int = 5) -> tuple[list[Track], Rows]:
    """Return tracks of three kinds around three axes, by artists of their own."""
    examples = blobs(4, n_artists=n_artists, artist_spread=artist_spread)
    tracks, rows = [], {}
    for index, (label, artist) in enumerate(zip(examples.labels, examples.groups, strict=True)):
        name = str(index)
        rows[name] = examples.embeddings[index]
        tracks.append(track(name, label, artist_id=artist, kind=KIND_OF_LABEL[label]))
    return tracks, rows


def probe(
    tracks: list[Track],
    rows: Rows,
    kinds: Mapping[str, str] = {},
) -> KindScores | None:
    return probe_kinds(tracks, rows, ("low",), kinds, QUICK)


def table(scores: KindScores | None) -> dict[str, list[int]]:
    assert scores is not None
    return dict(zip(scores.labels, np.asarray(scores.confusion).tolist(), strict=True))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (track("a", "low"), "music"),
        (track("a", "speech"), "speech"),
        (track("a", "silence"), "silence"),
        (track("a", "rain"), ""),
        (track("a", "rain", source="noises"), "other"),
        (track("a", "low", kind="speech", source="noises"), "speech"),
    ],
)
def test_kind_of_a_track(given: Track, kind: str) -> None:
    assert kind_of(given, ("low", "high"), {"noises": "other"}) == kind


def test_a_star_stands_for_all_others() -> None:
    kinds = {"noises": "other", "*": "music"}
    assert kind_of(track("a", source="songs"), (), kinds) == "music"
    assert kind_of(track("a", source="noises"), (), kinds) == "other"
    assert kind_of(track("a", "speech"), (), kinds) == "speech"


def test_the_head_as_it_is(model: Model) -> None:
    tracks = [
        track("a", "low"),
        track("b", "rain", kind="other"),
        track("c", "high", kind="other"),
        track("d", "x", kind="silence"),
        track("e", "nobody knows"),
    ]
    rows = {"a": LOW, "b": EVEN, "c": HIGH, "d": SILENT, "e": LOW}
    unit = {name: row / max(1.0, np.linalg.norm(row)) for name, row in rows.items()}
    kinds = judge_kind(tracks, unit, model.heads, {})
    assert kinds is not None
    assert kinds.accuracy.value == 0.75
    assert table(kinds)["music"] == [1, 0, 0, 0]
    assert table(kinds)["other"] == [1, 0, 1, 0]
    assert table(kinds)["silence"] == [0, 0, 0, 1]
    shares = {share.kind: (share.right.value, share.right.n) for share in kinds.by_kind}
    assert shares == {"music": (1.0, 1), "other": (0.5, 2), "silence": (1.0, 1)}


def test_music_alone_shows_false_alarms(model: Model) -> None:
    tracks = [track("a", "low"), track("b", "low")]
    rows = {"a": LOW / np.linalg.norm(LOW), "b": EVEN / np.linalg.norm(EVEN)}
    assert table(judge_kind(tracks, rows, model.heads, {}))["music"] == [1, 0, 1, 0]


def test_without_heads_or_known_kinds_there_is_nothing_to_judge(model: Model) -> None:
    assert judge_kind([track("a", "low")], {"a": LOW}, {}, {}) is None
    assert judge_kind([track("a", "tango")], {"a": LOW}, model.heads, {}) is None


def test_kinds_of_unheard_artists_are_told_apart() -> None:
    tracks, rows = sounds()
    scores = probe(tracks, rows)
    assert scores is not None
    assert scores.protocol == "fitted anew, 5 folds of whole artists and given folds"
    assert (scores.accuracy.n, scores.accuracy.n_groups) == (60, 15)
    assert scores.accuracy.value >= 0.9
    assert [share.kind for share in scores.by_kind] == ["music", "speech", "other"]
    assert [share.right.n for share in scores.by_kind] == [20, 20, 20]


def test_an_artist_is_never_on_both_sides() -> None:
    """With artists far apart and each its own place, knowing the artist would give the answer."""
    random = np.random.default_rng(0)
    tracks, rows = [], {}
    for artist in range(40):
        place = random.standard_normal(60) * 5
        for take in range(4):
            name = f"{artist} {take}"
            rows[name] = place + 0.01 * random.standard_normal(60)
            kind = ("music", "speech")[artist % 2]
            tracks.append(track(name, artist_id=str(artist), kind=kind))
    scores = probe(tracks, rows)
    assert scores is not None
    assert scores.accuracy.value < 0.75


def test_silence_is_not_learnt_and_silent_music_is_wrong() -> None:
    tracks, rows = sounds()
    rows["0"] = np.zeros_like(rows["0"])
    tracks.append(track("quiet", kind="silence"))
    rows["quiet"] = np.zeros_like(rows["0"])
    counts = table(probe(tracks, rows))
    assert counts["music"][3] == 1
    assert counts["silence"] == [0, 0, 0, 0]


def test_one_kind_or_one_unit_cannot_be_probed() -> None:
    tracks, rows = sounds()
    assert probe([t for t in tracks if t.kind == "music"], rows) is None
    one = [track(t.clip_id, artist_id="everybody", kind=t.kind) for t in tracks]
    assert probe(one, rows) is None
    assert probe([], {}) is None


def test_sources_can_say_the_kind() -> None:
    tracks, rows = sounds()
    bare = [track(t.clip_id, t.label, artist_id=t.artist_id, source=t.label) for t in tracks]
    assert probe(bare, rows) is None
    scores = probe(bare, rows, {"jazz": "speech", "*": "music"})
    assert scores is not None
    assert [share.right.n for share in scores.by_kind] == [40, 20]
