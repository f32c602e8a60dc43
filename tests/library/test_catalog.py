"""What a catalog tells about its tracks."""

import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.errors import SpaceMismatch, UnknownTrack
from auricle.library import STATES, Catalog, Origin, Stamp
from auricle.library import catalog as catalog_module
from auricle.types import Genre, TimelineEntry

from .make import ORIGIN, add, analysis, content

ODD = "/music/" + os.fsdecode(b"caf\xe9 \xf0\x9f\x8e\xb5\n.mp3")


def test_a_track_comes_back_as_it_was_stored(catalog: Catalog) -> None:
    tags = {"artist": "Ann", "album": "Blue", "title": "So", "genre": "none"}
    track_id = catalog.store("/m/a.mp3", content("a", **tags), analysis("/m/a.mp3"), ORIGIN)
    track = catalog.track(track_id)
    assert track.track_id == track_id
    assert (track.path, track.paths, track.state) == ("/m/a.mp3", ("/m/a.mp3",), "ready")
    assert (track.content_hash, track.size, track.duration_s) == ("hash-a", 1000, 61.5)
    assert (track.kind, track.label, track.probability) == ("music", "jazz", 0.75)
    assert track.genres == (Genre("jazz", 0.75), Genre("rock", 0.25))
    assert track.subgenres == (Genre("bebop", 0.5),)
    assert track.timeline[1] == TimelineEntry(10.0, 20.0, "rock", 0.25)
    assert (track.artist, track.album, track.title, track.tags) == ("Ann", "Blue", "So", tags)
    assert (track.model, track.head, track.profile) == (ORIGIN.model, "abc", "full")
    assert (track.error, track.fingerprint) == (None, b"")
    assert track.warnings == ("odd header",)


def test_it_is_still_there_when_opened_again(catalog_url: str) -> None:
    with Catalog.open(catalog_url) as catalog:
        track_id = add(catalog, "/a.mp3")
        stored = catalog.track(track_id)
    with Catalog.open(catalog_url, create=False) as catalog:
        assert catalog.track(track_id) == stored


def test_any_name_survives(catalog: Catalog) -> None:
    track_id = add(catalog, ODD, title="nul \0 and half \ud800 a pair")
    track = catalog.track(track_id)
    assert track.path == ODD
    assert catalog.find(ODD) == track
    assert track.title == "nul   and half \\ud800 a pair"
    assert track.tags["title"] == "nul \0 and half \ud800 a pair"


def test_tracks_are_ordered_by_the_bytes_of_their_path(catalog: Catalog) -> None:
    paths = ["/m/b", "/m/B", "/m/a/z", "/m/é", ODD, "/m/a b", "/m/_"]
    for path in paths:
        add(catalog, path)
    assert [track.path for track in catalog.tracks()] == sorted(paths, key=os.fsencode)


def test_tracks_come_page_by_page(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_module, "PAGE", 2)
    track_ids = {f"/m/{number}": add(catalog, f"/m/{number}") for number in range(5)}
    tracks = catalog.tracks()
    assert next(tracks).path == "/m/0"
    add(catalog, "/m/9")  # a reader in the middle does not stop a writer
    assert [track.track_id for track in tracks][:4] == [track_ids[f"/m/{n}"] for n in range(1, 5)]


def test_tracks_by_state(catalog: Catalog) -> None:
    add(catalog, "/ready")
    catalog.mark_failed("/failed", content("f"), "CorruptAudio: /failed: broken")
    assert [track.path for track in catalog.tracks()] == ["/ready"]
    (failed,) = catalog.tracks(states=("failed",))
    assert (failed.path, failed.error) == ("/failed", "CorruptAudio: /failed: broken")
    assert [track.state for track in catalog.tracks(states=STATES)] == ["failed", "ready"]
    assert list(catalog.tracks(states=())) == []
    assert catalog.counts() == {"ready": 1, "failed": 1, "pending": 0, "missing": 0}


def test_tracks_by_number(catalog: Catalog) -> None:
    first, second, third = (add(catalog, f"/{name}") for name in "zyx")
    found = catalog.tracks(track_ids=[first, third, 999])
    assert [track.track_id for track in found] == [third, first]
    assert list(catalog.tracks(track_ids=[])) == []
    assert second not in {track.track_id for track in catalog.tracks(track_ids=[first])}


def test_unknown_tracks(catalog: Catalog) -> None:
    with pytest.raises(UnknownTrack, match="there is no track 7"):
        catalog.track(7)
    with pytest.raises(UnknownTrack):
        catalog.excerpt_vectors(7)
    assert catalog.find("/nowhere") is None


def test_find_takes_relative_paths(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    track_id = add(catalog, str(tmp_path / "a.mp3"))
    for name in ("a.mp3", Path("a.mp3"), "./x/../a.mp3"):
        found = catalog.find(name)
        assert found is not None
        assert found.track_id == track_id


def test_equal_contents_are_one_track(catalog: Catalog) -> None:
    one = catalog.store("/b", content("same"), analysis("/b"), ORIGIN)
    two = catalog.store("/a", content("same"), analysis("/a"), ORIGIN)
    assert one == two
    assert catalog.track(one).paths == ("/a", "/b")
    assert catalog.find("/b") == catalog.track(one)


def test_vectors(catalog: Catalog) -> None:
    east, north = add(catalog, "/z", (1, 0, 0)), add(catalog, "/a", (0, 3, 4))
    add(catalog, "/silent", (0, 0, 0))
    catalog.mark_failed("/failed", content("f"), "broken")
    track_ids, rows = catalog.vectors()
    assert track_ids.dtype == np.int64
    assert rows.dtype == np.float16
    np.testing.assert_array_equal(track_ids, [east, north])
    np.testing.assert_allclose(rows, [[1, 0, 0], [0, 0.6, 0.8]], atol=1e-3)


def test_no_vectors(catalog: Catalog) -> None:
    track_ids, rows = catalog.vectors()
    assert track_ids.shape == (0,)
    assert rows.shape == (0, 0)


def test_spaces_never_mix(catalog: Catalog) -> None:
    old = add(catalog, "/old")
    origin = Origin("other@111111111111")
    heard = analysis("/new", (1, 1), model=origin.model)
    new = catalog.store("/new", content("new"), heard, origin)
    with pytest.raises(SpaceMismatch, match=r"other@1+, tiny@0+, which do not compare"):
        catalog.vectors()
    assert catalog.vectors(ORIGIN.model)[0].tolist() == [old]
    assert catalog.vectors(origin.model)[1].shape == (1, 2)
    assert catalog.vectors("third@0")[0].size == 0
    assert catalog.models() == {origin.model: 1, ORIGIN.model: 1}
    assert new != old


def test_excerpt_vectors(catalog: Catalog) -> None:
    track_id = add(catalog, "/a", (0, 3, 4))
    rows = catalog.excerpt_vectors(track_id)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, [[0, 0.6, 0.8]] * 2, atol=1e-3)
    failed = catalog.mark_failed("/b", content("b"), "broken")
    assert catalog.excerpt_vectors(failed).shape == (0, 0)


def test_generation_grows_when_vectors_change_and_only_then(catalog: Catalog) -> None:
    seen = [catalog.generation]

    def grown() -> bool:
        seen.append(catalog.generation)
        assert seen[-1] >= seen[-2]
        return seen[-1] > seen[-2]

    track_id = add(catalog, "/a")
    assert grown()
    assert catalog.track(track_id).state == "ready"
    catalog.mark_failed("/b", content("b"), "broken")
    catalog.mark_failed("/c", Stamp(1, 1), "cannot be read")
    catalog.set_fingerprint(track_id, b"print")
    assert not grown()
    catalog.mark_failed("/a", content("/a"), "broken now")
    assert grown()
    assert catalog.vectors()[0].size == 0


def test_columns_are_a_quick_way(catalog: Catalog) -> None:
    first = add(catalog, "/b", artist="Ann")
    second = add(catalog, "/a", artist="Bob")
    catalog.mark_failed("/c", content("c"), "broken")
    assert list(catalog.columns("track_id", "path", "artist")) == [
        (first, "/b", "Ann"),
        (second, "/a", "Bob"),
    ]
    assert [genres for (genres,) in catalog.columns("genres")][0][0] == ["jazz", 0.75]
    with pytest.raises(KeyError):
        next(catalog.columns("shoe_size"))


def test_fingerprint(catalog: Catalog) -> None:
    track_id = add(catalog, "/a")
    catalog.set_fingerprint(track_id, b"\0\xff")
    assert catalog.track(track_id).fingerprint == b"\0\xff"


def test_new_tags_on_the_same_sound(catalog: Catalog) -> None:
    track_id = add(catalog, "/a", artist="Ann")
    assert catalog.rename_content("/a", content("a2", size=1001, artist="Anna"))
    track = catalog.track(track_id)
    assert (track.content_hash, track.size, track.artist) == ("hash-a2", 1001, "Anna")
    assert (track.state, track.label) == ("ready", "jazz")
    assert not catalog.rename_content("/nowhere", content("x"))


def test_new_tags_on_one_of_two_copies_are_left_to_a_scan(catalog: Catalog) -> None:
    for path in ("/a", "/b"):
        catalog.store(path, content("same"), analysis(path), ORIGIN)
    add(catalog, "/c")
    assert not catalog.rename_content("/a", content("new"))
    assert not catalog.rename_content("/c", content("same"))


@settings(max_examples=20)
@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name))
def test_every_file_name_comes_back(tmp_path_factory: pytest.TempPathFactory, name: bytes) -> None:
    path = os.path.join("/m", os.fsdecode(name.replace(b"/", b"_")))
    with Catalog.open(tmp_path_factory.getbasetemp() / "names.sqlite") as catalog:
        track = catalog.track(catalog.mark_failed(path, Stamp(0, 0), f"{path}: broken"))
        assert track.path == path


def test_sqlite_can_be_checked_with_its_own_tools(tmp_path: Path) -> None:
    with Catalog.open(tmp_path / "x.sqlite") as catalog:
        add(catalog, "/a")
    with sqlite3.connect(tmp_path / "x.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("SELECT label FROM tracks").fetchall() == [("jazz",)]
    database.close()
