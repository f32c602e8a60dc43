"""What was there before and sounds like a new track."""

import numpy as np

from auricle.intake.batch import Batch
from auricle.intake.nearest import known_before, nearest_known
from auricle.library import Catalog
from auricle.library.taken_in import TakenIn
from auricle.recommend.collection import open_collection

from ..library.make import ORIGIN, analysis, content
from ..recommend.conftest import direction, store


def circle(catalog: Catalog, runs: dict[int, int]) -> tuple[Batch, list[int]]:
    """Store ten tracks on a quarter circle, some of them taken in, and return their numbers."""
    track_ids = [store(catalog, number, number / 9) for number in range(10)]
    rows = {
        track_ids[at]: TakenIn(track_ids[at], run, 5, f"/music/{at:02}.mp3", "ready")
        for at, run in runs.items()
    }
    files = {f"/music/{at:02}.mp3": catalog.track(track_ids[at]) for at in runs}
    return Batch(files, rows, frozenset(rows)), track_ids


def test_neighbours_are_known_ones_in_order(catalog: Catalog) -> None:
    batch, ids = circle(catalog, {4: 1, 5: 1})
    found = nearest_known(open_collection(catalog), batch, [ids[4], ids[5]], 2)
    assert [match.track.track_id for match in found[ids[4]]] == [ids[3], ids[2]]
    assert [match.track.track_id for match in found[ids[5]]] == [ids[6], ids[7]]
    first, second = found[ids[4]]
    assert 1 > first.similarity > second.similarity > 0.9


def test_an_earlier_intake_is_known_and_a_later_one_is_not(catalog: Catalog) -> None:
    batch, ids = circle(catalog, {3: 1, 4: 2, 5: 3})
    collection = open_collection(catalog)
    found = nearest_known(collection, batch, [ids[3], ids[4], ids[5]], 9)
    known = {key: {match.track.track_id for match in near} for key, near in found.items()}
    before = set(ids) - {ids[3], ids[4], ids[5]}
    assert known == {ids[3]: before, ids[4]: before | {ids[3]}, ids[5]: before | {ids[3], ids[4]}}
    rows = collection.index.rows.ids
    assert set(rows[known_before(collection, batch, 2)]) == set(ids) - {ids[4], ids[5]}


def test_only_music_is_near(catalog: Catalog) -> None:
    batch, ids = circle(catalog, {4: 1})
    speech = analysis("/music/04.mp3", direction(4 / 9), kind="speech")
    talk = catalog.store("/music/talk.mp3", content("talk"), speech, ORIGIN)
    found = nearest_known(open_collection(catalog), batch, [ids[4]], 9)[ids[4]]
    assert talk not in {match.track.track_id for match in found}
    assert len(found) == 9


def test_nothing_is_known(catalog: Catalog) -> None:
    batch, ids = circle(catalog, dict.fromkeys(range(10), 1))
    assert nearest_known(open_collection(catalog), batch, ids, 3) == {}


def test_more_are_wanted_than_are_known(catalog: Catalog) -> None:
    batch, ids = circle(catalog, dict.fromkeys(range(8), 1))
    found = nearest_known(open_collection(catalog), batch, [ids[0]], 5)
    assert [match.track.track_id for match in found[ids[0]]] == [ids[8], ids[9]]
    assert nearest_known(open_collection(catalog), batch, [ids[0]], 0)[ids[0]] == ()


def test_a_track_without_sound_has_no_neighbours(catalog: Catalog) -> None:
    batch, ids = circle(catalog, {0: 1})
    found = nearest_known(open_collection(catalog), batch, [ids[0], 999], 1)
    assert list(found) == [ids[0]]
    assert np.isfinite(found[ids[0]][0].score)
