"""What two splits share is found and listed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auricle.errors import ManifestError
from auricle.evaluate.leaks import (
    Leak,
    LeakReport,
    audit_names,
    audit_recordings,
    count_learnt,
    describe,
    fingerprints_of,
    refuse_leaks,
)
from auricle.evaluate.manifest import Track
from auricle.models import digest_of

from ..features.test_fingerprint import RATE, piece, worse


def track(name: str, split: str, **values: str) -> Track:
    return Track(path=name, clip_id=name, label="x", split=split, **values)


def test_clean_splits_have_no_leaks() -> None:
    tracks = [
        track("a", "train", artist_id="one", album="debut"),
        track("b", "validation", artist_id="two", album="debut"),
        track("c", "", artist_id="one"),
    ]
    report = audit_names(tracks)
    assert report.leaks == ()
    refuse_leaks(report)


def test_artists_albums_and_files_are_found() -> None:
    tracks = [
        track("a", "train", artist_id="one", album="debut", sha256="f" * 64),
        track("b", "train", artist_id="one"),
        track("c", "validation", artist_id="one", album="debut"),
        track("d", "validation", sha256="f" * 64),
    ]
    leaks = {leak.kind: leak for leak in audit_names(tracks).leaks}
    assert leaks["artist"] == Leak("artist", ("train", "validation"), "one", ("a", "b", "c"))
    assert leaks["album"].tracks == ("a", "c")
    assert leaks["file"].tracks == ("a", "d")
    assert audit_names(tracks).unknown_artists == 1
    found = {track for leak in audit_names(tracks).leaks for track in leak.tracks}
    assert found == {"a", "b", "c", "d"}


def test_tracks_that_a_model_learnt_from_are_counted(tmp_path: Path) -> None:
    song = tmp_path / "song.ogg"
    song.write_bytes(b"sound")
    tracks = [track(str(song), "a"), track("b", "a", sha256="f" * 64), track("missing", "a")]
    assert count_learnt(tracks, frozenset({digest_of(song), "f" * 16})) == 2
    assert count_learnt(tracks, frozenset()) == 0


def test_an_album_title_alone_is_no_album() -> None:
    tracks = [
        track("a", "train", album="Best Of"),
        track("b", "test", artist_id="x", album="Best Of"),
    ]
    assert audit_names(tracks).leaks == ()


def test_folds_are_audited_too() -> None:
    tracks = [
        replace(track("a", "", artist_id="one"), fold="1"),
        replace(track("b", "", artist_id="one"), fold="2"),
        replace(track("c", "", artist_id="one"), fold="3"),
    ]
    parts = [leak.parts for leak in audit_names(tracks, "fold").leaks]
    assert parts == [("1", "2"), ("1", "3"), ("2", "3")]


def test_leaks_are_refused_with_their_names() -> None:
    leaks = tuple(Leak("artist", ("a", "b"), f"artist {i}", ("x", "y")) for i in range(12))
    with pytest.raises(ManifestError) as caught:
        refuse_leaks(LeakReport("split", leaks))
    message = str(caught.value)
    assert "artist in a and b: artist 0 (x, y)" in message
    assert "and 7 more" in message
    assert "\n" not in message
    assert "--allow-leaks" in message


def test_a_long_leak_is_described_briefly() -> None:
    leak = Leak("artist", ("train", "train"), "one", tuple("abcdef"))
    assert describe(leak) == "artist in train: one (a, b, c, d, ...)"


@pytest.fixture
def recordings(tmp_path: Path) -> list[Track]:
    """Return one recording under three names and one other, in two splits."""
    sounds = {
        "original.wav": piece(0),
        "cut copy.flac": worse(piece(0))[int(1.5 * RATE) : int(5.5 * RATE)],
        "again.wav": piece(0),
        "other.wav": piece(1),
    }
    splits = ["train", "validation", "train", "validation"]
    for name, sound in sounds.items():
        soundfile.write(tmp_path / name, sound, RATE)
    return [
        Track(str(tmp_path / name), name, "x", split=split)
        for name, split in zip(sounds, splits, strict=True)
    ]


def test_the_same_recording_is_found_by_its_sound(recordings: list[Track]) -> None:
    report = audit_recordings(recordings, fingerprints_of(recordings, jobs=2))
    assert {leak.tracks for leak in report.leaks} == {
        ("original.wav", "cut copy.flac"),
        ("again.wav", "cut copy.flac"),
    }
    assert [leak.tracks for leak in report.repeats] == [("original.wav", "again.wav")]
    assert (report.heard, report.unheard) == (4, ())
    with pytest.raises(ManifestError, match="recording in train and validation"):
        refuse_leaks(report)


def test_what_cannot_be_heard_is_told(recordings: list[Track]) -> None:
    gone = Track("/none.wav", "gone", "x", split="train")
    prints = fingerprints_of([*recordings, gone])
    report = audit_recordings([*recordings, gone], prints)
    assert report.unheard == ("gone",)
    assert report.heard == 4


def test_nothing_to_hear() -> None:
    assert audit_recordings([], {}).leaks == ()
    assert np.isscalar(audit_recordings([], {}).heard)


def test_one_file_is_one_however_its_path_is_written() -> None:
    tracks = [track("a/x.mp3", "train"), track("./a/x.mp3", "validation"), track("b", "train")]
    (leak,) = audit_names(tracks).leaks
    assert (leak.kind, leak.what) == ("file", "a/x.mp3")
