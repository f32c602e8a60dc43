"""Files come, go, change and move; the state of their tracks follows."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, func, select

from auricle.library import STATES, Catalog, Origin, Stamp
from auricle.library import catalog_write as write
from auricle.library.heirs import sweep
from auricle.library.schema import EXCERPTS, FILES, TRACKS, VECTORS

from .make import ORIGIN, add, analysis, content

STAMP = Stamp(1000, 5)


def states(catalog: Catalog) -> dict[str, str]:
    return {track.path: track.state for track in catalog.tracks(states=STATES)}


def rows(catalog: Catalog) -> list[int]:
    """Return how many rows the tables hold: tracks, files, vectors, excerpts."""
    with catalog.reading() as connection:
        count = [select(func.count()).select_from(t) for t in (TRACKS, FILES, VECTORS, EXCERPTS)]
        return [int(connection.execute(query).scalar_one()) for query in count]


def change(catalog: Catalog, what: Callable[[Connection], object]) -> None:
    with catalog.writing() as connection:
        what(connection)


def test_new_files_are_pending(catalog: Catalog) -> None:
    change(catalog, lambda c: write.discover(c, [("/b", STAMP), ("/a", Stamp(7, 8))]))
    (first, second) = catalog.tracks(states=("pending",))
    assert (first.path, first.size, first.content_hash, first.model) == ("/a", 7, "", "")
    assert second.paths == ("/b",)
    assert catalog.generation == 0


def test_many_new_files(catalog: Catalog) -> None:
    found = [(f"/{number:05d}", Stamp(number, number)) for number in range(1201)]
    change(catalog, lambda c: write.discover(c, found))
    tracks = list(catalog.tracks(states=("pending",)))
    assert [(track.path, track.size) for track in tracks] == [(p, s.size) for p, s in found]


def test_a_pending_track_becomes_ready(catalog: Catalog) -> None:
    change(catalog, lambda c: write.discover(c, [("/a", STAMP)]))
    pending = catalog.find("/a")
    assert pending is not None
    assert add(catalog, "/a") == pending.track_id
    assert rows(catalog) == [1, 1, 1, 1]


def test_a_pending_track_becomes_failed_and_then_ready(catalog: Catalog) -> None:
    change(catalog, lambda c: write.discover(c, [("/a", STAMP)]))
    track_id = catalog.mark_failed("/a", STAMP, "UnreadableFile: /a: not permitted")
    assert states(catalog) == {"/a": "failed"}
    assert add(catalog, "/a") == track_id
    assert catalog.track(track_id).error is None
    assert states(catalog) == {"/a": "ready"}


def test_failing_takes_the_vectors_away(catalog: Catalog) -> None:
    track_id = add(catalog, "/a")
    assert catalog.mark_failed("/a", content("/a"), "WorkerCrashed: /a") == track_id
    assert rows(catalog) == [1, 1, 0, 0]
    assert catalog.track(track_id).genres == ()


def test_a_file_that_cannot_be_read_for_once_keeps_its_track(catalog: Catalog) -> None:
    """It has not changed: what a person said of it stays, for when it can be read again."""
    track_id = add(catalog, "/a")
    stamp = content("/a").stamp
    assert catalog.mark_failed("/a", stamp, "UnreadableFile: /a: input/output error") == track_id
    assert states(catalog) == {"/a": "failed"}
    change(catalog, sweep)
    assert rows(catalog) == [1, 1, 0, 0]
    assert add(catalog, "/a") == track_id
    assert states(catalog) == {"/a": "ready"}


def test_of_two_copies_one_may_be_unreadable(catalog: Catalog) -> None:
    for path in ("/a", "/b"):
        track_id = catalog.store(path, content("same"), analysis(path), ORIGIN)
    assert catalog.mark_failed("/a", content("same").stamp, "UnreadableFile: /a") != track_id
    assert states(catalog) == {"/a": "failed", "/b": "ready"}


def test_a_file_that_cannot_be_read_any_more(catalog: Catalog) -> None:
    old = add(catalog, "/a")
    new = catalog.mark_failed("/a", Stamp(9, 9), "UnreadableFile: /a: not permitted")
    assert new != old
    assert catalog.find("/a") == catalog.track(new)
    assert catalog.track(old).state == "missing"
    change(catalog, sweep)
    assert rows(catalog) == [1, 1, 0, 0]


def test_a_move_keeps_the_track(catalog: Catalog) -> None:
    track_id = add(catalog, "/old")
    change(catalog, lambda c: write.discover(c, [("/new", STAMP)]))
    change(catalog, lambda c: write.recognise(c, "/new", content("/old")))
    assert catalog.track(track_id).paths == ("/new", "/old")
    change(catalog, lambda c: write.drop_files(c, ["/old"]))
    assert catalog.track(track_id).paths == ("/new",)
    assert catalog.track(track_id).path == "/new"
    assert rows(catalog) == [1, 1, 1, 1]


def test_a_copy_does_not_take_the_place_of_the_file_that_was_there(catalog: Catalog) -> None:
    track_id = add(catalog, "/music/a")
    for copy in ("/inbox/a", "/music/z"):
        change(catalog, lambda c, copy=copy: write.recognise(c, copy, content("/music/a")))
    track = catalog.track(track_id)
    assert (track.path, track.paths) == ("/music/a", ("/inbox/a", "/music/a", "/music/z"))
    change(catalog, lambda c: write.set_present(c, ["/music/a"], False))
    assert catalog.track(track_id).path == "/inbox/a"
    change(catalog, lambda c: write.set_present(c, ["/music/a"], True))
    assert catalog.track(track_id).path == "/inbox/a"
    change(catalog, lambda c: write.drop_files(c, ["/inbox/a"]))
    assert catalog.track(track_id).path == "/music/a"


def test_a_missing_track_is_recognised_elsewhere(catalog: Catalog) -> None:
    track_id = add(catalog, "/old")
    change(catalog, lambda c: write.set_present(c, ["/old"], False))
    track = catalog.track(track_id)
    assert (track.state, track.path, track.paths) == ("missing", "/old", ())
    assert catalog.vectors()[0].size == 0
    before = catalog.generation
    change(catalog, lambda c: write.recognise(c, "/new", content("/old")))
    assert catalog.track(track_id).state == "ready"
    assert catalog.vectors()[0].tolist() == [track_id]
    assert catalog.generation > before


@pytest.mark.parametrize("failed", [False, True])
def test_a_file_that_comes_back_is_as_it_was(catalog: Catalog, failed: bool) -> None:
    track_id = catalog.mark_failed("/a", content("a"), "no") if failed else add(catalog, "/a")
    before = catalog.track(track_id)
    change(catalog, lambda c: write.set_present(c, ["/a"], False))
    assert catalog.track(track_id).state == "missing"
    change(catalog, lambda c: write.set_present(c, ["/a"], True))
    assert catalog.track(track_id) == before


def test_unknown_content_is_not_recognised(catalog: Catalog) -> None:
    add(catalog, "/a")
    with catalog.writing() as connection:
        assert write.recognise(connection, "/b", content("b")) is None
    assert rows(catalog) == [1, 1, 1, 1]


def test_recognise_what_another_model_has_analysed_only_if_that_is_fine(catalog: Catalog) -> None:
    track_id = add(catalog, "/a")
    for origin, expected in (
        (None, track_id),
        (ORIGIN, track_id),
        (Origin("new@1", ORIGIN.head), None),
        (Origin(ORIGIN.model, "other head"), None),
    ):
        with catalog.writing() as connection:
            assert write.recognise(connection, "/a", content("/a"), origin) == expected
    catalog.mark_failed("/a", content("/a"), "broken")
    with catalog.writing() as connection:
        assert write.recognise(connection, "/a", content("/a"), ORIGIN) is None


def test_a_changed_file_supersedes_its_track(catalog: Catalog) -> None:
    old = add(catalog, "/a")
    new = catalog.store("/a", content("changed"), analysis("/a"), ORIGIN)
    assert catalog.track(old).state == "missing"
    assert [track.track_id for track in catalog.tracks()] == [new]
    change(catalog, sweep)
    assert rows(catalog) == [1, 1, 1, 1]


def test_a_superseded_track_that_turns_up_elsewhere_is_kept(catalog: Catalog) -> None:
    old = add(catalog, "/a")
    catalog.store("/a", content("changed"), analysis("/a"), ORIGIN)
    change(catalog, lambda c: write.recognise(c, "/moved", content("/a")))
    change(catalog, sweep)
    assert catalog.track(old).paths == ("/moved",)
    assert rows(catalog) == [2, 2, 2, 2]


def test_a_changed_copy_leaves_the_other(catalog: Catalog) -> None:
    for path in ("/a", "/b"):
        catalog.store(path, content("same"), analysis(path), ORIGIN)
    catalog.store("/a", content("changed"), analysis("/a"), ORIGIN)
    change(catalog, sweep)
    assert sorted(track.paths for track in catalog.tracks()) == [("/a",), ("/b",)]


def test_two_files_swap_their_names(catalog: Catalog) -> None:
    one, two = add(catalog, "/1"), add(catalog, "/2")
    change(catalog, lambda c: write.recognise(c, "/1", content("/2")))
    change(catalog, lambda c: write.recognise(c, "/2", content("/1")))
    change(catalog, sweep)
    assert (catalog.track(one).path, catalog.track(two).path) == ("/2", "/1")


def test_a_touched_file_only_gets_a_new_stamp(catalog: Catalog) -> None:
    add(catalog, "/a")
    change(catalog, lambda c: write.set_stamp(c, "/a", Stamp(1000, 99)))
    with catalog.reading() as connection:
        assert connection.execute(select(FILES.c.mtime_ns)).scalar() == 99


def test_dropped_tracks_leave_nothing(catalog: Catalog) -> None:
    track_ids = [add(catalog, f"/{number}") for number in range(3)]
    before = catalog.generation
    with catalog.writing() as connection:
        assert write.drop_tracks(connection, track_ids[:2]) == 2
    assert rows(catalog) == [1, 1, 1, 1]
    assert catalog.generation > before


def test_files_that_are_still_known(catalog: Catalog) -> None:
    add(catalog, "/a")
    add(catalog, "/b")
    change(catalog, lambda c: write.set_present(c, ["/b"], False))
    with catalog.reading() as connection:
        assert write.still_known(connection, ["/a", "/b", "/c"]) == ["/a"]


def test_chunks() -> None:
    sizes = [len(few) for few in write.chunks(range(2 * write.AT_ONCE + 1))]
    assert sizes == [write.AT_ONCE, write.AT_ONCE, 1]
    assert list(write.chunks([])) == []
