"""The manifest decides how a source is probed."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from auricle.evaluate import probe
from auricle.evaluate.crossfit import FitOptions
from auricle.evaluate.manifest import Track
from auricle.evaluate.probe import ProbeResult
from auricle.evaluate.probing import neighbours_of, probe_sources

from .examples import blobs


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose from two values of C only."""
    monkeypatch.setattr(probe, "FitOptions", lambda: FitOptions((0.1, 1.0), 2))


def tracks_of(
    source: str, *, folds: bool, splits: bool
) -> tuple[list[Track], dict[str, np.ndarray]]:
    """Return tracks with embeddings; the fifth artist of each label is held out."""
    examples = blobs(3, spread=0.05)
    tracks, rows = [], {}
    for index, (label, artist) in enumerate(zip(examples.labels, examples.groups, strict=True)):
        number = artist.split()[1]
        name = f"{source} {index}"
        rows[name] = examples.embeddings[index]
        tracks.append(
            Track(
                path=name,
                clip_id=name,
                label=label,
                source=source,
                artist_id=artist,
                fold=number if folds else "",
                split=("validation" if number == "4" else "train") if splits else "",
            )
        )
    return tracks, rows


def test_given_folds_come_first() -> None:
    tracks, rows = tracks_of("one", folds=True, splits=True)
    (result,) = probe_sources(tracks, rows, "validation")
    assert (result.name, result.protocol) == ("one", "5 folds of whole artists")
    assert (result.accuracy.value, result.accuracy.n) == (1.0, 45)


def test_else_the_given_split() -> None:
    tracks, rows = tracks_of("one", folds=False, splits=True)
    (result,) = probe_sources(tracks, rows, "validation")
    assert result.protocol == "given split: 36 training, 9 evaluation tracks"
    assert result.accuracy.value == 1.0


def test_else_folds_of_whole_artists() -> None:
    tracks, rows = tracks_of("", folds=False, splits=False)
    (result,) = probe_sources(tracks, rows, None)
    assert (result.name, result.protocol) == ("all", "5 folds of whole artists")


def test_the_training_split_alone_is_probed_by_folds() -> None:
    tracks, rows = tracks_of("one", folds=False, splits=True)
    (result,) = probe_sources(tracks, rows, "train")
    assert result.accuracy.n == 36


def test_several_sources_are_probed_one_by_one_and_together() -> None:
    first, rows = tracks_of("one", folds=True, splits=True)
    second, more = tracks_of("two", folds=False, splits=True)
    results = probe_sources([*first, *second], rows | more, "validation")
    assert [result.name for result in results] == ["one", "two", "all"]
    assert results[2].accuracy.n == 18


def elsewhere(tracks: list[Track], source: str) -> list[Track]:
    """Return the tracks as if other artists had made them for another source."""
    return [
        replace(t, clip_id=f"{source} {t.clip_id}", artist_id=f"{source} {t.artist_id}")
        for t in (replace(t, source=source) for t in tracks)
    ]


def test_every_source_is_judged_by_the_others() -> None:
    tracks, rows = tracks_of("one", folds=True, splits=True)
    others = elsewhere(tracks, "two")
    rows |= {t.clip_id: rows[t.clip_id.removeprefix("two ")] for t in others}
    result = probe_sources([*tracks, *others], rows, "validation")[-1]
    assert (result.name, result.accuracy.n, result.accuracy.value) == ("across sources", 90, 1.0)
    assert result.protocol == "each of 2 sources by the others: 90 tracks"


def test_what_tells_the_source_does_not_help_across() -> None:
    """Two labels that differ in each source by what the other lacks: known within, not across."""
    rng = np.random.default_rng(0)
    tracks, rows = [], {}
    for number in range(80):
        source, label = number % 2, number // 2 % 2
        name = f"clip {number}"
        rows[name] = 0.1 * rng.standard_normal(4)
        rows[name][2 * source + label] += 1.0
        tracks.append(Track(name, name, str(label), source=str(source), artist_id=name))
    by_name = {result.name: result for result in probe_sources(tracks, rows, None)}
    assert by_name["all"].accuracy.value == 1.0
    assert by_name["across sources"].accuracy.value < 0.8


def test_labels_of_one_source_and_artists_of_two_are_not_asked_across() -> None:
    tracks, rows = tracks_of("one", folds=True, splits=True)
    others = elsewhere([t for t in tracks if t.label != "rock"], "two")
    rows |= {t.clip_id: rows[t.clip_id.removeprefix("two ")] for t in others}
    result = probe_sources([*tracks, *others], rows, "validation")[-1]
    assert result.labels == ("blues", "jazz")
    same = [replace(t, artist_id=t.artist_id.removeprefix("two ")) for t in others]
    assert probe_sources([*tracks, *same], rows, "validation")[-1].name == "all"


def test_training_keeps_to_the_labels_that_are_judged() -> None:
    tracks, rows = tracks_of("one", folds=False, splits=True)
    tracks = [
        replace(t, label="noise") if t.split == "train" and t.label == "rock" else t for t in tracks
    ]
    (result,) = probe_sources(tracks, rows, "validation")
    assert result.protocol.startswith("given split: 24 training")
    assert "noise" not in result.labels


def test_what_cannot_be_probed_is_left_out() -> None:
    tracks, rows = tracks_of("one", folds=True, splits=False)
    one_label = [t for t in tracks if t.label == "rock"]
    assert probe_sources(one_label, rows, None) == ()
    assert probe_sources(tracks, {}, None) == ()
    silent = {name: np.zeros(3) for name in rows}
    assert probe_sources(tracks, silent, None) == ()


def test_neighbours_by_source() -> None:
    tracks, rows = tracks_of("one", folds=False, splits=False)
    assert neighbours_of(tracks, rows) == ()
    large = [replace(t, artist_id=t.label) for t in tracks]
    (found,) = neighbours_of(large, rows)
    assert (found.source, found.k, found.share.n) == ("one", 5, 45)
    assert found.share.value > 0.8
    assert neighbours_of([replace(t, artist_id="") for t in tracks], rows) == ()


def test_a_split_of_one_label_is_not_probed() -> None:
    tracks, rows = tracks_of("one", folds=False, splits=True)
    judged = [t for t in tracks if t.split == "train" or t.label == "rock"]
    assert probe_sources(judged, rows, "validation") == ()


def shared_artists(fold_elsewhere: Callable[[int], int]) -> dict[str, ProbeResult]:
    """Probe two sources of the same artists; embeddings know the artist, nothing of the label."""
    rng = np.random.default_rng(0)
    tracks, rows = [], {}
    for number in range(80):
        source, artist = number % 2, number // 2 % 20
        name = f"clip {number}"
        rows[name] = np.eye(20)[artist] + 0.01 * rng.standard_normal(20)
        fold = str(fold_elsewhere(artist) if source else artist % 4)
        label = "ab"[artist // 4 % 2]
        tracks.append(Track(name, name, label, f"source {source}", str(artist), fold=fold))
    return {result.name: result for result in probe_sources(tracks, rows, None)}


def test_folds_of_several_sources_part_no_artist_they_share() -> None:
    result = shared_artists(lambda artist: (artist + 1) % 4)["all"]
    assert result.protocol == "4 folds of whole artists"
    assert result.accuracy.value < 0.8
    assert result.leaky_accuracy == 1.0


def test_folds_that_hang_together_in_one_piece_cannot_be_held_out() -> None:
    assert set(shared_artists(lambda artist: artist // 5)) == {"source 0", "source 1"}


def test_folds_that_part_artists_are_said_to_do_so() -> None:
    tracks, rows = tracks_of("one", folds=True, splits=False)
    mixed = [replace(t, fold=str(number % 2)) for number, t in enumerate(tracks)]
    (result,) = probe_sources(mixed, rows, None)
    assert result.protocol == "2 folds of tracks, artists in several of them"


def test_one_artist_cannot_be_held_out() -> None:
    tracks, rows = tracks_of("one", folds=False, splits=False)
    compilation = [replace(t, artist_id="various") for t in tracks]
    assert probe_sources(compilation, rows, None) == ()


def test_two_artists_can() -> None:
    """With one held out, C is chosen by single tracks of the other."""
    tracks, rows = tracks_of("one", folds=False, splits=False)
    two = [replace(t, artist_id=f"artist {int(t.artist_id[-1]) % 2}") for t in tracks]
    (result,) = probe_sources(two, rows, None)
    assert (result.protocol, result.accuracy.value) == ("2 folds of whole artists", 1.0)


def test_tracks_of_unknown_artists_are_not_called_artists() -> None:
    tracks, rows = tracks_of("one", folds=False, splits=False)
    unknown = [replace(t, artist_id="") for t in tracks]
    (result,) = probe_sources(unknown, rows, None)
    assert result.protocol == "5 folds of tracks (no artist_id)"
    (result,) = probe_sources([*tracks[:-1], unknown[-1]], rows, None)
    assert result.protocol == "5 folds of whole artists if known"
