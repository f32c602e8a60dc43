"""The recommender of a catalog: its items, names of tracks, where it is kept, whose it is."""

from pathlib import Path

import numpy as np
import pytest

from auricle.errors import InteractionsError, SpaceMismatch
from auricle.library import Catalog
from auricle.recommend.coldstart import Interactions, Recommender, make_recommender
from auricle.recommend.collection import Collection, open_collection
from auricle.recommend.listening import (
    items_of,
    open_recommender,
    recommender_folder,
    track_namer,
    with_tracks_of_today,
)

from ..library.make import ORIGIN, analysis, content
from ..library.test_identity_search import spoilt, trace, words
from .conftest import N_TRACKS, store


def fitted(collection: Collection) -> Recommender:
    """Return a model of two listeners: one plays the first tracks, one the last."""
    items = items_of(collection)
    first, last = items.names[:5], items.names[-5:]
    listeners = ["first"] * 5 + ["last"] * 5
    interactions = Interactions.of(listeners, [*first, *last])
    return make_recommender("content").fit(interactions, items)


def test_items_are_the_tracks_of_the_index(collection: Collection) -> None:
    items = items_of(collection)
    assert items.names == tuple(map(str, collection.index.rows.ids.tolist()))
    assert items.artists[:3] == ("artist 0", "artist 1", "artist 2")
    assert (items.genres[0], items.genres[-1]) == ("jazz", "techno")
    assert len(set(items.recordings.tolist())) == N_TRACKS
    assert items.model == collection.model
    np.testing.assert_array_equal(items.vectors, collection.index.rows.vectors)


def test_copies_are_one_recording(catalog: Catalog) -> None:
    for number, made in enumerate((trace(words(0)), trace(spoilt(words(0), 0.1)), trace(words(1)))):
        path = f"/copies/{number}.mp3"
        heard = analysis(path, (1, number, 0), fingerprint=made)
        catalog.store(path, content(path), heard, ORIGIN)
    items = items_of(open_collection(catalog))
    one, two, three = items.recordings[-3:]
    assert one == two
    assert three not in (one, two)


def test_tracks_go_by_number_hash_and_path(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here, there = tmp_path / "here.mp3", tmp_path / "plays" / "there.mp3"
    ids = [
        catalog.store(str(path), content(path.name), analysis(str(path)), ORIGIN)
        for path in (here, there)
    ]
    name = track_namer(catalog, str(tmp_path / "plays"))
    assert name(str(ids[0])) == str(ids[0])
    assert name("hash-here.mp3") == name("HASH-here.mp3") == str(ids[0])
    assert name(str(there)) == name("there.mp3") == str(ids[1])
    assert name("here.mp3") == name("./plays/../here.mp3") == str(ids[0])
    assert name("nowhere.mp3") is None
    assert name("999") is None


def test_it_is_kept_per_catalog(catalog: Catalog, home: Path, tmp_path: Path) -> None:
    folder = recommender_folder(catalog)
    assert folder.parent == home / "recommend"
    with Catalog.open(tmp_path / "other.sqlite") as other:
        assert recommender_folder(other) != folder


def test_it_is_read_again_and_knows_new_tracks(collection: Collection) -> None:
    fitted(collection).save(recommender_folder(collection.catalog))
    new = store(collection.catalog, 99, 0.01)
    today = open_collection(collection.catalog)
    fitted_then = open_recommender(collection)
    assert with_tracks_of_today(fitted_then, collection) is fitted_then
    recommender = with_tracks_of_today(open_recommender(today), today)
    assert str(new) in recommender.items.names
    (best, _), *_ = recommender.audience(str(new), 2)
    assert best == "first"
    assert recommender.recommend("first", 3)


def test_there_is_none(collection: Collection, tmp_path: Path) -> None:
    with pytest.raises(InteractionsError, match="auricle recommend fit makes one"):
        open_recommender(collection)
    with pytest.raises(InteractionsError, match=str(tmp_path)):
        open_recommender(collection, tmp_path)


def test_that_of_another_catalog_is_refused(collection: Collection, tmp_path: Path) -> None:
    fitted(collection).save(tmp_path / "model")
    with Catalog.open(tmp_path / "other.sqlite") as other:
        for number in range(N_TRACKS):
            store(other, number, 1 - number / (N_TRACKS - 1))
        with pytest.raises(InteractionsError, match="fitted on another catalog"):
            open_recommender(open_collection(other), tmp_path / "model")


def test_that_of_another_model_is_refused(collection: Collection, tmp_path: Path) -> None:
    fitted(collection).save(tmp_path / "model")
    with Catalog.open(tmp_path / "other.sqlite") as other:
        from dataclasses import replace

        heard = replace(analysis("/a.mp3"), model="else@1")
        other.store("/a.mp3", content("a"), heard, replace(ORIGIN, model="else@1"))
        with pytest.raises(SpaceMismatch):
            open_recommender(open_collection(other), tmp_path / "model")
