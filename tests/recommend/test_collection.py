"""The collection: tracks in the order asked, and ranking by and by."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from auricle.library import Catalog, Track
from auricle.recommend.collection import Collection, open_collection

from .conftest import N_TRACKS, direction


def test_tracks_come_in_the_order_asked(collection: Collection) -> None:
    ids = collection.index.rows.ids[[5, 2, 9]].tolist()
    assert [track.track_id for track in collection.tracks([ids[0], 10**6, *ids[1:]])] == ids


def test_vectors(collection: Collection) -> None:
    vector = collection.vector(int(collection.index.rows.ids[0]))
    assert vector is not None
    expected = np.array(direction(0)) / np.linalg.norm(direction(0))
    np.testing.assert_allclose(vector, expected, atol=1e-3)
    assert collection.vector(10**6) is None


def test_cosine(collection: Collection) -> None:
    first, last = collection.index.rows.ids[[0, -1]].tolist()
    vector = collection.vector(first)
    assert vector is not None
    assert collection.cosine(first, vector) == pytest.approx(1.0, abs=1e-6)
    assert collection.cosine(first, 1.001 * vector) <= 1.0
    assert collection.cosine(last, vector) == pytest.approx(0.0, abs=0.01)
    assert collection.cosine(10**6, vector) == 0.0


def test_what_was_heard(collection: Collection) -> None:
    (track,) = collection.tracks(collection.index.rows.ids[:1].tolist())
    heard = collection.heard(track)
    assert (heard.genres, heard.timeline) == (track.genres, track.timeline)
    assert heard.excerpts.shape == (len(track.timeline), 3)


def test_ranked_yields_everything_once_best_first(collection: Collection) -> None:
    query = np.array(direction(0), dtype=np.float32)
    batches = [list(batch) for batch in collection.ranked(query, 3, corrected=False)]
    assert [len(batch) for batch in batches] == [3, 21, N_TRACKS - 24]
    pairs = [pair for batch in batches for pair in batch]
    assert [track.path for track, _ in pairs] == [f"/music/{n:02}.mp3" for n in range(N_TRACKS)]
    scores = [score for _, score in pairs]
    assert scores == sorted(scores, reverse=True)


def test_a_large_batch_is_read_a_few_tracks_at_a_time(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("auricle.recommend.collection"), "READ_AT_ONCE", 5)
    read: list[int] = []
    real = Catalog.tracks

    def counted(catalog: Catalog, **chosen: Any) -> Iterator[Track]:  # noqa: ANN401
        read.append(len(chosen["track_ids"]))
        return real(catalog, **chosen)

    monkeypatch.setattr(Catalog, "tracks", counted)
    query = np.array(direction(0), dtype=np.float32)
    (batch,) = collection.ranked(query, N_TRACKS, corrected=False)
    assert read == []
    assert len([next(batch) for _ in range(6)]) == 6
    assert read == [5, 5]


def test_the_model_is_that_of_the_tracks(collection: Collection) -> None:
    assert collection.model == open_collection(collection.catalog, collection.model).model
