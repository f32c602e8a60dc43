"""Examples from folders, manifests and tags."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from auricle.errors import ManifestError
from auricle.teach.sources import (
    artist_of,
    genre_of,
    labels_too_small,
    loose_files,
    read_examples,
    slips,
)


def song(path: Path, **tags: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with soundfile.SoundFile(path, "w", 16_000, 1) as file:
        for name, value in tags.items():
            setattr(file, name, value)
        file.write(np.zeros(1_600, np.float32))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    song(tmp_path / "tango" / "one.flac", artist="Carlos ", album="Uno", genre="Tango")
    song(tmp_path / "tango" / "deep" / "two.flac", artist="Carlos")
    song(tmp_path / "fado" / "three.wav")
    (tmp_path / "fado" / "notes.txt").write_text("no sound")
    song(tmp_path / ".hidden" / "four.wav")
    song(tmp_path / "fado" / ".five.wav")
    song(tmp_path / "loose.wav")
    return tmp_path


def test_every_sub_folder_is_a_label(folder: Path) -> None:
    tracks = read_examples(folder)
    assert [(t.clip_id, t.label) for t in tracks] == [
        ("fado/three.wav", "fado"),
        ("tango/deep/two.flac", "tango"),
        ("tango/one.flac", "tango"),
    ]
    assert Path(tracks[0].path).is_file()


def test_artists_come_from_the_tags(folder: Path) -> None:
    by_name = {t.clip_id: t for t in read_examples(folder)}
    assert by_name["tango/one.flac"].group == by_name["tango/deep/two.flac"].group == "carlos"
    assert by_name["tango/one.flac"].album == "Uno"
    assert by_name["fado/three.wav"].group == "fado/three.wav"


@pytest.mark.parametrize(
    ("tags", "artist"),
    [
        ({"albumartist": "Ana", "artist": "Ana feat. Bo"}, "ana"),
        ({"album_artist": "Various Artists", "artist": "Bo "}, "bo"),
        ({"albumartist": " ", "artist": "Unknown Artist"}, ""),
        ({}, ""),
    ],
)
def test_a_compilation_is_by_the_artists_of_its_tracks(tags: dict[str, str], artist: str) -> None:
    assert artist_of(tags) == artist


def test_labels_from_the_tags(folder: Path) -> None:
    tracks = read_examples(folder, tags=True)
    assert [(t.clip_id, t.label) for t in tracks] == [("tango/one.flac", "tango")]
    assert genre_of(str(folder / "tango" / "one.flac")) == "tango"
    assert genre_of(str(folder / "none.flac")) == ""


def test_a_manifest_with_labels_and_without(folder: Path) -> None:
    manifest = folder / "m.csv"
    manifest.write_text("path,label\nfado/three.wav,slow\ntango/one.flac,\n")
    assert [t.label for t in read_examples(manifest)] == ["slow"]
    assert [t.label for t in read_examples(manifest, tags=True)] == ["slow", "tango"]


def test_nothing_labelled_says_what_to_do(tmp_path: Path) -> None:
    song(tmp_path / "loose.wav")
    with pytest.raises(ManifestError, match="one folder per label, or use --tags"):
        read_examples(tmp_path)
    with pytest.raises(ManifestError, match="no file in it has a genre tag"):
        read_examples(tmp_path, tags=True)
    (tmp_path / "m.csv").write_text("path,label\na,\n")
    with pytest.raises(ManifestError, match="no row has a label"):
        read_examples(tmp_path / "m.csv")
    with pytest.raises(ManifestError, match="No such file"):
        read_examples(tmp_path / "none")


def test_labels_too_small() -> None:
    assert labels_too_small(["a", "b", "a", "c"]) == {"b": 1, "c": 1}
    assert labels_too_small([]) == {}


def test_labels_that_differ_in_capitals_only() -> None:
    assert slips(["Jazz", "rock", "jazz ", "Jazz"]) == [("Jazz", "jazz ")]
    assert slips(["jazz", "rock"]) == []


def test_loose_files_are_those_of_no_label(folder: Path) -> None:
    assert loose_files(folder) == (str(folder / "loose.wav"),)
    assert loose_files(folder / "tango") == (str(folder / "tango" / "one.flac"),)
