"""What a lesson learns from, and what it says of that."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import ManifestError
from auricle.evaluate.manifest import Track
from auricle.teach.material import LessonOptions, candidates_for, enough, gather

MODEL = "m@123"


def taught(folder: Path, n: int, labels: str) -> tuple[list[Track], LessonOptions]:
    """Return tracks of these labels and n stored embeddings, one direction per label."""
    names = [f"{i}.wav" for i in range(len(labels))]
    tracks = [Track(n, n, label, written_path=n) for n, label in zip(names, labels, strict=True)]
    rows = np.random.default_rng(0).standard_normal((n, 4))
    np.savez(folder / "e.npz", path=names[:n], embedding=rows, model=MODEL)
    return tracks, LessonOptions(embeddings=folder / "e.npz")


def notes_of(tracks: list[Track], options: LessonOptions) -> tuple[str, ...]:
    return enough(gather(tracks, options, None))[1]


def test_nothing_odd_is_not_told(tmp_path: Path) -> None:
    tracks, options = taught(tmp_path, 4, "aabb")
    material = gather(tracks, options, None)
    assert (material.model_id, len(material.tracks), material.missing) == (MODEL, 4, 0)
    assert enough(material) == (tracks, ())


def test_tracks_without_a_stored_embedding_are_told(tmp_path: Path) -> None:
    tracks, options = taught(tmp_path, 4, "aabbab")
    assert notes_of(tracks, options) == ("2 tracks are not in the file of embeddings and left out",)


def test_copies_are_told_and_labels_that_contradict(tmp_path: Path) -> None:
    tracks, options = taught(tmp_path, 4, "aabb")
    stored = np.load(tmp_path / "e.npz")
    for other, label in ((1, "a"), (2, "b")):
        rows = stored["embedding"].copy()
        rows[other] = rows[0]
        np.savez(tmp_path / "e.npz", path=stored["path"], embedding=rows, model=MODEL)
        first, *more = notes_of(tracks, options)
        assert first == f"1 tracks sound the same as another, as {other}.wav and 0.wav"
        assert more == ([f"{other}.wav is 'b', its copy 0.wav 'a'"] if label == "b" else [])


def test_unknown_is_no_label(tmp_path: Path) -> None:
    tracks, options = taught(tmp_path, 4, "aabb")
    lame = [replace(track, label="unknown") if track.label == "b" else track for track in tracks]
    with pytest.raises(ManifestError, match="label 'unknown': heads say that"):
        notes_of(lame, options)


def test_what_is_labelled_is_not_suggested(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).touch()
    tracks = [Track(str(tmp_path / "x" / ".." / "a.wav"), "a", "a")]
    wanted = LessonOptions(suggestions=3, unlabelled=tmp_path)
    assert candidates_for(tracks, wanted) == (str(tmp_path / "b.wav"),)
    assert candidates_for(tracks, LessonOptions()) == ()
    (tmp_path / "b.wav").unlink()
    with pytest.raises(ManifestError, match="no audio that is not labelled yet"):
        candidates_for(tracks, wanted)
