"""Similar tracks on a circle where the neighbours are known."""

from dataclasses import replace

import numpy as np
import pytest

from auricle.errors import CatalogError, SpaceMismatch
from auricle.library import Catalog, Track
from auricle.recommend import similar as room
from auricle.recommend.collection import Collection, open_collection
from auricle.recommend.constraints import Limits
from auricle.recommend.filters import parse_filter
from auricle.recommend.similar import (
    SimilarOptions,
    query_of_analysis,
    query_of_track,
    similar,
)

from ..library.make import ORIGIN, analysis, content
from .conftest import direction, store
from .make import track as made

RAW = SimilarOptions(k=4, raw=True)


def named(collection: Collection, number: int) -> Track:
    track = collection.catalog.find(f"/music/{number:02}.mp3")
    assert track is not None
    return track


def numbers(collection: Collection, number: int, options: SimilarOptions) -> list[int]:
    query = query_of_track(collection, named(collection, number))
    return [int(match.track.path[-6:-4]) for match in similar(query, collection, options)]


def test_the_neighbours_on_the_circle(collection: Collection) -> None:
    assert numbers(collection, 0, RAW) == [1, 2, 3, 4]
    assert sorted(numbers(collection, 20, RAW)) == [18, 19, 21, 22]


def test_scores_fall_and_similarity_is_the_cosine(collection: Collection) -> None:
    query = query_of_track(collection, named(collection, 0))
    for raw in (True, False):
        matches = similar(query, collection, SimilarOptions(k=39, raw=raw))
        assert len(matches) == 39
        scores = [match.score for match in matches]
        assert scores == sorted(scores, reverse=True)
        for match in matches:
            vector = collection.vector(match.track.track_id)
            assert match.similarity == pytest.approx(float(vector @ query.embedding), abs=1e-6)
    assert similar(query, collection, RAW)[0].score == pytest.approx(
        similar(query, collection, RAW)[0].similarity, abs=1e-6
    )


def test_the_correction_favours_the_edge_over_the_crowd(catalog: Catalog) -> None:
    """Between a crowd and a lonely track at the same distance, the lonely one comes first."""
    for number in range(50, 75):
        store(catalog, number, 0.2 + (number - 50) * 1e-4)
    lonely = store(catalog, 80, -0.12)
    crowd = store(catalog, 81, 0.1199)
    collection = open_collection(catalog)
    query = query_of_analysis(analysis("x", direction(0.0)))
    order = {
        raw: [m.track.track_id for m in similar(query, collection, SimilarOptions(k=60, raw=raw))]
        for raw in (True, False)
    }
    assert order[True].index(crowd) < order[True].index(lonely)
    assert order[False].index(lonely) < order[False].index(crowd)


def test_filters_are_applied_while_searching(collection: Collection) -> None:
    far = replace(RAW, where=parse_filter("path ~ 38 or path ~ 39"))
    assert numbers(collection, 0, far) == [38, 39]
    assert numbers(collection, 0, replace(RAW, where=parse_filter("genre = salsa"))) == []


def test_windows(collection: Collection) -> None:
    by_artist = replace(RAW, k=10, limits=Limits(per_artist=1))
    assert len(numbers(collection, 0, by_artist)) == 8  # there are eight artists
    by_album = replace(RAW, limits=Limits(per_album=1))
    assert numbers(collection, 0, by_album) == [1, 10, 20, 30]


def test_versions_are_left_out(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {
        named(collection, 1).track_id: named(collection, 0).track_id,
        named(collection, 3).track_id: named(collection, 2).track_id,
    }
    monkeypatch.setattr(
        room,
        "recordings",
        lambda _, tracks: {t.track_id: versions.get(t.track_id, t.track_id) for t in tracks},
    )
    assert numbers(collection, 0, RAW) == [2, 4, 5, 6]
    kept = replace(RAW, limits=Limits(versions=True))
    assert numbers(collection, 0, kept) == [1, 2, 3, 4]


def test_a_file_that_is_not_in_the_catalog(collection: Collection) -> None:
    query = query_of_analysis(analysis("/elsewhere.mp3", direction(1.0)))
    matches = similar(query, collection, RAW)
    assert [match.track.path for match in matches[:2]] == ["/music/39.mp3", "/music/38.mp3"]


def test_explanations_on_request(collection: Collection) -> None:
    query = query_of_track(collection, named(collection, 0))
    assert similar(query, collection, RAW)[0].explanation is None
    match = similar(query, collection, replace(RAW, k=1, explain=True))[0]
    values = match.to_dict()
    assert {"path", "label", "probability", "score", "similarity"} <= set(values)
    assert values["shared_genres"][0]["label"] == "jazz"
    assert values["passages"][0]["query_s"] == [0.0, 10.0]


def test_another_model_is_refused(collection: Collection) -> None:
    query = query_of_analysis(analysis("x", model="other@1"))
    with pytest.raises(SpaceMismatch, match="other@1"):
        similar(query, collection, RAW)


def test_silence_and_failures_are_refused(collection: Collection) -> None:
    with pytest.raises(CatalogError, match="silent"):
        query_of_analysis(analysis("x", (0, 0, 0)))
    silent = collection.catalog.store(
        "/silent.mp3", content("silent"), analysis("/silent.mp3", (0, 0, 0)), ORIGIN
    )
    with pytest.raises(CatalogError, match="silent"):
        query_of_track(collection, collection.catalog.track(silent))
    with pytest.raises(CatalogError, match="CorruptAudio: no"):
        query_of_track(collection, made(state="failed", error="CorruptAudio: no"))


def test_a_track_that_left_the_index_is_known_by_its_excerpts(collection: Collection) -> None:
    track = named(collection, 7)
    expected = query_of_track(collection, track).embedding
    collection.index.remove(np.array([track.track_id]))
    np.testing.assert_allclose(query_of_track(collection, track).embedding, expected, atol=2e-3)
