"""Few tracks are compared in full, and none that matters is missed."""

import numpy as np
import pytest

from auricle.library import Catalog, identity_suspects
from auricle.library.identity import find_duplicates
from auricle.library.identity_suspects import suspects

from .make import ORIGIN, analysis, content
from .test_identity import put, told
from .test_identity_search import spoilt, trace, words

N_OTHERS = 30


@pytest.fixture
def large(catalog: Catalog) -> Catalog:
    """Return a catalog of different tracks, none near another in sound or length."""
    rng = np.random.default_rng(5)
    for seed in range(N_OTHERS):
        put(
            catalog,
            f"/m/{seed:02}.mp3",
            fingerprint=trace(words(seed)),
            direction=tuple(rng.normal(size=40)),
            duration_s=100.0 + 20 * seed,
        )
    return catalog


def store(catalog: Catalog, path: str, **fields: object) -> int:
    fields.setdefault("direction", tuple(np.random.default_rng(77).normal(size=40)))
    return put(catalog, path, **fields)


def test_nothing_sounds_the_same(large: Catalog) -> None:
    new = store(large, "/in/new.mp3", fingerprint=trace(words(99)), duration_s=5000.0)
    assert suspects(large, [new]) == {new}


def test_copies_and_edits_share_words(large: Catalog) -> None:
    copy = store(large, "/in/copy.mp3", fingerprint=trace(spoilt(words(3), 0.15)), duration_s=160.0)
    edit = store(large, "/in/edit.mp3", fingerprint=trace(words(4)[200:]), duration_s=50.0)
    known = {track.path: track.track_id for track in large.tracks()}
    assert suspects(large, [copy]) == {copy, known["/m/03.mp3"]}
    assert suspects(large, [edit]) == {edit, known["/m/04.mp3"]}
    assert suspects(large, [copy, edit]) == {
        copy, edit, known["/m/03.mp3"], known["/m/04.mp3"],
    }  # fmt: skip


def test_near_ones_of_about_the_same_length_are_compared(large: Catalog) -> None:
    direction = tuple(np.random.default_rng(8).normal(size=40))
    here = store(large, "/in/a.mp3", direction=direction, duration_s=3000.0)
    near = store(large, "/m/near.mp3", direction=direction, duration_s=3010.0)
    store(large, "/m/long.mp3", direction=direction, duration_s=3020.0)
    assert suspects(large, [here]) == {here, near}


def test_a_frequent_word_is_no_sign(large: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_suspects, "MAX_BUCKET", 3)
    hum = np.full(20, 12345, dtype=np.uint32)
    new = store(large, "/in/hum.mp3", fingerprint=trace(hum), duration_s=9000.0)
    store(large, "/m/hum.mp3", fingerprint=trace(hum), duration_s=7000.0)
    assert suspects(large, [new]) == {new}


def test_much_of_a_catalog_is_compared_with_all_of_it(large: Catalog) -> None:
    track_ids = [track.track_id for track in large.tracks()]
    assert suspects(large, track_ids) is None
    assert suspects(large, track_ids[:8]) is None
    assert suspects(large, track_ids[:2]) == set(track_ids[:2])


def test_tracks_without_a_trace_or_sound(large: Catalog) -> None:
    silent = large.store("/in/s.mp3", content("s"), analysis("/in/s.mp3", (0, 0, 0)), ORIGIN)
    assert suspects(large, [silent]) == {silent}
    assert suspects(large, []) == set()


def test_the_groups_of_a_track_are_those_of_the_whole_catalog(large: Catalog) -> None:
    made = trace(spoilt(words(3), 0.1))
    copy = store(large, "/in/copy.mp3", fingerprint=made, duration_s=161.0)
    put(large, "/m/x.mp3", "same", fingerprint=trace(words(50)), direction=tuple(np.eye(40)[0]))
    put(large, "/m/y.mp3", "same", fingerprint=trace(words(50)), direction=tuple(np.eye(40)[0]))
    everything = told(find_duplicates(large))
    assert told(find_duplicates(large, suspects(large, [copy]))) == [
        ("recording", ["/in/copy.mp3", "/m/03.mp3"])
    ]
    assert everything == [
        ("bytes", ["/m/x.mp3", "/m/y.mp3"]),
        ("recording", ["/in/copy.mp3", "/m/03.mp3"]),
    ]


def test_pieces_of_the_catalog_find_the_same(
    large: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    direction = tuple(np.random.default_rng(8).normal(size=40))
    here = store(large, "/in/a.mp3", direction=direction, duration_s=3000.0)
    store(large, "/m/near.mp3", direction=direction, duration_s=3005.0)
    whole = suspects(large, [here])
    monkeypatch.setattr(identity_suspects, "_AT_ONCE", 3)
    assert suspects(large, [here]) == whole
    assert len(whole or ()) == 2


def test_a_track_that_comes_meanwhile_is_left_out(
    large: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = identity_suspects._same_words

    def meanwhile(traces: list[tuple[int, bytes]], asked: set[int]) -> set[int]:
        put(large, "/m/new.mp3", direction=tuple(np.ones(40)))
        return real(traces, asked)

    monkeypatch.setattr(identity_suspects, "_same_words", meanwhile)
    first = next(large.tracks()).track_id
    assert suspects(large, {first}) == {first}
