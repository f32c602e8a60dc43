"""Which of several copies was there first."""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module

import pytest

from auricle.intake.batch import Batch
from auricle.intake.entry import Twin
from auricle.intake.twins import find_twins
from auricle.library import Catalog
from auricle.library.identity import Group, GroupKind
from auricle.library.identity_members import Member
from auricle.library.taken_in import TakenIn

from ..library.make import add


def batch_of(catalog: Catalog, new: Sequence[str], runs: dict[str, int] | None = None) -> Batch:
    """Return a batch of files of the catalog; ``runs`` are of those that were taken in."""
    tracks = {path: track for path in new if (track := catalog.find(path))}
    rows = {
        track.track_id: TakenIn(track.track_id, run, 5, path, "ready")
        for path, run in (runs or dict.fromkeys(new, 1)).items()
        if (track := catalog.find(path))
    }
    return Batch(tracks, rows, frozenset(track.track_id for track in tracks.values()))


def group(kind: GroupKind, *paths: str) -> Group:
    return Group(kind, tuple(Member(path, 1, 60.0) for path in paths), bit_errors=0.1)


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[Group]:
    """Return the list of groups that the search will find; to be filled by the test."""
    found: list[Group] = []
    module = import_module("auricle.intake.twins")
    monkeypatch.setattr(module, "find_duplicates", lambda *_: found)
    return found


def test_what_was_there_before_is_first(catalog: Catalog, groups: list[Group]) -> None:
    for path in ("/in/new.flac", "/known/old.mp3"):
        add(catalog, path)
    groups.append(group("recording", "/in/new.flac", "/known/old.mp3"))
    assert find_twins(catalog, batch_of(catalog, ["/in/new.flac"])) == {
        "/in/new.flac": Twin("/known/old.mp3", "recording", better=True, bit_errors=0.1)
    }


def test_of_two_new_ones_the_better_is_first(catalog: Catalog, groups: list[Group]) -> None:
    for path in ("/in/a.mp3", "/in/b.flac"):
        add(catalog, path)
    groups.append(group("recording", "/in/b.flac", "/in/a.mp3"))
    assert find_twins(catalog, batch_of(catalog, ["/in/a.mp3", "/in/b.flac"])) == {
        "/in/a.mp3": Twin("/in/b.flac", "recording", bit_errors=0.1)
    }


def test_what_came_with_an_earlier_intake_is_first(catalog: Catalog, groups: list[Group]) -> None:
    for path in ("/in/a.mp3", "/in/b.flac"):
        add(catalog, path)
    groups.append(group("recording", "/in/b.flac", "/in/a.mp3"))
    batch = batch_of(catalog, ["/in/a.mp3", "/in/b.flac"], {"/in/a.mp3": 1, "/in/b.flac": 2})
    assert list(find_twins(catalog, batch)) == ["/in/b.flac"]


def test_a_version_of_a_copy_is_one_of_what_is_known(catalog: Catalog, groups: list[Group]) -> None:
    for path in ("/in/copy.flac", "/in/edit.wav", "/known/old.mp3"):
        add(catalog, path)
    groups += [
        group("recording", "/in/copy.flac", "/known/old.mp3"),
        group("version", "/in/edit.wav", "/in/copy.flac"),
    ]
    twins = find_twins(catalog, batch_of(catalog, ["/in/copy.flac", "/in/edit.wav"]))
    assert twins["/in/edit.wav"] == Twin("/known/old.mp3", "version", bit_errors=0.1)
    assert twins["/in/copy.flac"].path == "/known/old.mp3"


def test_equal_files_are_told_once(catalog: Catalog, groups: list[Group]) -> None:
    both = ("/in/a.mp3", "/in/b.mp3")
    track = replace(catalog.track(add(catalog, both[0])), paths=both)
    row = TakenIn(track.track_id, 1, 5, both[0], "ready")
    groups.append(group("bytes", *both))
    batch = Batch(dict.fromkeys(both, track), {track.track_id: row}, frozenset())
    assert find_twins(catalog, batch) == {"/in/b.mp3": Twin("/in/a.mp3", "bytes")}


def test_groups_of_other_files_are_no_matter(catalog: Catalog, groups: list[Group]) -> None:
    for path in ("/in/a.mp3", "/known/x.mp3", "/known/y.mp3"):
        add(catalog, path)
    groups.append(group("recording", "/known/x.mp3", "/known/y.mp3"))
    assert find_twins(catalog, batch_of(catalog, ["/in/a.mp3"])) == {}
