"""Duplicates of a catalog: bytes, recordings, versions."""

from typing import Any

import numpy as np
import pytest

from auricle.features.trace import VERSION
from auricle.library import Catalog, identity
from auricle.library import catalog_write as write
from auricle.library.identity import (
    NEAR_COSINE,
    Group,
    find_duplicates,
    is_copy,
    join,
    nearest_in_order,
)
from auricle.library.identity_search import Link

from .make import ORIGIN, analysis, content
from .test_identity_search import spoilt, trace, words


def put(catalog: Catalog, path: str, name: str = "", **fields: object) -> int:
    """Store a track with a trace; ``name`` is that of its content."""
    direction = fields.pop("direction", (1.0, 0.0, 0.0))
    return catalog.store(path, content(name or path), analysis(path, direction, **fields), ORIGIN)


def told(groups: list[Group]) -> list[tuple[str, list[str]]]:
    return [(group.kind, sorted(m.path for m in group.members)) for group in groups]


def test_an_empty_catalog(catalog: Catalog) -> None:
    assert find_duplicates(catalog) == []


def test_different_tracks_are_no_duplicates(catalog: Catalog) -> None:
    for seed in range(5):
        put(catalog, f"/m/{seed}.mp3", fingerprint=trace(words(seed)))
    assert find_duplicates(catalog) == []


def test_every_kind(catalog: Catalog) -> None:
    put(catalog, "/m/a.flac", fingerprint=trace(words(0)))
    put(catalog, "/m/a.mp3", fingerprint=trace(spoilt(words(0), 0.1)))
    put(catalog, "/m/long.flac", fingerprint=trace(words(0)), duration_s=300.0)
    put(catalog, "/m/b.mp3", "same", fingerprint=trace(words(1)))
    put(catalog, "/m/c.mp3", "same", fingerprint=trace(words(1)))
    put(catalog, "/m/d.mp3", fingerprint=trace(words(2)))
    groups = find_duplicates(catalog)
    assert told(groups)[0] == ("bytes", ["/m/b.mp3", "/m/c.mp3"])
    assert told(groups)[1] == ("recording", ["/m/a.flac", "/m/a.mp3"])
    assert groups[2].kind == "version"
    assert "/m/long.flac" in told(groups)[2][1]
    assert len(groups) == 3
    assert len(groups[2].members) == 2
    assert groups[1].bit_errors == pytest.approx(0.1, abs=0.02)


def test_one_is_kept_of_copies_and_all_of_versions(catalog: Catalog) -> None:
    put(catalog, "/m/a.mp3", fingerprint=trace(words(0)))
    put(catalog, "/m/b.mp3", fingerprint=trace(words(0)))
    put(catalog, "/m/edit.mp3", fingerprint=trace(words(0)), duration_s=20.0)
    recording, version = find_duplicates(catalog)
    assert [member.keep for member in recording.members] == [True, False]
    assert [member.keep for member in version.members] == [True, True]


def test_equal_files_of_a_copied_recording_are_all_members(catalog: Catalog) -> None:
    put(catalog, "/m/a.mp3", "same", fingerprint=trace(words(0)))
    put(catalog, "/m/b.mp3", "same", fingerprint=trace(words(0)))
    put(catalog, "/m/c.mp3", fingerprint=trace(words(0)))
    assert told(find_duplicates(catalog)) == [
        ("bytes", ["/m/a.mp3", "/m/b.mp3"]),
        ("recording", ["/m/a.mp3", "/m/b.mp3", "/m/c.mp3"]),
    ]


def test_near_sound_proposes_what_shares_no_word(catalog: Catalog) -> None:
    put(catalog, "/m/a.mp3", fingerprint=trace(words(0)), direction=(1.0, 0.1, 0.0))
    put(catalog, "/m/b.mp3", fingerprint=trace(spoilt(words(0), 0.22)), direction=(1.0, 0.0, 0.1))
    assert told(find_duplicates(catalog)) == [("recording", ["/m/a.mp3", "/m/b.mp3"])]


def test_far_sound_does_not(catalog: Catalog) -> None:
    put(catalog, "/m/a.mp3", fingerprint=trace(words(0)), direction=(1.0, 0.0, 0.0))
    put(catalog, "/m/b.mp3", fingerprint=trace(spoilt(words(0), 0.22)), direction=(0.0, 1.0, 0.0))
    assert find_duplicates(catalog) == []


@pytest.mark.parametrize(
    ("link", "durations_s", "expected"),
    [
        (Link(0, 1, 3.0, 20.0, 0.2), (100.0, 97.0), True),
        (Link(0, 1, 3.0, 20.0, 0.27), (100.0, 97.0), False),
        (Link(0, 1, 3.0, 20.0, 0.2), (100.0, 60.0), False),
        (Link(0, 1, 30.0, 20.0, 0.2), (100.0, 97.0), False),
    ],
)
def test_a_copy_is_as_long_as_the_other(link: Link, durations_s: tuple, expected: bool) -> None:
    assert is_copy(link, durations_s) is expected


def test_chains_become_one_group() -> None:
    links = [Link(3, 4, 0, 9, 0), Link(0, 1, 0, 9, 0), Link(1, 3, 0, 9, 0)]
    assert join(links, 6) == [0, 0, 2, 0, 0, 5]


def test_neighbours_are_sought_among_tracks_of_like_length() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(2_000, 16)).astype(np.float32)
    rows[1_500], rows[700] = rows[1_490], rows[100]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    durations_s = np.arange(2_000, dtype=np.float64)
    found = {pair for pair in nearest_in_order(rows, durations_s)}
    assert (1_490, 1_500) in found  # ten seconds longer
    assert (100, 700) not in found  # ten minutes longer
    assert all(rows[a] @ rows[b] >= NEAR_COSINE and 0 < b - a <= 15 for a, b in found)


def test_a_track_is_compared_with_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where very many are of one length, the effort must not grow with the square."""
    rows = np.ones((1_200, 4), dtype=np.float32) / 2
    durations_s = np.full(1_200, 180.0)
    pairs = set(nearest_in_order(rows, durations_s))
    assert max(b - a for a, b in pairs) > 7
    monkeypatch.setattr(identity, "MAX_LONGER", 7)
    few = set(nearest_in_order(rows, durations_s))
    assert {a for a, _ in few} == set(range(1_199))
    assert all(0 < b - a <= 7 for a, b in few)


def test_a_trace_of_an_older_version_is_not_compared(catalog: Catalog) -> None:
    older = bytes([VERSION - 1]) + trace(words(0))[1:]
    put(catalog, "/m/a.mp3", fingerprint=trace(words(0)))
    put(catalog, "/m/b.mp3", fingerprint=older)
    assert find_duplicates(catalog) == []
    put(catalog, "/m/c.mp3", fingerprint=trace(spoilt(words(0), 0.1)))
    assert told(find_duplicates(catalog)) == [("recording", ["/m/a.mp3", "/m/c.mp3"])]


def test_the_json_form(catalog: Catalog) -> None:
    put(catalog, "/m/a.mp3", fingerprint=trace(words(0)))
    put(catalog, "/m/b.mp3", fingerprint=trace(words(0)))
    row = find_duplicates(catalog)[0].to_dict()
    assert row["kind"] == "recording"
    assert {member["path"] for member in row["members"]} == {"/m/a.mp3", "/m/b.mp3"}
    assert row["overlap_s"] > 10


def test_a_track_that_goes_meanwhile_is_left_out(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when another process forgets it between two questions to the catalog."""
    one = trace(words(1))
    gone = put(catalog, "/m/a.mp3", fingerprint=one)
    put(catalog, "/m/b.mp3", fingerprint=one)
    real = identity.find_links

    def meanwhile(*arguments: Any) -> list[Link]:  # noqa: ANN401  whatever find_links takes
        with catalog.writing() as connection:
            write.drop_tracks(connection, [gone])
        return list(real(*arguments))

    assert [group.kind for group in find_duplicates(catalog)] == ["recording"]
    monkeypatch.setattr(identity, "find_links", meanwhile)
    assert find_duplicates(catalog) == []
