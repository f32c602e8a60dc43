"""Every container keeps what is written, and nothing else in it changes."""

from pathlib import Path

import pytest
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from auricle.errors import TagError
from auricle.library.tags.containers import FIELDS, open_tags, save_tags

from .files import KINDS, encoded, give_genre, make, seen, sound_of, v1_tag

NOTHING = {field: () for field in FIELDS}
FULL = {"genre": ("jazz", "bebop"), "mood": ("calm",), "probability": ("0.912",)}


def put(path: Path, fields: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Write fields and return what stands in the file afterwards."""
    tags = open_tags(str(path))
    tags.write(fields)
    save_tags(tags, str(path))
    return open_tags(str(path)).read()


@pytest.mark.parametrize("kind", set(KINDS) - {"mp3_v1"})
def test_a_fresh_file_says_nothing(tmp_path: Path, kind: str) -> None:
    assert open_tags(str(make(tmp_path, kind))).read() == NOTHING


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read(tmp_path: Path, kind: str) -> None:
    assert put(make(tmp_path, kind), FULL) == FULL


@pytest.mark.parametrize("kind", KINDS)
def test_the_sound_is_untouched(tmp_path: Path, kind: str) -> None:
    path = make(tmp_path, kind)
    before = sound_of(path)
    put(path, FULL)
    assert sound_of(path) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_program_sees_the_genres(tmp_path: Path, kind: str) -> None:
    path = make(tmp_path, kind)
    put(path, FULL)
    tags = seen(path)
    assert tags["genre"].startswith("jazz")
    # FFmpeg shows only the first of several values in ID3v2.4, and all of them elsewhere.
    shown = tags["genre"].replace("\0", ";").replace("/", ";").split(";")
    assert shown[0] == "jazz"
    assert set(shown) <= {"jazz", "bebop"}
    number = {key: value for key, value in tags.items() if "auricle_probability" in key}
    assert list(number.values()) == ["0.912"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_removes_a_field(tmp_path: Path, kind: str) -> None:
    path = make(tmp_path, kind)
    put(path, FULL)
    assert put(path, NOTHING) == NOTHING


@pytest.mark.parametrize("kind", KINDS)
def test_other_fields_stay(tmp_path: Path, kind: str) -> None:
    path = make(tmp_path, kind)
    put(path, FULL)
    assert put(path, {"mood": ()}) == {**FULL, "mood": ()}


@pytest.mark.parametrize("kind", KINDS)
def test_text_of_any_language(tmp_path: Path, kind: str) -> None:
    fields = {"genre": ("чарльстон", "演歌"), "mood": ("mélancolie",)}
    assert put(make(tmp_path, kind), fields) == {**NOTHING, **fields}


def test_id3_2_3_stays_2_3_with_its_own_frames(tmp_path: Path) -> None:
    path = make(tmp_path, "mp3_v23")
    put(path, FULL)
    tags = ID3(path, translate=False)
    assert tags.version[:2] == (2, 3)
    assert tags["TPE1"].text == ["Ein Lied", "zwei"]
    assert tags["TYER"].text == ["1999"]
    assert "TMOO" not in tags
    assert seen(path)["mood"] == "calm"


def test_only_the_old_version_has_room_for_one_text(tmp_path: Path) -> None:
    joined = {kind: open_tags(str(make(tmp_path, kind))).separator for kind in KINDS}
    assert {kind for kind, separator in joined.items() if separator} == {"mp3_v23"}


def test_a_new_mp3_tag_is_2_4(tmp_path: Path) -> None:
    path = make(tmp_path, "mp3")
    put(path, FULL)
    assert ID3(path).version[:2] == (2, 4)
    assert ID3(path)["TCON"].text == ["jazz", "bebop"]


def test_id3_1_stays_and_its_title_is_taken_along(tmp_path: Path) -> None:
    path = make(tmp_path, "mp3_v1")
    put(path, FULL)
    assert path.read_bytes().endswith(v1_tag())
    assert ID3(path)["TIT2"].text == ["Old song"]


def test_foreign_frames_stay(tmp_path: Path) -> None:
    path = give_genre(make(tmp_path, "mp3"), "Pop")
    put(path, FULL)
    assert ID3(path)["TXXX:OTHER"].text == ["kept"]
    assert ID3(path)["TCON"].text == ["jazz", "bebop"]


def test_sub_genres_are_values_of_their_own(tmp_path: Path) -> None:
    flac, m4a = make(tmp_path, "flac"), make(tmp_path, "m4a")
    put(flac, FULL)
    put(m4a, FULL)
    assert FLAC(flac)["genre"] == ["jazz", "bebop"]
    assert MP4(m4a)["\xa9gen"] == ["jazz", "bebop"]


def test_a_name_does_not_fool_it(tmp_path: Path) -> None:
    path = tmp_path / "wrong.mp3"
    path.write_bytes(encoded("flac"))
    assert put(path, FULL) == FULL
    assert path.read_bytes().startswith(b"fLaC")


@pytest.mark.parametrize("content", [b"", b"no sound at all" * 100, b"fLaC" + bytes(10)])
def test_what_cannot_be_tagged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "song.xyz"
    path.write_bytes(content)
    with pytest.raises(TagError, match=r"song\.xyz"):
        open_tags(str(path))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(TagError, match="cannot be read"):
        open_tags(str(tmp_path / "nowhere.mp3"))


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    tags = open_tags(str(make(tmp_path, "flac")))
    tags.write(FULL)
    with pytest.raises(TagError, match="cannot be written"):
        save_tags(tags, str(tmp_path / "gone.flac"))
