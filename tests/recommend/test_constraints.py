"""Versions, artists and albums in one list."""

from auricle.recommend.constraints import Chosen, Limits, album_key, artist_key

from .make import track


def taken(limits: Limits, *tracks: object, recording_of: dict[int, int] | None = None) -> list[int]:
    ids = {each.track_id: each.track_id for each in tracks}  # type: ignore[attr-defined]
    chosen = Chosen(limits, ids | (recording_of or {}))
    return [each.track_id for each in tracks if chosen.take(each)]  # type: ignore[arg-type, attr-defined]


def test_one_version_of_a_recording() -> None:
    tracks = [track(1), track(2), track(3)]
    assert taken(Limits(), *tracks, recording_of={3: 1}) == [1, 2]
    assert taken(Limits(versions=True), *tracks, recording_of={3: 1}) == [1, 2, 3]


def test_the_query_counts_as_a_version_but_not_as_an_artist() -> None:
    chosen = Chosen(Limits(per_artist=1), {1: 1, 2: 1, 3: 3})
    chosen.count(track(1, artist="a"))
    assert not chosen.take(track(2, artist="b"))
    assert chosen.take(track(3, artist="a"))


def test_at_most_so_many_of_an_artist_and_album() -> None:
    tracks = [track(n, artist=f"A{'' if n % 2 else ' '}", album="X") for n in range(1, 6)]
    assert taken(Limits(per_artist=2), *tracks) == [1, 2]
    assert taken(Limits(per_album=3), *tracks) == [1, 2, 3]
    assert taken(Limits(), *tracks) == [1, 2, 3, 4, 5]


def test_tracks_without_tags_are_not_of_one_artist() -> None:
    assert taken(Limits(per_artist=1, per_album=1), *(track(n) for n in range(5))) == [*range(5)]


def test_a_refused_track_does_not_count() -> None:
    tracks = [track(1, artist="a"), track(2, artist="a", album="X"), track(3, album="X")]
    assert taken(Limits(per_artist=1, per_album=1), *tracks) == [1, 3]


def test_keys_do_not_mind_case_and_spaces() -> None:
    assert artist_key(track(artist=" The  BAND ")) == artist_key(track(artist="the band"))
    first = track(album="Greatest Hits", tags={"albumartist": "A"})
    second = track(album="greatest hits", tags={"albumartist": "B"})
    assert album_key(first) != album_key(second)
    assert album_key(first) == album_key(track(album="GREATEST HITS", tags={"album_artist": "a"}))
    assert album_key(track()) == ""
