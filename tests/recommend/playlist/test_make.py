"""Playlists from a catalog, with all their rules."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import Infeasible
from auricle.library import Catalog, Track
from auricle.recommend.collection import Collection, open_collection
from auricle.recommend.filters import parse_filter
from auricle.recommend.playlist import make as room
from auricle.recommend.playlist.goals import Curve, Liked
from auricle.recommend.playlist.make import Rules, Wish, make_playlist, vectors_of, way_through
from auricle.recommend.playlist.problem import Problem

from ...library.make import ORIGIN, analysis, content
from ..conftest import direction, store


def named(collection: Collection, number: int) -> Track:
    track = collection.catalog.find(f"/music/{number:02}.mp3")
    assert track is not None
    return track


def numbers(tracks: tuple[Track, ...]) -> list[int]:
    return [int(track.path[-6:-4]) for track in tracks]


def way(collection: Collection, *stops: int, count: int | None = 8) -> Wish:
    given = tuple(named(collection, number) for number in stops)
    return Wish((way_through(collection, given),), given, count=count)


def test_a_way_from_end_to_end(collection: Collection) -> None:
    made = make_playlist(collection, way(collection, 0, 39), Rules())
    found = numbers(made.tracks)
    assert (found[0], found[-1], len(found)) == (0, 39, 8)
    assert found == sorted(found)
    assert made.steps[0] == 0
    assert made.scorecard.own.largest == pytest.approx(max(made.steps), abs=1e-5)
    assert made.scorecard.violations == ()


def test_via_and_windows(collection: Collection) -> None:
    rules = Rules(artist_window=8, album_window=1)
    made = make_playlist(collection, way(collection, 0, 20, 39), rules)
    artists = [track.artist for track in made.tracks]
    assert 20 in numbers(made.tracks)
    # 0 is by artist 0 and 20 by artist 4, 39 by artist 7: all eight are different.
    assert len(set(artists)) == 8


def test_filters_kinds_and_lengths(collection: Collection, catalog: Catalog) -> None:
    speech = analysis("/talk.mp3", direction(0.5), kind="speech")
    catalog.store("/talk.mp3", content("talk"), speech, ORIGIN)
    fresh = open_collection(catalog)
    rules = Rules(where=parse_filter("duration < 300 and not path ~ 07"))
    made = make_playlist(fresh, replace(way(fresh, 0, 10), count=9), rules)
    assert 7 not in numbers(made.tracks)
    with_speech = make_playlist(
        fresh, Wish((Curve(("jazz",)),), count=41), Rules(kinds=("music", "speech"))
    )
    assert "/talk.mp3" in {track.path for track in with_speech.tracks}
    with pytest.raises(Infeasible, match="41 tracks .* only 40"):
        make_playlist(fresh, Wish((Curve(("jazz",)),), count=41), Rules())


def test_a_curve_goes_from_genre_to_genre(collection: Collection) -> None:
    made = make_playlist(collection, Wish((Curve(("jazz", "techno")),), count=6), Rules())
    chance = [dict((g.label, g.probability) for g in t.genres)["jazz"] for t in made.tracks]
    assert chance[0] > 0.7
    assert chance[-1] < 0.3
    assert chance == sorted(chance, reverse=True)


@pytest.mark.parametrize("genres", [("jazz", "techno"), ("techno", "jazz")])
def test_a_curve_crosses_a_gap(tmp_path: Path, genres: tuple[str, str]) -> None:
    """A list that stays where tracks are dense would be smoother, but is not what was asked for."""
    with Catalog.open(tmp_path / "gap.sqlite") as catalog:
        for number in range(24):
            cluster = number % 2
            store(catalog, number, 0.97 * cluster + 0.0025 * (number // 2))
        made = make_playlist(open_collection(catalog), Wish((Curve(genres),), count=8), Rules())
        labels = [track.label for track in made.tracks]
    assert labels == [genres[0]] * 4 + [genres[1]] * 4


def test_liked_tracks_have_their_own_neighbours(tmp_path: Path) -> None:
    """Also where another corner of the collection is denser."""
    with Catalog.open(tmp_path / "gap.sqlite") as catalog:
        for number in range(12):
            store(catalog, number, 0.9 + 0.001 * number)
            store(catalog, 12 + number, 0.03 * number)
        collection = open_collection(catalog)
        liked = vectors_of(collection, [named(collection, 12)])
        goal = Liked(liked, np.zeros((0, 3), np.float32), {})
        made = make_playlist(collection, Wish((goal,), count=6), Rules())
        assert all(number >= 12 for number in numbers(made.tracks))


@pytest.mark.parametrize("minutes", [20, 45, 70])
def test_minutes(collection: Collection, minutes: int) -> None:
    wish = replace(way(collection, 0, 39, count=None), minutes=float(minutes))
    made = make_playlist(collection, wish, Rules())
    assert made.scorecard.total_s == pytest.approx(60 * minutes, rel=0.05)


def test_minutes_with_many_stops(collection: Collection) -> None:
    wish = replace(way(collection, *range(22), count=None), minutes=20.0)
    assert len(make_playlist(collection, wish, Rules()).tracks) >= 22


def test_a_list_of_the_wrong_length_is_better_than_none(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_short_ones(problem: Problem, n_found: int) -> None:
        if problem.count > 5:
            raise Infeasible("too many")

    monkeypatch.setattr(room, "check_feasible", only_short_ones)
    monkeypatch.setattr(room, "_first_count", lambda *_: 5)
    wish = replace(way(collection, 0, 39, count=None), minutes=70.0)
    assert len(make_playlist(collection, wish, Rules()).tracks) == 5
    monkeypatch.setattr(room, "_first_count", lambda *_: 6)
    with pytest.raises(Infeasible, match="too many"):
        make_playlist(collection, wish, Rules())


def test_excluded_tracks_and_their_versions_stay_out(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = {named(collection, 5).track_id: named(collection, 4).track_id}
    monkeypatch.setattr(
        room, "recordings", lambda _, ts: {t.track_id: twin.get(t.track_id, t.track_id) for t in ts}
    )
    wish = replace(way(collection, 0, 10, count=9), excluded=(named(collection, 4),))
    assert not {4, 5} & set(numbers(make_playlist(collection, wish, Rules()).tracks))
    both = make_playlist(collection, way(collection, 0, 10, count=10), Rules())
    assert len({4, 5} & set(numbers(both.tracks))) == 1
    stop = make_playlist(collection, way(collection, 0, 4, 10, count=9), Rules())
    assert 5 not in numbers(stop.tracks)
    assert 4 in numbers(stop.tracks)


def test_same_seed_same_list(collection: Collection) -> None:
    wish = Wish((Curve(("jazz",)),), count=12)
    first, again = (make_playlist(collection, wish, Rules(seed=3)) for _ in range(2))
    assert numbers(first.tracks) == numbers(again.tracks)
    assert first.scorecard == again.scorecard


def test_what_is_impossible_is_named(collection: Collection) -> None:
    with pytest.raises(Infeasible, match="artist window of 9"):
        make_playlist(collection, Wish((Curve(("jazz",)),), count=39), Rules(artist_window=9))
    with pytest.raises(Infeasible, match="3 given tracks do not fit into 2"):
        make_playlist(collection, way(collection, 0, 5, 9, count=2), Rules())
    nothing = Rules(where=parse_filter("title = nothing"))
    with pytest.raises(Infeasible, match="no track passes"):
        make_playlist(collection, Wish((Curve(("jazz",)),), count=None, minutes=9), nothing)


def test_when_no_search_can_keep_the_windows_the_card_says_so(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "check_feasible", lambda problem, n_found: None)
    rules = Rules(artist_window=9)  # there are eight artists
    made = make_playlist(collection, Wish((Curve(("jazz",)),), count=20), rules)
    assert len(made.tracks) == 20
    assert any("same artist" in each for each in made.scorecard.violations)


def test_tracks_without_embedding_are_refused(collection: Collection, catalog: Catalog) -> None:
    catalog.store("/quiet.mp3", content("q"), analysis("/quiet.mp3", (0, 0, 0)), ORIGIN)
    quiet = catalog.find("/quiet.mp3")
    assert quiet is not None
    with pytest.raises(Infeasible, match="no embedding"):
        vectors_of(collection, [quiet])
    assert vectors_of(collection, []).shape == (0, 3)
    assert np.isfinite(vectors_of(collection, [named(collection, 0)])).all()


def test_a_filter_that_few_pass_leaves_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those that the goals propose far behind others."""
    monkeypatch.setattr(room, "MAX_POOL", 10)
    monkeypatch.setattr(room, "POOL_PER_TRACK", 2)
    with Catalog.open(tmp_path / "large.sqlite") as catalog:
        for number in range(400):
            store(catalog, number, number / 399, artist=f"artist {number}")
        rules = Rules(where=parse_filter("path ~ 99.mp3"), artist_window=1)
        wish = Wish((Curve(("jazz",)),), count=4)
        pool = room.gather(open_collection(catalog), wish, rules, 4)
        assert {track.path[-7:] for track in pool} == {"/99.mp3", "199.mp3", "299.mp3", "399.mp3"}
