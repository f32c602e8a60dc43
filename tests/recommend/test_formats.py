"""Playlists as files: every name survives, and every file is well formed."""

import csv
import io
import json
import os
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from auricle.recommend.formats import WRITERS, display_name, place, playlist_bytes, uri, xml_text

from .make import track

NS = "{http://xspf.org/ns/0/}"
ODD = [
    "/music/plain.mp3",
    "/music/with space & <tag>.mp3",
    "/music/100% #1 ?.mp3",
    "/music/Ünïcode ♫ 曲.mp3",
    "/music/quote\"s 'n' more.mp3",
    "/music/a:b;c,d.mp3",
    os.fsdecode(b"/music/caf\xe9.mp3"),
    "/music/sub/../sub/x.mp3",
]
TRACKS = [track(n, path, artist="A & B", title=f"<{n}>\n\x00") for n, path in enumerate(ODD)]
TARGET = Path("/lists/my list.m3u8")


def test_m3u8_keeps_every_name() -> None:
    data = playlist_bytes(TRACKS, TARGET)
    lines = data.split(b"\n")
    assert lines[0] == b"#EXTM3U"
    assert lines[1] == b"#EXTINF:200,A & B - <0> \x00"
    paths = [os.fsdecode(line) for line in lines[1:] if line and not line.startswith(b"#")]
    assert [os.path.normpath(os.path.join("/lists", path)) for path in paths] == [
        os.path.normpath(path) for path in ODD
    ]


def test_m3u8_names_that_look_like_comments() -> None:
    odd = [track(1, "/lists/#1.mp3"), track(2, "/lists/ space.mp3")]
    lines = playlist_bytes(odd, TARGET).decode().splitlines()
    assert lines[2] == "./#1.mp3"
    assert lines[4] == "./ space.mp3"


def test_m3u8_refuses_line_breaks() -> None:
    with pytest.raises(ValueError, match=r"use \.xspf"):
        playlist_bytes([track(1, "/music/a\nb.mp3")], TARGET)


@pytest.mark.parametrize("relative", [True, False])
def test_xspf_keeps_every_name(relative: bool) -> None:
    tracks = [*TRACKS, track(9, "/music/a\nb.mp3")]
    target = TARGET.with_suffix(".xspf")
    root = ElementTree.fromstring(playlist_bytes(tracks, target, relative=relative))
    assert (root.tag, root.get("version")) == (f"{NS}playlist", "1")
    base = "file:///lists/my%20list.xspf"
    found = [
        os.fsdecode(unquote_to_bytes(urlsplit(urljoin(base, str(each.text))).path))
        for each in root.iter(f"{NS}location")
    ]
    assert found == [os.path.normpath(each.path) for each in tracks]
    assert all(str(e.text).startswith("file:") != relative for e in root.iter(f"{NS}location"))
    first = root.find(f"{NS}trackList/{NS}track")
    assert first is not None
    assert first.findtext(f"{NS}title") == "<0>\n\ufffd"
    assert first.findtext(f"{NS}creator") == "A & B"
    assert first.findtext(f"{NS}duration") == "200000"
    assert first.find(f"{NS}album") is None


def test_xspf_is_ascii_in_its_addresses() -> None:
    assert uri("曲 1.mp3").isascii()
    assert unquote(uri("曲 1.mp3")) == "./曲 1.mp3"
    assert uri("a:b.mp3").startswith("./")  # else "a:" would be a scheme
    assert uri("../x.mp3") == "../x.mp3"
    assert uri("/x y.mp3") == "file:///x%20y.mp3"


def test_json_and_csv() -> None:
    rows = json.loads(playlist_bytes(TRACKS, Path("/lists/a.json")))
    assert [row["path"] for row in rows][:2] == [
        "../music/plain.mp3",
        "../music/with space & <tag>.mp3",
    ]
    assert rows[0]["label"] == "jazz"
    text = playlist_bytes(TRACKS, Path("/lists/a.csv"), relative=False)
    table = list(csv.reader(io.StringIO(text.decode("utf-8", "surrogateescape"), newline="")))
    assert table[0][:2] == ["path", "artist"]
    assert [row[0] for row in table[1:]] == [os.path.abspath(path) for path in ODD]
    assert len({len(row) for row in table}) == 1


@pytest.mark.parametrize("suffix", list(WRITERS))
def test_an_empty_list_is_a_file_too(suffix: str) -> None:
    assert playlist_bytes([], Path(f"/lists/a{suffix}"))


def test_unknown_suffix() -> None:
    with pytest.raises(ValueError, match=r"\.m3u8, \.xspf"):
        playlist_bytes([], Path("/lists/a.pls"))


def test_places_and_names() -> None:
    assert place("/a/b.mp3", Path("/a/c/l.m3u8"), relative=True) == os.path.join("..", "b.mp3")
    assert place("/a/b.mp3", Path("/a/c/l.m3u8"), relative=False) == os.path.abspath("/a/b.mp3")
    assert display_name(track(path="/x/y.mp3")) == "y"
    assert display_name(track(title="T")) == "T"
    assert xml_text("a\x0bb\ud800c\td") == "a\ufffdb\ufffdc\td"
