"""Measures of neighbour lists, against cases worked out by hand."""

import numpy as np
import pytest

from auricle.library.index import FlatIndex
from auricle.library.index_rows import make_rows
from auricle.recommend import quality
from auricle.recommend.collection import Collection
from auricle.recommend.quality import judge, measure_quality, neighbours, same_share, skewness

from .make import track


def test_skewness_by_hand() -> None:
    assert skewness(np.array([1, 1, 1])) == 0
    assert skewness(np.array([], dtype=np.int64)) == 0
    assert skewness(np.array([0, 0, 0, 4])) == pytest.approx(2 / np.sqrt(3))
    assert skewness(np.array([0, 1, 2])) == pytest.approx(0)


def test_neighbours_leave_the_track_itself_out() -> None:
    vectors = np.float32([[1, 0], [1, 0], [0.8, 0.6], [0, 1]])
    found = neighbours(FlatIndex(make_rows(np.arange(4) * 5, vectors)), 2, corrected=False)
    assert found.tolist() == [[1, 2], [0, 2], [0, 1], [2, 0]]


def test_fewer_tracks_than_neighbours() -> None:
    found = neighbours(
        FlatIndex(make_rows(np.arange(2), np.eye(2, dtype=np.float32))), 3, corrected=False
    )
    assert found.tolist() == [[1, -1, -1], [0, -1, -1]]


def test_same_share_by_hand() -> None:
    found = np.array([[1, 2], [0, 3], [0, 1], [0, -1]])
    share = same_share(found, ["a", "a", "b", ""])
    assert share.value == pytest.approx(2 / 4)  # tracks 0 and 1 ask: 1 of 2, and 1 of 2
    assert share.chance == pytest.approx(1 / 3)
    assert share.asked == 2
    assert share.low == share.high == share.value  # there is but one group to resample


def test_intervals_span_the_groups() -> None:
    found = np.array([[1], [0], [0], [1]])  # group a finds its own, group b does not
    share = same_share(found, ["a", "a", "b", "b"])
    assert (share.low, share.value, share.high) == (0.0, 0.5, 1.0)


def test_nobody_asks() -> None:
    assert same_share(np.array([[1], [0]]), ["a", "b"]).value is None
    assert same_share(np.zeros((0, 2), np.int64), []).asked == 0


def test_judge_counts_hubs_and_unreachable_tracks() -> None:
    found = np.array([[1], [0], [0], [0]])
    lists = judge(found, [track(n, label="x") for n in range(3)] + [None])
    assert lists.unreachable == 0.5
    assert lists.most_often == 3
    assert lists.genre.value == 1.0
    assert lists.artist.value is None


def test_a_whole_collection(collection: Collection) -> None:
    measured = measure_quality(collection, k=3)
    assert (measured.tracks, measured.k) == (40, 3)
    assert measured.raw.album.value == pytest.approx(0.9, abs=0.08)
    assert measured.raw.album.chance == pytest.approx(9 / 39)
    assert measured.raw.artist.value == 0  # every eighth track, so never among three neighbours
    assert measured.to_dict()["corrected"]["album"]["asked"] == 40


def test_a_large_collection_is_sampled(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "MAX_TRACKS", 10)
    measured = measure_quality(collection, k=3)
    assert measured.tracks == 10
    assert measured == measure_quality(collection, k=3)
