"""What the intake keeps: runs, verdicts, decisions; in every database."""

from auricle.library import Catalog, remove_paths
from auricle.library.taken_in import (
    Decision,
    TakenIn,
    decide,
    files_below,
    keep_later,
    read_decisions,
    read_taken_in,
    write_taken_in,
)

from .make import add


def test_files_below_folders(catalog: Catalog) -> None:
    a, b = add(catalog, "/m/new/a.mp3"), add(catalog, "/m/new-er/b.mp3")
    c = add(catalog, "/m/new/more/c\n.mp3")
    assert files_below(catalog, ["/m/new"]) == {"/m/new/a.mp3": a, "/m/new/more/c\n.mp3": c}
    assert files_below(catalog, ["/m/new-er/b.mp3", "/m/new/more"]) == {
        "/m/new-er/b.mp3": b,
        "/m/new/more/c\n.mp3": c,
    }
    assert files_below(catalog, ["/elsewhere"]) == {}
    assert files_below(catalog, []) == {}
    assert list(files_below(catalog)) == ["/m/new-er/b.mp3", "/m/new/a.mp3", "/m/new/more/c\n.mp3"]


def test_rows_are_kept_and_replaced(catalog: Catalog) -> None:
    first, second = add(catalog, "/m/a b\n.mp3"), add(catalog, "/m/c.mp3")
    rows = [
        TakenIn(first, 1, 1_700_000_000, "/m/a b\n.mp3", "ready"),
        TakenIn(second, 1, 1_700_000_000, "/m/c.mp3", "review"),
    ]
    write_taken_in(catalog, rows)
    assert read_taken_in(catalog) == {first: rows[0], second: rows[1]}
    changed = TakenIn(second, 1, 1_700_000_000, "/m/c.mp3", "ready")
    write_taken_in(catalog, [changed])
    assert read_taken_in(catalog) == {first: rows[0], second: changed}


def test_many_rows_at_once(catalog: Catalog) -> None:
    track_ids = [add(catalog, f"/m/{number}.mp3") for number in range(3)]
    rows = [TakenIn(each, 2, 5, f"/m/{each}.mp3", "ready") for each in track_ids]
    write_taken_in(catalog, rows)
    write_taken_in(catalog, [])
    assert list(read_taken_in(catalog).values()) == rows


def test_a_decision_says_whether_the_person_agreed(catalog: Catalog) -> None:
    a, b = add(catalog, "/m/a.mp3"), add(catalog, "/m/b.mp3")
    made = decide(catalog, [(catalog.track(a), "jazz"), (catalog.track(b), "free jazz")], now_s=7)
    assert made == [Decision(a, "jazz", "jazz", 7), Decision(b, "free jazz", "jazz", 7)]
    assert [each.accepted for each in made] == [True, False]
    assert read_decisions(catalog) == {a: made[0], b: made[1]}


def test_the_last_word_counts(catalog: Catalog) -> None:
    track = catalog.track(add(catalog, "/m/a.mp3"))
    decide(catalog, [(track, "rock")], now_s=1)
    decide(catalog, [(track, "pop"), (track, "folk")], now_s=2)
    assert read_decisions(catalog)[track.track_id].label == "folk"
    assert read_decisions(catalog)[track.track_id].decided_s == 2


def test_what_is_removed_from_the_catalog_takes_its_rows_along(catalog: Catalog) -> None:
    track_id = add(catalog, "/m/a.mp3")
    write_taken_in(catalog, [TakenIn(track_id, 1, 5, "/m/a.mp3", "ready")])
    decide(catalog, [(catalog.track(track_id), "rock")])
    remove_paths(catalog, ["/m/a.mp3"])
    assert read_taken_in(catalog) == {}
    assert read_decisions(catalog) == {}


def test_the_clock_is_asked(catalog: Catalog) -> None:
    track = catalog.track(add(catalog, "/m/a.mp3"))
    (made,) = decide(catalog, [(track, "rock")])
    assert made.decided_s > 1_700_000_000


def test_only_later_words_are_kept(catalog: Catalog) -> None:
    a, b, c = (add(catalog, f"/m/{name}.mp3") for name in "abc")
    decide(catalog, [(catalog.track(a), "mine"), (catalog.track(b), "mine")], now_s=7)
    theirs = [Decision(a, "theirs", "jazz", 7), Decision(b, "theirs", "jazz", 8)]
    with catalog.writing() as connection:
        assert keep_later(connection, [*theirs, Decision(c, "theirs", "jazz", 0)]) == 2
        assert keep_later(connection, []) == 0
    assert {track_id: each.label for track_id, each in read_decisions(catalog).items()} == {
        a: "mine", b: "theirs", c: "theirs"
    }  # fmt: skip
