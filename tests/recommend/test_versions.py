"""Versions of a recording among a few tracks, by links that are given."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import soundfile

from auricle.library import Catalog, Track
from auricle.library.identity_search import Link
from auricle.recommend import versions
from auricle.recommend.collection import Collection, open_collection
from auricle.recommend.versions import known_as, recordings

from ..features.test_trace import RATE, melody
from ..library.make import ORIGIN, analysis, content
from ..library.test_identity_search import trace, words
from .conftest import direction, store
from .make import track


def test_linked_tracks_are_one_recording(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [Link(0, 2, 0.0, 20.0, 0.1), Link(2, 3, 0.0, 20.0, 0.1)]
    monkeypatch.setattr(versions, "find_links", lambda traces: links)
    tracks = [track(n, fingerprint=trace(words(n))) for n in (4, 5, 3, 9)]
    assert recordings(collection, tracks) == {4: 4, 5: 5, 3: 4, 9: 4}


def test_tracks_without_a_trace_are_their_own(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    monkeypatch.setattr(versions, "find_links", lambda traces: seen.extend(traces) or [])
    whole = [trace(words(n)) for n in (2, 3)]
    tracks = [track(91), track(92, fingerprint=whole[0]), track(93, fingerprint=whole[1])]
    assert recordings(collection, [*tracks, tracks[1]]) == {91: 91, 92: 92, 93: 93}
    assert seen == whole
    assert recordings(collection, []) == {}


def on_disk(catalog: Catalog, folder: Path, name: str, share: float, *, lost_s: int = 0) -> int:
    """Store a track of one recording, without a trace, that sounds like a place on the circle."""
    sound = melody(duration_s=40.0)[lost_s * RATE :]
    path = str(folder / name)
    soundfile.write(path, sound, RATE)
    heard = analysis(path, direction(share), duration_s=sound.size / RATE)
    return catalog.store(path, content(path), heard, ORIGIN)


def asked(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> tuple[Collection, list[int]]:
    """Return the collection of a catalog, and where it is noted whose traces are taken."""
    taken: list[int] = []
    real = versions.take_traces

    def take(catalog: Catalog, track_ids: Sequence[int]) -> dict[int, bytes]:
        taken.extend(track_ids)
        return real(catalog, track_ids)

    monkeypatch.setattr(versions, "take_traces", take)
    return open_collection(catalog), taken


def known(catalog: Catalog) -> list[Track]:
    return list(catalog.tracks())


def test_traces_of_what_sounds_alike_are_taken(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = on_disk(catalog, tmp_path, "a.flac", 0.5)
    two = on_disk(catalog, tmp_path, "b.wav", 0.52, lost_s=2)
    far = on_disk(catalog, tmp_path, "c.wav", 1.0, lost_s=1)
    collection, taken = asked(catalog, monkeypatch)
    found = recordings(collection, [t for t in known(catalog) if t.track_id in (one, two, far)])
    assert (found[two], found[far]) == (one, far)
    assert sorted(taken) == [one, two]
    assert catalog.track(one).fingerprint
    assert not catalog.track(far).fingerprint


def test_another_length_is_no_copy(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = on_disk(catalog, tmp_path, "a.flac", 0.5)
    two = on_disk(catalog, tmp_path, "b.flac", 0.5, lost_s=20)
    collection, taken = asked(catalog, monkeypatch)
    recordings(collection, [t for t in known(catalog) if t.track_id in (one, two)])
    assert taken == []


def test_only_the_first_of_many_are_asked(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        store(catalog, 90 + number, 0.5)
    collection, taken = asked(catalog, monkeypatch)
    alike = [track for track in known(catalog) if track.path >= "/music/90"]
    monkeypatch.setattr(versions, "MAX_ASKED", 2)
    found = recordings(collection, alike)
    assert found == {each.track_id: each.track_id for each in alike}  # their files are not there
    assert taken == [each.track_id for each in alike[:2]]


def test_a_copy_from_elsewhere_is_known(catalog: Catalog, tmp_path: Path) -> None:
    kept = on_disk(catalog, tmp_path, "kept.wav", 0.5)
    on_disk(catalog, tmp_path, "short.wav", 0.5, lost_s=20)
    fresh = open_collection(catalog)
    copy = tmp_path / "copy.flac"
    soundfile.write(copy, melody(duration_s=40.0), RATE)
    found = known_as(fresh, analysis(str(copy), direction(0.5), duration_s=40.0))
    assert found is not None
    assert found.track_id == kept


@pytest.mark.parametrize(("share", "duration_s"), [(0.0, 40.0), (0.5, 90.0)])
def test_what_sounds_otherwise_or_is_longer_is_not_known(
    catalog: Catalog, tmp_path: Path, share: float, duration_s: float
) -> None:
    on_disk(catalog, tmp_path, "kept.wav", 0.5)
    heard = analysis(str(tmp_path / "kept.wav"), direction(share), duration_s=duration_s)
    assert known_as(open_collection(catalog), heard) is None


def test_a_file_that_is_gone_by_then_is_not_known(catalog: Catalog, tmp_path: Path) -> None:
    on_disk(catalog, tmp_path, "kept.wav", 0.5)
    gone = analysis(str(tmp_path / "gone.wav"), direction(0.5), duration_s=40.0)
    assert known_as(open_collection(catalog), gone) is None


def test_among_nothing_but_silence_no_file_is_known(tmp_path: Path) -> None:
    with Catalog.open(tmp_path / "silent.sqlite") as silent:
        silent.store("/quiet.mp3", content("q"), analysis("/quiet.mp3", (0, 0, 0)), ORIGIN)
        assert known_as(open_collection(silent), analysis("/new.mp3")) is None
