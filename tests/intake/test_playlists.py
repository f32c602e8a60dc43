"""Reading saved playlists, and the threshold of a list, whose right answer is known."""

import os
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import RecommendError
from auricle.intake.playlists import SavedList, fits, nearness, read_lists, read_paths, threshold_of
from auricle.library import Catalog
from auricle.recommend.collection import open_collection
from auricle.recommend.formats import WRITERS, playlist_bytes

from ..recommend.conftest import direction, store
from ..recommend.make import track

ODD = "/music/odd #1, 50%\u00e9 [x] & co.mp3"


def unit(*shares: float) -> np.ndarray:
    rows = np.array([direction(share) for share in shares], dtype=np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize("suffix", sorted(WRITERS))
@pytest.mark.parametrize("relative", [True, False])
def test_what_auricle_writes_is_read(tmp_path: Path, suffix: str, relative: bool) -> None:
    target = tmp_path / f"list{suffix}"
    tracks = [track(1, ODD), track(2, str(tmp_path / "b.mp3"))]
    target.write_bytes(playlist_bytes(tracks, target, relative=relative))
    assert read_paths(target) == [ODD, str(tmp_path / "b.mp3")]


@pytest.mark.skipif(os.name != "posix", reason="bytes in names")
def test_names_that_are_no_text_and_line_breaks(tmp_path: Path) -> None:
    odd = os.fsdecode(b"/music/caf\xe9.mp3")
    for name, paths in {"a.m3u": [odd], "b.xspf": [odd, "/music/a\nb.mp3"]}.items():
        target = tmp_path / name
        suffix = target.with_suffix(".m3u8") if target.suffix == ".m3u" else target
        tracks = [track(number, path) for number, path in enumerate(paths)]
        target.write_bytes(playlist_bytes(tracks, suffix, relative=False))
        assert read_paths(target) == paths


def test_what_is_on_the_network_is_passed_over(tmp_path: Path) -> None:
    target = tmp_path / "list.m3u"
    target.write_bytes(
        b"\xef\xbb\xbf#EXTM3U\r\nhttp://x/y.mp3\r\n\r\nfile:///a%20b.mp3\r\nc.mp3\r\n"
    )
    assert read_paths(target) == ["/a b.mp3", str(tmp_path / "c.mp3")]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", "path\na\u2028b.mp3\nc\x85d.mp3\n", ["a\u2028b.mp3", "c\x85d.mp3"]),
        ("a.csv", 'path,title\n"a\nb.mp3",x\n', ["a\nb.mp3"]),
        ("a.json", '["x.mp3", {"path": "/y.mp3", "title": "y"}]', ["x.mp3", "/y.mp3"]),
        ("a.csv", "title,path\r\nX,x.mp3\r\nY,\r\n", ["x.mp3"]),
        ("a.csv", "title\nX\n", []),
        ("a.M3U8", "#EXTM3U\n#EXTINF:1,x\n./#x.mp3\n", ["#x.mp3"]),
        ("a.xspf", "<playlist><trackList/></playlist>", []),
    ],
)
def test_lists_of_other_programs(tmp_path: Path, name: str, text: str, expected: list[str]) -> None:
    (tmp_path / name).write_text(text, "utf-8", newline="")
    wanted = [path if path.startswith("/") else str(tmp_path / path) for path in expected]
    assert read_paths(tmp_path / name) == wanted


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.json", "[1]"), ("a.json", '[{"title": "x"}]'), ("a.json", "{}"), ("a.json", "[")],
)
def test_what_is_no_playlist(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=r"."):
        read_paths(tmp_path / name)


def test_nearness_is_the_mean_of_the_best_three() -> None:
    cosines = np.float32([[0.1, 0.9, 0.5, 0.7], [1, 1, 1, -1]])
    np.testing.assert_allclose(nearness(cosines), [0.7, 1.0], rtol=1e-6)
    np.testing.assert_allclose(nearness(np.float32([[0.4, 0.6]])), [0.5], rtol=1e-6)


def test_a_list_is_as_strict_as_it_is_cohesive() -> None:
    near, far = unit(0, 0.01, 0.02, 0.03), unit(0, 0.3, 0.6, 0.9)
    nobody = np.zeros((0, 3), np.float32)
    assert threshold_of(near, nobody) > 0.99
    assert threshold_of(far, nobody) < 0.9
    assert threshold_of(far, unit(*np.linspace(0, 1, 40))) > threshold_of(far, nobody)


def test_tracks_fit_lists_of_their_kind(catalog: Catalog, tmp_path: Path) -> None:
    ids = [store(catalog, number, number / 39) for number in range(40)]
    folder = tmp_path / "lists"
    (folder / "deep").mkdir(parents=True)
    for name, numbers in {"jazz.m3u8": range(6), "deep/techno.xspf": range(34, 40)}.items():
        tracks = [catalog.track(ids[number]) for number in numbers]
        (folder / name).write_bytes(playlist_bytes(tracks, folder / name, relative=False))
    (folder / "broken.xspf").write_text("<playlist")
    (folder / "worse.json").write_text('{"a": 1}')
    (folder / "short.m3u8").write_text("/music/00.mp3\n/nowhere.mp3\n")
    collection = open_collection(catalog)
    lists, notes = read_lists(collection, folder)
    assert [each.name for each in lists] == ["techno", "jazz"]
    assert len(notes) == 3
    assert "1 of its tracks are known, at least 4 are needed" in "".join(notes)
    found = fits(lists, [ids[0], 900, 901, 902], unit(0, 0.06, 0.5, 0.95))
    assert found[ids[0]] == ()  # it is in the list
    assert [fit.name for fit in found[900]] == ["jazz"]
    assert found[901] == ()
    assert [fit.name for fit in found[902]] == ["techno"]
    assert found[902][0].similarity >= found[902][0].threshold


def test_the_best_list_comes_first() -> None:
    lists = [
        SavedList(name, name, frozenset({1}), unit(share, share), 0.5)
        for name, share in (("far", 0.4), ("near", 0.1))
    ]
    found = fits(lists, [7], unit(0.1))
    assert [fit.name for fit in found[7]] == ["near", "far"]
    assert fits(lists, [], np.zeros((0, 3), np.float32)) == {}


def test_a_folder_without_playlists(catalog: Catalog, tmp_path: Path) -> None:
    store(catalog, 0, 0.5)
    (tmp_path / "lists").mkdir()
    with pytest.raises(RecommendError, match="no playlists"):
        read_lists(open_collection(catalog), tmp_path / "lists")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xspf", b'<?xml version="1.0" encoding="klingon"?><playlist/>'),
        ("a.json", b"[" * 200_000),
        ("a.json", b"\xff\xfe"),
        ("a.csv", b"path\n" + b"x" * 200_000),
    ],
)
def test_one_damaged_list_is_a_note_and_no_end(
    catalog: Catalog, tmp_path: Path, name: str, data: bytes
) -> None:
    ids = [store(catalog, number, number / 9) for number in range(10)]
    folder = tmp_path / "lists"
    folder.mkdir()
    tracks = [catalog.track(number) for number in ids[:5]]
    (folder / "good.m3u8").write_bytes(playlist_bytes(tracks, folder / "good.m3u8", relative=False))
    (folder / name).write_bytes(data)
    lists, (note,) = read_lists(open_collection(catalog), folder)
    assert [each.name for each in lists] == ["good"]
    assert lists[0].members == frozenset(ids[:5])
    assert note.startswith(f"{folder / name}: cannot be read as a playlist: ")


def test_nearness_does_not_ask_for_order() -> None:
    cosines = np.random.default_rng(0).uniform(-1, 1, (6, 9)).astype(np.float32)
    expected = np.sort(cosines, axis=1)[:, -3:].mean(axis=1)
    np.testing.assert_allclose(nearness(cosines), expected, rtol=1e-5)
    np.testing.assert_allclose(nearness(cosines[:, ::-1]), expected, rtol=1e-5)


def test_most_of_a_list_would_be_taken_into_it() -> None:
    """Left out of its list, a track fits it but for the least cohesive quarter."""
    rows = unit(*np.random.default_rng(1).uniform(0, 0.4, 21))
    least = threshold_of(rows, np.zeros((0, 3), np.float32))
    alone = [nearness(rows[[place]] @ np.delete(rows, place, axis=0).T)[0] for place in range(21)]
    assert 14 <= sum(value >= least - 1e-6 for value in alone) <= 17
