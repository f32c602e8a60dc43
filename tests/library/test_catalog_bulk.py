"""Many analyses stored at once leave what storing them one by one leaves."""

from collections.abc import Sequence

import numpy as np
import pytest

from auricle.library import STATES, Catalog, Stamp
from auricle.library import catalog_write as write
from auricle.library.catalog_bulk import Heard, store_many

from . import hearing
from .make import ORIGIN, analysis, content

STAMP = Stamp(1000, 5)


def heard(path: str, name: str | None = None, direction: Sequence[float] = (1, 0, 0)) -> Heard:
    return Heard(path, content(name or path, artist="Ann"), analysis(path, direction))


def discover(catalog: Catalog, *paths: str) -> None:
    with catalog.writing() as connection:
        write.discover(connection, [(path, STAMP) for path in paths])


def store(catalog: Catalog, *files: Heard) -> None:
    with catalog.writing() as connection:
        store_many(connection, files, ORIGIN)


def test_new_files_become_ready(catalog: Catalog) -> None:
    discover(catalog, "/a", "/b", "/c")
    numbers = {path: track.track_id for path in "abc" if (track := catalog.find(f"/{path}"))}
    store(catalog, heard("/b", direction=(0, 1, 0)), heard("/a"))
    assert [track.path for track in catalog.tracks()] == ["/a", "/b"]
    assert catalog.counts()["pending"] == 1
    track_ids, rows = catalog.vectors()
    assert track_ids.tolist() == [numbers["a"], numbers["b"]]
    np.testing.assert_array_equal(rows, np.float16([[1, 0, 0], [0, 1, 0]]))
    assert catalog.excerpt_vectors(numbers["a"]).shape == (2, 3)
    assert catalog.track(numbers["a"]).artist == "Ann"
    assert catalog.generation == 1


def test_it_leaves_what_one_by_one_leaves(catalog: Catalog) -> None:
    """New files, one unknown to the catalog, one whose content is there, and two alike."""
    files = [
        heard("/new", direction=(0, 1, 0)),
        heard("/unknown"),
        heard("/again", "/old"),
        heard("/twin1", "/twin"),
        heard("/twin2", "/twin"),
        heard("/silent", direction=(0, 0, 0)),
    ]
    found = []
    for at_once in (True, False):
        with catalog.writing() as connection:
            write.drop_tracks(connection, [track.track_id for track in catalog.tracks()])
        discover(catalog, "/new", "/again", "/twin1", "/twin2", "/silent")
        catalog.store("/old", *heard("/old")[1:], ORIGIN)
        if at_once:
            store(catalog, *files)
        else:
            for each in files:
                catalog.store(*each, ORIGIN)
        found.append(hearing.content_of(catalog))
    assert found[0] == found[1]
    assert {track.paths for track in catalog.tracks()} >= {("/again", "/old"), ("/twin1", "/twin2")}


def test_a_file_given_twice_keeps_the_later(catalog: Catalog) -> None:
    discover(catalog, "/a")
    store(catalog, heard("/a"), heard("/a", "other", (0, 0, 1)))
    track = catalog.find("/a")
    assert track is not None
    assert track.content_hash == "hash-other"
    assert [t.state for t in catalog.tracks(states=STATES) if t.paths] == ["ready"]


def test_more_than_one_statement_takes(catalog: Catalog) -> None:
    paths = [f"/{number:04d}" for number in range(write.AT_ONCE + 3)]
    discover(catalog, *paths)
    store(catalog, *map(heard, paths))
    assert catalog.counts()["ready"] == len(paths)
    assert len(catalog.vectors()[0]) == len(paths)


def test_a_fault_in_the_middle_leaves_nothing(catalog: Catalog) -> None:
    discover(catalog, "/a", "/b")
    broken = analysis("/b", genres=(object(),))
    with pytest.raises(AttributeError):
        store(catalog, heard("/a"), Heard("/b", content("/b"), broken))
    assert catalog.counts() == {"ready": 0, "failed": 0, "pending": 2, "missing": 0}
    assert catalog.generation == 0


def test_nothing_is_nothing(catalog: Catalog) -> None:
    store(catalog)
    assert catalog.generation == 0


def test_held(catalog: Catalog) -> None:
    discover(catalog, "/a")
    assert catalog.held([]) == catalog.held(["hash-/a"]) == set()
    store(catalog, heard("/a"))
    assert catalog.held(["hash-/b", "hash-/a"]) == {"hash-/a"}
