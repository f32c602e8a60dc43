"""The map of a catalog: kept, coloured, and a page that no name can break."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import CatalogError
from auricle.library import Catalog
from auricle.library.index_rows import Rows
from auricle.recommend import map as room
from auricle.recommend.collection import Collection, open_collection
from auricle.recommend.map import (
    FAINT,
    MusicMap,
    colours_of,
    load_layout,
    make_map,
    map_page,
    save_layout,
)
from auricle.types import Genre

from ..library.make import ORIGIN, analysis, content
from .conftest import N_TRACKS, direction
from .make import track

NASTY = '</script><script>alert("x")</script>\u2028<!-- & \\ \udce9'


def rows_of(shares: dict[int, float]) -> Rows:
    """Return tracks by number, each at a share of the circle."""
    ids = np.array(list(shares), dtype=np.int64)
    vectors = np.array([direction(share) for share in shares.values()], dtype=np.float32)
    return Rows(ids, vectors, np.zeros(len(ids), np.float32), ids, len(ids))


class Reader(HTMLParser):
    """Collects the scripts of a page and every address that it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [str(value) for name, value in attrs if name in {"src", "href"}]
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.scripts and self.lasttag == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)


def test_silence_has_no_place(tmp_path: Path) -> None:
    with Catalog.open(tmp_path / "silent.sqlite") as catalog:
        catalog.store("/quiet.mp3", content("q"), analysis("/quiet.mp3", (0, 0, 0)), ORIGIN)
        with pytest.raises(CatalogError, match="silent.sqlite: nothing but silence"):
            make_map(open_collection(catalog))


def small_map(*tracks: object) -> MusicMap:
    made = tracks or (track(1, NASTY, artist=NASTY, title="t"), track(2, label="rock"))
    n_tracks = len(made)
    return MusicMap(
        made,  # type: ignore[arg-type]
        np.arange(2.0 * n_tracks).reshape(n_tracks, 2),
        np.linspace(0, 1, n_tracks, dtype=np.float32),
        colours_of(made),  # type: ignore[arg-type]
    )


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_no_name_ends_the_script() -> None:
    reader = read(map_page(small_map()))
    assert len(reader.scripts) == 2
    data = json.loads(reader.scripts[0][1])
    name = data["points"][0][4]
    assert name.startswith('</script><script>alert("x")</script>\u2028<!-- & \\')
    assert name.endswith(" - t")


def test_the_page_needs_nothing_else() -> None:
    page = map_page(small_map())
    assert read(page).addresses == []
    assert not re.findall(r"https?://|@import|url\(|innerHTML|document\.write|eval\(", page)
    assert "default-src 'none'" in page
    page.encode("utf-8")


def test_points_carry_what_the_page_shows() -> None:
    data = json.loads(read(map_page(small_map())).scripts[0][1])
    assert data["labels"] == ["jazz", "rock"]
    assert data["points"][1] == [2.0, 3.0, 1, 1.0, "", "/music/a.mp3", 0.8, 200]


def test_the_same_labels_have_the_same_colours() -> None:
    genres = tuple(Genre(name, 0.5) for name in ("rock", "jazz", "pop"))
    first = colours_of((track(1, label="rock", genres=genres),))
    second = colours_of(
        tuple(track(n, label=x, genres=genres) for n, x in enumerate(["jazz", "rock"]))
    )
    assert first["rock"] == second["rock"]
    assert len(set(second.values())) == 2
    assert colours_of((track(1, label="unknown", genres=genres),)) == {"unknown": FAINT}
    many = tuple(Genre(f"{n:02}", 0.1) for n in range(40))
    assert colours_of((track(1, label="39", genres=many),)) == {"39": FAINT}


@pytest.mark.skipif(find_spec("openTSNE") is None, reason="extra map")
def test_a_map_is_kept_and_begun_from(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_map(collection)
    assert len(first.tracks) == N_TRACKS
    assert first.trust.mean() > 0.5
    monkeypatch.delattr("auricle.recommend.map_layout._affinities")  # a new layout would need it
    np.testing.assert_array_equal(make_map(collection).points, first.points)
    with pytest.raises(NameError):
        make_map(collection, fresh=True)


def test_a_track_that_has_just_gone_is_left_out(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "lay_out", lambda index, known: np.zeros((N_TRACKS, 2)))
    monkeypatch.setattr(room, "trust", lambda index, points: np.ones(N_TRACKS, np.float32))
    monkeypatch.setattr(Collection, "tracks", lambda self, ids: [track(ids[3])])
    made = make_map(collection)
    assert [each.track_id for each in made.tracks] == [int(collection.index.rows.ids[3])]
    assert made.points.shape == (1, 2)


def test_a_damaged_layout_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "new" / "map.npz"
    rows = rows_of({3: 0.1, 5: 0.9})
    assert load_layout(path, rows) == {}
    save_layout(path, rows, np.array([[0.0, 1.0], [2.0, 3.0]]))
    assert load_layout(path, rows) == {3: (0.0, 1.0), 5: (2.0, 3.0)}
    path.write_bytes(path.read_bytes()[:100])
    assert load_layout(path, rows) == {}


def test_another_track_of_the_same_number_has_no_place_yet(tmp_path: Path) -> None:
    path = tmp_path / "map.npz"
    save_layout(path, rows_of({3: 0.1, 5: 0.9}), np.array([[0.0, 1.0], [2.0, 3.0]]))
    assert load_layout(path, rows_of({3: 0.1, 5: 0.2, 7: 0.9})) == {3: (0.0, 1.0)}


def test_a_layout_that_cannot_be_kept_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / "file" / "map.npz"
    save_layout(place, rows_of({1: 0.5}), np.zeros((1, 2)))
    assert load_layout(place, rows_of({1: 0.5})) == {}


def test_names_in_full_or_in_part() -> None:
    assert room.name_of(track(artist="A", title="T")) == "A - T"
    assert room.name_of(replace(track(), title="T")) == "T"
    assert room.name_of(track()) == ""
