"""The queue, decisions, and the way to ``teach``."""

import csv
from pathlib import Path

import pytest

from auricle.errors import UnknownTrack
from auricle.evaluate.manifest import read_manifest
from auricle.intake.review import COLUMNS, accept, correct, export, find, near_labels, queue
from auricle.library import Catalog
from auricle.library.taken_in import TakenIn, read_decisions, write_taken_in

from ..library.make import add


@pytest.fixture
def waiting(catalog: Catalog) -> list[int]:
    """Return three tracks, of which the first two wait, the later one first by name."""
    paths = ("/in/z.mp3", "/in/a \n.mp3", "/in/sure.mp3")
    track_ids = [add(catalog, path, artist="The  Artist") for path in paths]
    verdicts = ("review", "review", "ready")
    rows = [
        TakenIn(track_id, run, 100 + run, path, verdict)
        for track_id, run, path, verdict in zip(track_ids, (1, 2, 2), paths, verdicts, strict=True)
    ]
    write_taken_in(catalog, rows)
    return track_ids


def test_the_oldest_waits_first(catalog: Catalog, waiting: list[int]) -> None:
    found = queue(catalog)
    assert [each.track.track_id for each in found] == waiting[:2]
    assert found[0].to_dict() == {
        "path": "/in/z.mp3",
        "track_id": waiting[0],
        "taken_in": "1970-01-01T00:01:41Z",
        "genres": [
            {"label": "jazz", "probability": 0.75},
            {"label": "rock", "probability": 0.25},
        ],
        "artist": "The  Artist",
        "title": "",
        "duration_s": 61.5,
        "label": None,
    }


def test_what_is_decided_waits_no_more(catalog: Catalog, waiting: list[int]) -> None:
    (accepted,) = accept(catalog, [find(catalog, "/in/z.mp3")])
    assert accepted.decision is not None
    assert accepted.decision.accepted
    assert accepted.to_dict()["label"] == "jazz"
    (corrected,) = correct(catalog, [(find(catalog, str(waiting[1])), "tango")])
    assert corrected.taken_s == 102
    assert queue(catalog) == []
    assert {each.label for each in read_decisions(catalog).values()} == {"jazz", "tango"}


def test_any_track_of_the_catalog_can_be_corrected(catalog: Catalog) -> None:
    add(catalog, "/elsewhere.mp3")
    (made,) = correct(catalog, [(find(catalog, "/elsewhere.mp3"), "tango")])
    assert made.to_dict()["taken_in"] is None


def test_names_that_lead_nowhere(catalog: Catalog, waiting: list[int]) -> None:
    with pytest.raises(UnknownTrack, match="intake review lists the queue"):
        find(catalog, "nowhere.mp3")
    with pytest.raises(UnknownTrack, match="no track 999"):
        find(catalog, "999")
    catalog.mark_failed("/in/bad.mp3", catalog_content(), "CorruptAudio: damaged")
    with pytest.raises(UnknownTrack, match="CorruptAudio"):
        find(catalog, "/in/bad.mp3")


def catalog_content() -> object:
    from ..library.make import content

    return content("bad")


def test_a_slip_is_noticed(catalog: Catalog, waiting: list[int]) -> None:
    track = find(catalog, "/in/z.mp3")
    assert near_labels(catalog, "jaz", track) == ["jazz"]
    assert near_labels(catalog, "jazz", track) == []
    assert near_labels(catalog, "tango", track) == []
    correct(catalog, [(track, "tango")])
    assert near_labels(catalog, "tang", track) == ["tango"]
    correct(catalog, [(track, "folk/world")])
    assert near_labels(catalog, "folk", track) == ["folk/world"]
    assert near_labels(catalog, "world", track) == ["folk/world"]
    assert near_labels(catalog, "wor", track) == []


def test_an_export_is_a_manifest(catalog: Catalog, waiting: list[int], tmp_path: Path) -> None:
    odd = add(catalog, "/in/ends with a blank ")
    labels = ["tango", "fado", "polka", "lost"]
    tracks = [catalog.track(track_id) for track_id in (*waiting, odd)]
    correct(catalog, list(zip(tracks, labels, strict=True)))
    target = tmp_path / "mine.csv"
    assert export(catalog, target) == (3, ["/in/ends with a blank "])
    found = {track.path: track for track in read_manifest(target)}
    assert {path: track.label for path, track in found.items()} == {
        "/in/z.mp3": "tango",
        "/in/a \n.mp3": "fado",
        "/in/sure.mp3": "polka",
    }
    assert {track.artist_id for track in found.values()} == {"the artist"}
    with open(target, newline="") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS
    assert sorted(tmp_path.glob("*mine*")) == [target]


def test_an_export_of_nothing_has_a_header(catalog: Catalog, tmp_path: Path) -> None:
    assert export(catalog, tmp_path / "none.csv") == (0, [])
    assert (tmp_path / "none.csv").read_text().startswith("path,label")
