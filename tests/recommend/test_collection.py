"""The collection: tracks in the order asked, and ranking by and by."""

import numpy as np

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


def test_ranked_yields_everything_once_best_first(collection: Collection) -> None:
    query = np.array(direction(0), dtype=np.float32)
    batches = list(collection.ranked(query, 3, corrected=False))
    assert [len(batch) for batch in batches] == [3, 21, N_TRACKS - 24]
    pairs = [pair for batch in batches for pair in batch]
    assert [track.path for track, _ in pairs] == [f"/music/{n:02}.mp3" for n in range(N_TRACKS)]
    scores = [score for _, score in pairs]
    assert scores == sorted(scores, reverse=True)


def test_the_model_is_that_of_the_tracks(collection: Collection) -> None:
    assert collection.model == open_collection(collection.catalog, collection.model).model
