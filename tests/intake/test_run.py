"""The intake as a whole: once, twice, killed, on bad files, on nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from auricle.errors import CatalogBusy, RecommendError, UnknownTrack
from auricle.intake import Entry, IntakeOptions, Report, take_in
from auricle.intake.page import to_html
from auricle.library import Catalog, ScanOptions, Step, Survey, read_roots, remove_paths
from auricle.library.taken_in import decide, read_taken_in
from auricle.recommend.coldstart import Interactions, make_recommender
from auricle.recommend.collection import open_collection
from auricle.recommend.listening import items_of, recommender_folder

from ..library import hearing
from .conftest import write


def run(catalog: Catalog, folder: Path, options: IntakeOptions | None = None) -> Report:
    return take_in(catalog, [str(folder)], options)[0]


def by_name(report: Report) -> dict[str, Entry]:
    return {Path(entry.path).name: entry for entry in report.entries}


def test_every_file_gets_its_verdict(catalog: Catalog, inbox: Path, heard: list[str]) -> None:
    write(inbox, {"copy.mp3": "jazz one"})
    report = run(catalog, inbox)
    found = by_name(report)
    assert {name: entry.verdict for name, entry in found.items()} == {
        "a b.mp3": "ready",
        "bad.mp3": "failed",
        "c\nd.ogg": "ready",
        "copy.mp3": "duplicate",
    }
    assert report.n_fresh == 2
    assert found["copy.mp3"].twin is not None
    assert found["copy.mp3"].twin.path == f"{inbox}/a b.mp3"
    assert found["bad.mp3"].reason.startswith("CorruptAudio")
    assert found["a b.mp3"].taken_s is not None


def test_twice_changes_nothing_and_says_the_same(
    catalog: Catalog, inbox: Path, heard: list[str]
) -> None:
    first = run(catalog, inbox)
    rows, generation, n_heard = read_taken_in(catalog), catalog.generation, len(heard)
    second = run(catalog, inbox)
    assert [entry.to_dict() for entry in second.entries] == [
        entry.to_dict() for entry in first.entries
    ]
    assert (second.n_fresh, first.n_fresh) == (0, 2)
    assert read_taken_in(catalog) == rows
    assert catalog.generation == generation
    assert len(heard) == n_heard


def test_what_comes_later_knows_what_came_before(
    catalog: Catalog, inbox: Path, heard: list[str]
) -> None:
    assert not any(entry.nearest for entry in run(catalog, inbox).entries)
    write(inbox, {"new.mp3": "jazz oneone"})
    found = by_name(run(catalog, inbox))
    assert {match.track.path for match in found["new.mp3"].nearest} == {
        f"{inbox}/a b.mp3",
        f"{inbox}/more/c\nd.ogg",
    }
    assert found["a b.mp3"].nearest == ()


def test_low_confidence_waits_until_a_person_decides(
    catalog: Catalog, inbox: Path, heard: list[str]
) -> None:
    options = IntakeOptions(sure=0.8)
    found = by_name(run(catalog, inbox, options))
    assert found["a b.mp3"].verdict == "review"
    assert {row.verdict for row in read_taken_in(catalog).values()} == {"review"}
    decide(catalog, [(found["a b.mp3"].track, "tango")])
    again = by_name(run(catalog, inbox, options))["a b.mp3"]
    assert (again.verdict, again.label) == ("ready", "tango")
    assert "ready" in {row.verdict for row in read_taken_in(catalog).values()}


def test_an_empty_folder_and_one_that_is_not_there(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run(catalog, tmp_path / "empty").entries == ()
    with pytest.raises(UnknownTrack, match="no such file or folder"):
        run(catalog, tmp_path / "nowhere")


def test_playlists_are_read_and_their_troubles_told(
    catalog: Catalog, inbox: Path, tmp_path: Path, heard: list[str]
) -> None:
    known = write(tmp_path / "known", {f"{n}.mp3": f"jazz one {'x' * n}" for n in range(1, 6)})
    run(catalog, known)
    lists = tmp_path / "lists"
    lists.mkdir()
    with pytest.raises(RecommendError, match="no playlists"):
        run(catalog, inbox, IntakeOptions(playlists=lists))
    (lists / "all.m3u8").write_text("".join(f"../known/{n}.mp3\n" for n in range(1, 6)))
    (lists / "bad.json").write_text("[")
    report = run(catalog, inbox, IntakeOptions(playlists=lists))
    assert any("bad.json: cannot be read" in note for note in report.notes)
    fit = by_name(report)["a b.mp3"].playlists
    assert [each.name for each in fit] in (["all"], [])


def test_the_audience_comes_from_the_recommender_of_the_catalog(
    catalog: Catalog, inbox: Path, tmp_path: Path, heard: list[str]
) -> None:
    words = {f"{n}.mp3": ("jazz one" if n % 2 else "rock") + f" {'x' * n}" for n in range(8)}
    known = write(tmp_path / "known", words)
    report = run(catalog, known)
    assert any("no audience is predicted" in note for note in report.notes)
    ids = {Path(entry.path).stem: str(entry.track.track_id) for entry in report.entries}
    events = [(f"fan {n % 2}", ids[str(n)]) for n in range(8)]
    interactions = Interactions.of(*map(list, zip(*events, strict=True)))
    model = make_recommender("content").fit(interactions, items_of(open_collection(catalog)))
    model.save(recommender_folder(catalog))
    found = by_name(run(catalog, inbox))
    new = found["a b.mp3"]
    vector = open_collection(catalog).vector(new.track.track_id)
    assert vector is not None
    asked = model.audience(vector)
    assert {listener for listener, _ in asked} == {"fan 0", "fan 1"}
    wanted = [each for each in asked if each[1] > 0]
    assert len(wanted) == 1
    assert new.audience is not None
    assert [listener for listener, _ in new.audience] == [listener for listener, _ in wanted]
    assert found["bad.mp3"].audience is None


def test_a_model_that_cannot_hear_predicts_no_audience(
    catalog: Catalog, inbox: Path, heard: list[str]
) -> None:
    report = run(catalog, inbox)
    events = [("ann", str(entry.track.track_id)) for entry in report.entries]
    interactions = Interactions.of(*map(list, zip(*events, strict=True)))
    items = items_of(open_collection(catalog))
    make_recommender("popularity").fit(interactions, items).save(recommender_folder(catalog))
    again = run(catalog, inbox)
    assert any("no audience is predicted" in note for note in again.notes)
    assert all(entry.audience is None for entry in again.entries)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_in_the_middle_it_goes_on(tmp_path: Path, heard: list[str]) -> None:
    songs = write(tmp_path / "songs", {f"{n:03}.mp3": f"jazz {'x' * n}" for n in range(60)})
    place = tmp_path / "catalog.sqlite"
    command = [sys.executable, "-m", "tests.library.hearing", str(place), str(songs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        killed.stdout.readline()
        with Catalog.open(place) as catalog:
            while catalog.counts()["ready"] < 5:
                assert killed.poll() is None, "it must be killed before it is done"
        killed.send_signal(signal.SIGKILL)
    with Catalog.open(place) as catalog:
        done_before = catalog.counts()["ready"]
        report = run(catalog, songs)
        assert len(report.entries) == 60
        assert report.counts["ready"] == report.n_fresh == 60
        assert len(hearing.heard) == 60 - done_before


def test_a_file_that_moved_is_still_the_one_taken_in(
    catalog: Catalog, inbox: Path, tmp_path: Path, heard: list[str]
) -> None:
    first = by_name(run(catalog, inbox))["a b.mp3"]
    library = tmp_path / "library"
    library.mkdir()
    (inbox / "a b.mp3").rename(library / "moved.mp3")
    moved = by_name(run(catalog, library))["moved.mp3"]
    assert moved.verdict == "ready"
    assert (moved.taken_s, moved.track.track_id) == (first.taken_s, first.track.track_id)
    assert "a b.mp3" not in by_name(run(catalog, inbox))


def test_a_copy_that_comes_again_is_told_of(
    catalog: Catalog, inbox: Path, tmp_path: Path, heard: list[str]
) -> None:
    run(catalog, inbox)
    tomorrow = write(tmp_path / "a later inbox", {"again.mp3": "jazz one", "new.mp3": "folk"})
    report = run(catalog, tomorrow)
    found = by_name(report)
    assert found["again.mp3"].reason == f"the same bytes as {inbox}/a b.mp3"
    assert (found["new.mp3"].verdict, report.n_fresh) == ("ready", 1)
    track = catalog.find(str(tomorrow / "again.mp3"))
    assert track is not None
    assert track.path == str(inbox / "a b.mp3")
    assert by_name(run(catalog, inbox))["a b.mp3"].verdict == "ready"


def test_a_single_file_can_be_taken_in(catalog: Catalog, inbox: Path, heard: list[str]) -> None:
    report = take_in(catalog, [str(inbox / "a b.mp3"), str(inbox / "more")])[0]
    assert sorted(by_name(report)) == ["a b.mp3", "c\nd.ogg"]


def test_failed_files_are_tried_again_when_asked(
    catalog: Catalog, inbox: Path, heard: list[str]
) -> None:
    assert by_name(run(catalog, inbox))["bad.mp3"].verdict == "failed"
    n_heard = len(heard)
    run(catalog, inbox, IntakeOptions(ScanOptions(retry=True)))
    assert heard[n_heard:] == [f"{inbox}/bad.mp3"]
    (inbox / "bad.mp3").write_text("folk song")
    assert by_name(run(catalog, inbox))["bad.mp3"].verdict == "ready"


def test_a_recommender_of_another_catalog_is_told_of(
    catalog: Catalog, inbox: Path, tmp_path: Path, heard: list[str]
) -> None:
    with Catalog.open(tmp_path / "other.sqlite") as other:
        songs = write(tmp_path / "songs", {f"{n}.mp3": f"folk {'x' * n}" for n in range(6)})
        report = run(other, songs)
        events = [("ann", str(entry.track.track_id)) for entry in report.entries]
        interactions = Interactions.of(*map(list, zip(*events, strict=True)))
        items = items_of(open_collection(other))
        make_recommender("content").fit(interactions, items).save(tmp_path / "model")
    report = run(catalog, inbox, IntakeOptions(recommender=tmp_path / "model"))
    assert any("fitted on another catalog" in note for note in report.notes)
    assert report.counts["ready"] == 2


def test_wrong_folders_are_refused_before_anything_is_heard(
    catalog: Catalog, inbox: Path, tmp_path: Path, heard: list[str]
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecommendError, match="no playlists"):
        run(catalog, inbox, IntakeOptions(playlists=tmp_path / "empty"))
    with pytest.raises(RecommendError, match="there is no recommender"):
        run(catalog, inbox, IntakeOptions(recommender=tmp_path / "empty"))
    assert heard == []
    assert sum(catalog.counts().values()) == 0


def test_how_much_is_told(catalog: Catalog, inbox: Path, tmp_path: Path, heard: list[str]) -> None:
    run(catalog, write(tmp_path / "known", {f"{n}.mp3": f"pop {'x' * n}" for n in range(6)}))
    found = by_name(run(catalog, inbox, IntakeOptions(n_nearest=2)))
    assert len(found["a b.mp3"].nearest) == 2
    assert by_name(run(catalog, inbox, IntakeOptions(n_nearest=0)))["a b.mp3"].nearest == ()


def test_removed_tracks_are_forgotten(catalog: Catalog, inbox: Path, heard: list[str]) -> None:
    run(catalog, inbox)
    remove_paths(catalog, [str(inbox)])
    assert read_taken_in(catalog) == {}
    assert run(catalog, inbox).n_fresh == 2


def test_many_at_once_are_told_as_they_are_heard(
    catalog: Catalog, tmp_path: Path, heard: list[str]
) -> None:
    songs = write(tmp_path / "songs", {f"{n:03}.mp3": f"jazz {'x' * n}" for n in range(300)})
    steps: list[Step] = []
    plans: list[int] = []

    class Told:
        def plan(self, found: Survey) -> None:
            plans.append(len(found.tasks))

        def step(self, step: Step) -> None:
            steps.append(step)

    report, scanned = take_in(catalog, [str(songs)], progress=Told())
    assert plans == [300]
    assert [step.outcome for step in steps] == ["analysed"] * 300
    assert scanned.outcomes["analysed"] == report.counts["ready"] == 300
    assert {row.run for row in read_taken_in(catalog).values()} == {1}
    take_in(catalog, [str(songs)], progress=Told())
    assert plans == [300, 0]
    assert len(steps) == 300


def test_two_at_a_time_are_refused(
    catalog: Catalog, catalog_url: str, inbox: Path, heard: list[str]
) -> None:
    with (
        Catalog.open(catalog_url) as other,
        other.exclusive(),
        pytest.raises(CatalogBusy),
    ):
        run(catalog, inbox)
    assert heard == []
    assert run(catalog, inbox).counts["ready"] == 2


def test_no_other_intake_comes_between_the_scan_and_the_verdicts(
    catalog: Catalog, catalog_url: str, inbox: Path, heard: list[str]
) -> None:
    """Each would find the other's tracks in the catalog, and set its own aside as copies."""

    class Meanwhile:
        def plan(self, found: Survey) -> None:
            with Catalog.open(catalog_url) as other, pytest.raises(CatalogBusy):
                take_in(other, [str(inbox / "more")])

        def step(self, step: Step) -> None:
            pass

    report, _ = take_in(catalog, [str(inbox)], progress=Meanwhile())
    assert report.counts["ready"] == 2


def test_a_mistyped_folder_is_refused_before_anything_is_done(
    catalog: Catalog, inbox: Path, heard: list[str]
) -> None:
    with pytest.raises(UnknownTrack, match="there is no such file"):
        take_in(catalog, [str(inbox), str(inbox / "nosuch")])
    assert read_roots(catalog).included == ()


@pytest.mark.skipif(sys.platform != "linux", reason="bytes in names")
def test_names_that_are_no_text(catalog: Catalog, tmp_path: Path, heard: list[str]) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    songs = write(folder, {os.fsdecode(b"\xff one.mp3"): "jazz", "two \u2028 é.mp3": "rock"})
    report = run(catalog, songs)
    assert report.counts["ready"] == 2
    assert all(os.fsencode(entry.path).startswith(os.fsencode(songs)) for entry in report.entries)
    page = to_html(report)
    assert "\\udcff one" in page
    page.encode()
    assert to_html(run(catalog, songs)) == page


def test_links_and_other_things_in_the_folder(
    catalog: Catalog, inbox: Path, heard: list[str]
) -> None:
    (inbox / "nowhere.mp3").symlink_to(inbox / "gone.mp3")
    (inbox / "folder.mp3").mkdir()
    (inbox / ".hidden.mp3").write_text("pop")
    assert sorted(by_name(run(catalog, inbox))) == ["a b.mp3", "bad.mp3", "c\nd.ogg"]
