"""What would change, and why nothing does."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from auricle.errors import TagError
from auricle.library.tags import TagOptions, plan
from auricle.types import Genre

from ...audio.synth import chirp, encode
from .files import KINDS, give_genre, make


@dataclass(frozen=True)
class Said:
    """What auricle heard."""

    label: str = "jazz"
    probability: float = 0.9
    subgenres: tuple[Genre, ...] = (Genre("bebop", 0.8), Genre("swing", 0.6))


@pytest.mark.parametrize("kind", set(KINDS) - {"mp3_v1", "mp3_v23"})
def test_an_empty_file_gets_everything(tmp_path: Path, kind: str) -> None:
    change = plan(str(make(tmp_path, kind)), Said(), TagOptions(), moods=["calm"])
    assert change.reason == ""
    assert change.before == {"genre": (), "mood": (), "probability": ()}
    assert change.after == {
        "genre": ("jazz", "bebop", "swing"),
        "mood": ("calm",),
        "probability": ("0.900",),
    }


def test_nothing_is_written_by_planning(tmp_path: Path) -> None:
    path = make(tmp_path, "mp3")
    before = path.read_bytes()
    plan(str(path), Said(), TagOptions(overwrite=True))
    assert path.read_bytes() == before


def test_values_share_one_text_in_id3_2_3(tmp_path: Path) -> None:
    change = plan(str(make(tmp_path, "mp3_v23")), Said(), TagOptions())
    assert change.after["genre"] == ("jazz/bebop/swing",)


def test_a_mood_that_is_not_known_is_left_alone(tmp_path: Path) -> None:
    assert "mood" not in plan(str(make(tmp_path, "ogg")), Said(), TagOptions()).after


@pytest.mark.parametrize(("n", "genres"), [(0, ("jazz",)), (1, ("jazz", "bebop"))])
def test_how_many_sub_genres(tmp_path: Path, n: int, genres: tuple[str, ...]) -> None:
    change = plan(str(make(tmp_path, "ogg")), Said(), TagOptions(n_subgenres=n))
    assert change.after["genre"] == genres


def test_a_sub_genre_of_the_same_name_is_not_told_twice(tmp_path: Path) -> None:
    said = Said(subgenres=(Genre("jazz", 0.9), Genre("bebop", 0.8)))
    assert plan(str(make(tmp_path, "ogg")), said, TagOptions()).after["genre"] == ("jazz", "bebop")


@pytest.mark.parametrize("overwrite", [False, True])
def test_unknown_is_never_written(tmp_path: Path, overwrite: bool) -> None:
    options = TagOptions(overwrite=overwrite)
    change = plan(str(make(tmp_path, "flac")), Said(label="unknown"), options)
    assert change.reason == "its genre is unknown"
    assert change.after == {}


def test_too_little_probability(tmp_path: Path) -> None:
    path = str(make(tmp_path, "flac"))
    assert plan(path, Said(probability=0.5), TagOptions(min_probability=0.6)).reason
    assert not plan(path, Said(probability=0.6), TagOptions(min_probability=0.6)).reason


def test_a_genre_that_is_there_is_kept(tmp_path: Path) -> None:
    path = str(give_genre(make(tmp_path, "mp3"), "Pop"))
    change = plan(path, Said(), TagOptions())
    assert change.reason == "has a genre already: Pop"
    assert change.after == {}


def test_unless_it_may_be_overwritten(tmp_path: Path) -> None:
    path = str(give_genre(make(tmp_path, "mp3"), "Pop", "Rock"))
    change = plan(path, Said(), TagOptions(overwrite=True))
    assert change.before["genre"] == ("Pop", "Rock")
    assert change.after["genre"] == ("jazz", "bebop", "swing")


def test_only_what_differs_changes(tmp_path: Path) -> None:
    path = str(give_genre(make(tmp_path, "mp3"), "jazz", "bebop", "swing"))
    change = plan(path, Said(), TagOptions(overwrite=True))
    assert change.after == {"probability": ("0.900",)}


def test_a_genre_in_the_old_tag_counts(tmp_path: Path) -> None:
    """ID3v1 number 8 is Jazz."""
    change = plan(str(make(tmp_path, "mp3_v1")), Said(), TagOptions())
    assert change.reason == "has a genre already: Jazz"


def test_a_genre_in_the_info_list_of_a_wav_counts(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    wav = encode(chirp(0.5), 44_100, "WAV", "PCM_16")
    info = b"INFOIGNR\x04\0\0\0Pop\0"
    chunk = b"LIST" + len(info).to_bytes(4, "little") + info
    size = (len(wav) + len(chunk) - 8).to_bytes(4, "little")
    path.write_bytes(wav[:4] + size + wav[8:] + chunk)
    assert plan(str(path), Said(), TagOptions()).reason == "has a genre already: Pop"


def test_a_container_without_tags(tmp_path: Path) -> None:
    path = tmp_path / "song.au"
    path.write_bytes(encode(chirp(0.5), 44_100, "AU", "PCM_16"))
    with pytest.raises(TagError, match="only"):
        plan(str(path), Said(), TagOptions())
