"""Which copy to keep."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from auricle.audio import AudioInfo
from auricle.library import Catalog
from auricle.library.identity_members import Member, codec_of, members_of, plain_rate_of, rank

from ..tiny import tone
from .make import add, analysis

GOOD = Member("/m/a.flac", 900, 60.0, "flac", 900, lossless=True)
LOSSY = Member("/m/a.mp3", 100, 60.0, "mp3", 320)


def best(*members: Member) -> str:
    return next(member.path for member in rank(members) if member.keep)


def test_lossless_before_lossy() -> None:
    assert best(LOSSY, GOOD) == GOOD.path


def test_whole_before_damaged() -> None:
    assert best(replace(GOOD, damaged=True), LOSSY) == LOSSY.path


def test_more_bits_before_fewer() -> None:
    assert best(LOSSY, replace(LOSSY, path="/m/b.mp3", bit_rate=128)) == LOSSY.path


def test_of_lossless_copies_the_finer_and_then_the_smaller() -> None:
    """A WAV has more bits per second than the FLAC beside it, and not more music."""
    flac = replace(GOOD, plain_rate=1411, bit_rate=700, size=700)
    wav = Member("/m/a.wav", 1411, 60.01, "pcm_16", 1411, lossless=True, plain_rate=1411)
    fine = replace(flac, path="/m/fine.flac", plain_rate=4608, bit_rate=2600, size=2600)
    assert best(wav, flac) == flac.path
    assert best(flac, fine, wav) == fine.path
    assert best(replace(flac, duration_s=50.0), wav) == wav.path


@pytest.mark.parametrize(("bits", "expected"), [(16, 1411), (24, 2117), (0, 1411)])
def test_the_rate_of_the_samples(bits: int, expected: int) -> None:
    assert plain_rate_of(AudioInfo("wav", "pcm", 44_100, 2, 1.0, bits)) == expected


def test_longer_before_shorter() -> None:
    assert best(replace(LOSSY, path="/m", duration_s=58.0), LOSSY) == LOSSY.path


def test_the_shorter_path_decides_at_last() -> None:
    assert best(replace(LOSSY, path="/m/copies/a.mp3"), LOSSY) == LOSSY.path


def test_exactly_one_is_kept_unless_all_are() -> None:
    few = [LOSSY, GOOD, replace(LOSSY, path="/m/c.mp3")]
    assert [member.keep for member in rank(few)] == [True, False, False]
    assert all(member.keep for member in rank(few, keep_all=True))


def test_a_file_is_kept_and_not_a_link_to_it(tmp_path: Path) -> None:
    """The link has the shorter path, but what it leads to is the music."""
    (tmp_path / "deep").mkdir()
    song, link = tmp_path / "deep" / "the song.mp3", tmp_path / "s.mp3"
    song.write_bytes(b"sound")
    link.symlink_to(song)
    found = rank([replace(LOSSY, path=str(link)), replace(LOSSY, path=str(song))])
    assert [member.path for member in found] == [str(song), str(link)]
    assert [member.hard_link for member in found] == [False, True]


def test_hard_links_are_told(tmp_path: Path) -> None:
    one, two, other = (tmp_path / name for name in ("1.mp3", "2.mp3", "3.mp3"))
    one.write_bytes(b"x")
    os.link(one, two)
    other.write_bytes(b"x")
    found = rank([replace(LOSSY, path=str(path)) for path in (one, two, other)])
    assert [member.hard_link for member in found] == [False, True, False]


@pytest.mark.parametrize(
    ("form", "codec", "expected"),
    [
        ("flac", "pcm_16", ("flac", True)),
        ("wav", "pcm_16", ("pcm_16", True)),
        ("ogg", "vorbis", ("vorbis", False)),
        ("mov,mp4", "alac", ("alac", True)),
        ("matroska", "pcm_mulaw", ("pcm_mulaw", False)),
    ],
)
def test_the_name_of_a_codec(form: str, codec: str, expected: tuple[str, bool]) -> None:
    assert codec_of(AudioInfo(form, codec, 44_100, 2, None)) == expected


def test_a_member_for_every_file(tmp_path: Path) -> None:
    paths = [tmp_path / "a.flac", tmp_path / "b.flac"]
    for path in paths:
        soundfile.write(path, tone(440), 16_000)
    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        add(catalog, str(paths[0]))
        number = add(catalog, str(paths[0]))
        track = replace(catalog.track(number), paths=tuple(map(str, paths)))
    found = members_of(track)
    assert [member.path for member in found] == track.paths or len(found) == 2
    assert found[0].codec == "flac"
    assert found[0].lossless
    assert found[0].bit_rate == round(1000 * 8 / analysis("x").duration_s / 1000)


def test_a_file_that_is_gone_has_no_codec(tmp_path: Path) -> None:
    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        track = catalog.track(add(catalog, "/nowhere/a.mp3"))
    (found,) = members_of(track)
    assert found.codec == ""
    assert not found.lossless
    assert found.to_dict()["path"] == "/nowhere/a.mp3"


def test_warnings_of_damage_count(tmp_path: Path) -> None:
    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        track = catalog.track(add(catalog, "/nowhere/a.mp3"))
    assert not members_of(track)[0].damaged
    cut = replace(track, warnings=("truncated or damaged: 2.0 s of 9.0 s could be decoded",))
    assert members_of(cut)[0].damaged
