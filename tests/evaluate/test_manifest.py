"""A manifest is read as it is meant, or refused with the place of the mistake."""

from pathlib import Path

import pytest

from auricle.errors import ManifestError
from auricle.evaluate.manifest import Track, read_manifest, select


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "m.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_paths_are_relative_to_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    manifest = write(tmp_path / "deep", "path,label\na b/ü.mp3,rock\n/x/y.mp3,pop\n")
    first, second = read_manifest(manifest)
    assert first.path == str(tmp_path / "deep" / "a b" / "ü.mp3")
    assert second.path == "/x/y.mp3"
    assert (first.clip_id, first.written_path) == ("a b/ü.mp3", "a b/ü.mp3")


def test_all_columns_are_read_and_others_ignored(tmp_path: Path) -> None:
    digest = "AB" * 32
    manifest = write(
        tmp_path,
        "mood,path,label,clip_id,source,artist_id,album,split,fold,kind,duration_s,licence,sha256\n"
        f"sad,a.wav, jazz ,one,set,artist,record,train,3,music,12.5,CC0,{digest}\n",
    )
    (track,) = read_manifest(manifest)
    assert track == Track(
        path=str(tmp_path / "a.wav"),
        clip_id="one",
        label="jazz",
        source="set",
        artist_id="artist",
        album="record",
        split="train",
        fold="3",
        kind="music",
        duration_s=12.5,
        licence="CC0",
        sha256=digest.lower(),
        written_path="a.wav",
    )


def test_the_group_is_the_artist_or_the_track_itself() -> None:
    assert Track("p", "c", "l", artist_id="a").group == "a"
    assert Track("p", "c", "l").group == "c"


def test_an_empty_label_is_an_unlabelled_track(tmp_path: Path) -> None:
    assert read_manifest(write(tmp_path, "path,label\na.wav,\n"))[0].label == ""


def test_a_byte_order_mark_is_no_part_of_a_column(tmp_path: Path) -> None:
    assert read_manifest(write(tmp_path, "path,label\na,b\n", "utf-8-sig"))[0].label == "b"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path\na.wav\n", "column 'label' is missing"),
        ("", "column 'path' is missing"),
        ("path,label\n", "no rows"),
        ("path,label\na,b\n,b\n", "row 3, column 'path': is empty"),
        ("path,label\na,b,c\n", "row 2: more cells"),
        ("path,label,duration_s\na,b,long\n", "row 2, column 'duration_s': 'long'"),
        ("path,label,duration_s\na,b,-1\n", "row 2, column 'duration_s': '-1'"),
        ("path,label,duration_s\na,b,nan\n", "row 2, column 'duration_s': 'nan'"),
        ("path,label,sha256\na,b,12\n", "row 2, column 'sha256': '12'"),
        ("path,label,kind\na,b,song\n", "row 2, column 'kind': 'song'"),
        ("path,label\na,b\na,c\n", "row 3, column 'path': 'a' is also in row 2"),
        ("path,label,clip_id\na,b,x\nc,b,x\n", "row 3, column 'clip_id': 'x' is also in row 2"),
        ('path,label\n"a"b,c\n', "row 2"),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(write(tmp_path, text))
    assert message in str(caught.value)
    assert "m.csv" in str(caught.value)


def test_a_missing_file_and_one_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="No such file"):
        read_manifest(tmp_path / "none.csv")
    with pytest.raises(ManifestError, match="UTF-8"):
        read_manifest(write(tmp_path, "path,label\nä,b\n", "latin-1"))


def test_select_by_split_and_source() -> None:
    tracks = [
        Track("1", "1", "x", source="a", split="train"),
        Track("2", "2", "x", source="b", split="train"),
        Track("3", "3", "x", source="a", split="validation"),
    ]
    assert [t.path for t in select(tracks, split="train")] == ["1", "2"]
    assert [t.path for t in select(tracks, sources=["a"])] == ["1", "3"]
    assert [t.path for t in select(tracks, split="validation", sources=["b"])] == []
    assert select(tracks) == tuple(tracks)
