"""Versions of a recording among a few tracks, by links that are given."""

import pytest

from auricle.library.identity_search import Link
from auricle.recommend import versions
from auricle.recommend.versions import recordings

from .make import track


def test_linked_tracks_are_one_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    links = [Link(0, 2, 0.0, 20.0, 0.1), Link(2, 3, 0.0, 20.0, 0.1)]
    monkeypatch.setattr(versions, "find_links", lambda traces: links)
    tracks = [track(n, fingerprint=b"x") for n in (4, 5, 3, 9)]
    assert recordings(tracks) == {4: 3, 5: 5, 3: 3, 9: 3}


def test_tracks_without_a_trace_are_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    monkeypatch.setattr(versions, "find_links", lambda traces: seen.extend(traces) or [])
    tracks = [track(1), track(2, fingerprint=b"x"), track(3, fingerprint=b"y")]
    assert recordings([*tracks, tracks[1]]) == {1: 1, 2: 2, 3: 3}
    assert seen == [b"x", b"y"]
    assert recordings([]) == {}
