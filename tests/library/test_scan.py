"""A scan: incremental, resumable, never twice at once, and nothing is lost when it is killed."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator, Iterable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auricle.analysis import analyze
from auricle.batch import BatchOptions
from auricle.errors import BundleNotFound, CatalogBusy, UnknownTrack
from auricle.library import (
    STATES,
    Catalog,
    Origin,
    ScanOptions,
    ScanReport,
    Step,
    Survey,
    add_roots,
    scan,
)
from auricle.library.scan import LONGEST_S, TOGETHER, origin_of
from auricle.library.scan_hear import Told
from auricle.models import load_model

from ..tiny import tone
from . import hearing
from .make import ORIGIN

ROOT = Path(__file__).parents[2]
Heard = list[str]


class Ear:
    """A progress that remembers."""

    def __init__(self) -> None:
        self.plans: list[Survey] = []
        self.steps: list[Step] = []

    def plan(self, found: Survey) -> None:
        self.plans.append(found)

    def step(self, step: Step) -> None:
        self.steps.append(step)


@pytest.fixture
def collection(catalog: Catalog, music: Path, heard: Heard) -> Catalog:
    """Return a catalog whose only root is ``music``, not scanned yet."""
    add_roots(catalog, [str(music)])
    return catalog


def outcomes(report: ScanReport) -> tuple[int, int, int, int]:
    """Return how many files were analysed, recognised, failed, and unchanged."""
    found = report.outcomes
    return found["analysed"], found["recognised"], found["failed"], report.unchanged


def states(catalog: Catalog) -> dict[str, str]:
    return {os.path.basename(t.path): t.state for t in catalog.tracks(states=STATES)}


def test_first_and_second_scan(collection: Catalog, music: Path, heard: Heard) -> None:
    ear = Ear()
    report = scan(collection, progress=ear)
    assert outcomes(report) == (3, 0, 0, 0)
    assert report.complete
    assert heard == [str(music / name) for name in ("a.mp3", "more/b.ogg", "more/c.wav")]
    assert ear.steps == [Step(path, "analysed") for path in heard]
    assert [len(plan.tasks) for plan in ear.plans] == [3]
    assert states(collection) == {"a.mp3": "ready", "b.ogg": "ready", "c.wav": "ready"}
    track = collection.find(music / "a.mp3")
    assert track is not None
    assert (track.label, track.model, track.head) == ("jazz", ORIGIN.model, ORIGIN.head)
    before = collection.generation
    assert outcomes(scan(collection)) == (0, 0, 0, 3)
    assert collection.generation == before
    assert len(heard) == 3


def test_a_changed_file_is_analysed_anew(collection: Catalog, music: Path, heard: Heard) -> None:
    scan(collection)
    (music / "a.mp3").write_text("polka now")
    assert outcomes(scan(collection)) == (1, 0, 0, 2)
    track = collection.find(music / "a.mp3")
    assert track is not None
    assert track.label == "polka"
    assert sum(collection.counts().values()) == 3


def test_a_touched_file_is_not(collection: Catalog, music: Path, heard: Heard) -> None:
    scan(collection)
    os.utime(music / "a.mp3", ns=(1, 1))
    assert outcomes(scan(collection)) == (0, 1, 0, 2)
    assert outcomes(scan(collection)) == (0, 0, 0, 3)
    assert len(heard) == 3


def test_moves_are_followed(collection: Catalog, music: Path, heard: Heard) -> None:
    scan(collection)
    before = {track.track_id: track.label for track in collection.tracks()}
    os.rename(music / "more", music / "renamed")
    os.rename(music / "a.mp3", music / "renamed" / "z.mp3")
    report = scan(collection)
    assert (outcomes(report), report.gone) == ((0, 3, 0, 0), 0)
    assert {track.track_id: track.label for track in collection.tracks()} == before
    assert all("renamed" in path for track in collection.tracks() for path in track.paths)
    assert len(heard) == 3


def test_files_that_take_each_other_s_names(collection: Catalog, music: Path, heard: Heard) -> None:
    """As when an album is numbered anew: 1 becomes 2, 2 becomes 3, and 1 is something else."""
    scan(collection)
    os.rename(music / "more" / "b.ogg", music / "more" / "d.ogg")
    os.rename(music / "a.mp3", music / "more" / "b.ogg")
    (music / "a.mp3").write_text("polka")
    assert outcomes(scan(collection)) == (1, 2, 0, 1)
    labels = {os.path.basename(t.path): t.label for t in collection.tracks(states=STATES)}
    assert labels == {"a.mp3": "polka", "b.ogg": "jazz", "c.wav": "folk", "d.ogg": "rock"}


def test_copies_are_one_track(collection: Catalog, music: Path, heard: Heard) -> None:
    shutil.copy(music / "a.mp3", music / "a2.mp3")
    assert outcomes(scan(collection)) == (3, 1, 0, 0)
    shutil.copy(music / "a.mp3", music / "a3.mp3")
    assert outcomes(scan(collection)) == (0, 1, 0, 4)
    track = collection.find(music / "a3.mp3")
    assert track is not None
    assert [os.path.basename(path) for path in track.paths] == ["a.mp3", "a2.mp3", "a3.mp3"]
    (music / "a.mp3").unlink()
    report = scan(collection)
    assert (report.gone, collection.counts()["missing"]) == (1, 0)
    assert len(heard) == 3


def test_copies_that_are_under_way_together_are_heard_once(
    collection: Catalog, music: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ahead(sources: Iterable[str], options: BatchOptions) -> Generator[Told, None, None]:
        yield from hearing.hear(list(sources), options)

    monkeypatch.setattr(import_module("auricle.library.scan"), "hear_many", ahead)
    shutil.copy(music / "a.mp3", music / "z.mp3")
    (music / "bad.mp3").write_text("bad")
    shutil.copy(music / "bad.mp3", music / "bad2.mp3")
    ear = Ear()
    assert outcomes(scan(collection, progress=ear)) == (3, 2, 1, 0)
    assert len(heard) == 4
    assert len({step.path for step in ear.steps}) == 6
    assert collection.counts() == {"ready": 3, "failed": 1, "pending": 0, "missing": 0}


def test_missing_tracks_are_kept(collection: Catalog, music: Path, heard: Heard) -> None:
    scan(collection)
    shutil.move(music / "a.mp3", music.parent / "a.mp3")
    assert scan(collection).gone == 1
    assert states(collection) == {"a.mp3": "missing", "b.ogg": "ready", "c.wav": "ready"}
    assert scan(collection).gone == 0
    shutil.move(music.parent / "a.mp3", music / "a.mp3")
    report = scan(collection)
    assert (outcomes(report), report.back) == ((0, 0, 0, 3), 1)
    assert collection.counts()["ready"] == 3
    assert len(heard) == 3


def test_failed_files_are_tried_again_when_changed_or_asked(
    collection: Catalog, music: Path, heard: Heard
) -> None:
    (music / "a.mp3").write_text("bad")
    ear = Ear()
    report = scan(collection, progress=ear)
    assert outcomes(report) == (2, 0, 1, 0)
    assert not report.complete
    error = f"CorruptAudio: {music / 'a.mp3'}: damaged"
    assert ear.steps[0] == Step(str(music / "a.mp3"), "failed", error)
    (failed,) = collection.tracks(states=("failed",))
    assert failed.error == error
    assert outcomes(scan(collection)) == (0, 0, 0, 3)
    assert outcomes(scan(collection, ScanOptions(retry=True))) == (0, 0, 1, 2)
    (music / "a.mp3").write_text("good now")
    assert outcomes(scan(collection)) == (1, 0, 0, 2)
    assert states(collection)["a.mp3"] == "ready"
    assert heard.count(str(music / "a.mp3")) == 3


def test_a_file_that_cannot_be_read_fails(
    collection: Catalog, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = import_module("auricle.library.scan_read")
    real = reader.hash_file

    def refuse(path: str) -> str:
        if path.endswith("a.mp3"):
            raise PermissionError(13, "Permission denied")
        return str(real(path))

    monkeypatch.setattr(reader, "hash_file", refuse)
    assert outcomes(scan(collection)) == (2, 0, 1, 0)
    (failed,) = collection.tracks(states=("failed",))
    assert failed.error == f"UnreadableFile: {music / 'a.mp3'}: Permission denied"
    assert failed.content_hash == ""


class Unplugged(Ear):
    """Takes the drive away once it is known what there is to do."""

    def __init__(self, drive: Path) -> None:
        super().__init__()
        self._drive = drive

    def plan(self, found: Survey) -> None:
        super().plan(found)
        self._drive.rename(self._drive.with_name("away"))


def test_a_drive_that_goes_away_costs_nothing(
    collection: Catalog, music: Path, heard: Heard
) -> None:
    report = scan(collection, progress=Unplugged(music))
    assert report.outcomes["changing"] == 3
    assert collection.counts()["failed"] == 0
    (music.with_name("away")).rename(music)
    assert outcomes(scan(collection)) == (3, 0, 0, 0)


def test_nor_does_it_while_all_is_heard_again(
    collection: Catalog, music: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(collection)
    other = replace(ORIGIN, head="another")
    monkeypatch.setattr(import_module("auricle.library.scan"), "origin_of", lambda _: other)
    report = scan(collection, ScanOptions(reanalyze=True), Unplugged(music))
    assert report.outcomes["changing"] == 3
    assert len(collection.vectors()[0]) == 3


def test_what_was_heard_is_kept_when_it_cannot_be_read_again(
    collection: Catalog, music: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> str:
        raise PermissionError(13, "Permission denied")

    scan(collection)
    other = replace(ORIGIN, head="another")
    monkeypatch.setattr(import_module("auricle.library.scan"), "origin_of", lambda _: other)
    monkeypatch.setattr(import_module("auricle.library.scan_read"), "hash_file", refuse)
    assert outcomes(scan(collection, ScanOptions(reanalyze=True))) == (0, 0, 3, 0)
    assert collection.counts() == {"ready": 3, "failed": 0, "pending": 0, "missing": 0}


def test_a_file_that_changes_meanwhile_is_left_to_the_next_scan(
    collection: Catalog, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(music / "a.mp3", music / "copy.mp3")

    def touchy(sources: Iterable[str], options: BatchOptions) -> Generator[Told, None, None]:
        for result in hearing.hear(list(sources), options):
            if result[0].path.endswith("a.mp3"):
                (music / "a.mp3").write_text("polka")
            yield result

    module = import_module("auricle.library.scan")
    monkeypatch.setattr(module, "hear_many", touchy)
    report = scan(collection)
    assert report.outcomes == {"analysed": 2, "failed": 0, "recognised": 0, "changing": 2}
    assert states(collection)["a.mp3"] == "pending"
    monkeypatch.setattr(module, "hear_many", hearing.hear)
    assert outcomes(scan(collection)) == (2, 0, 0, 2)


def test_another_model_analyses_again_only_on_request(
    collection: Catalog, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(collection)
    module = import_module("auricle.library.scan")
    monkeypatch.setattr(module, "origin_of", lambda _: Origin(ORIGIN.model, "new head"))
    assert outcomes(scan(collection)) == (0, 0, 0, 3)
    track_ids = collection.vectors()[0].tolist()
    assert outcomes(scan(collection, ScanOptions(reanalyze=True))) == (3, 0, 0, 0)
    assert {track.head for track in collection.tracks()} == {"new head"}
    assert collection.vectors()[0].tolist() == track_ids
    assert outcomes(scan(collection, ScanOptions(reanalyze=True))) == (0, 0, 0, 3)
    assert len(heard) == 6


def test_copies_are_analysed_again_once(
    collection: Catalog, music: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(music / "a.mp3", music / "z.mp3")
    scan(collection)
    module = import_module("auricle.library.scan")
    monkeypatch.setattr(module, "origin_of", lambda _: Origin(ORIGIN.model, "new head"))
    scan(collection, ScanOptions(reanalyze=True))
    assert len(heard) == 6


def test_only_a_part(collection: Catalog, music: Path, heard: Heard) -> None:
    scan(collection, ScanOptions(scopes=[str(music / "more")]))
    assert [os.path.basename(path) for path in heard] == ["b.ogg", "c.wav"]
    with pytest.raises(UnknownTrack):
        scan(collection, ScanOptions(scopes=[str(music.parent)]))


def test_two_scans_at_once_are_refused(collection: Catalog, catalog_url: str, heard: Heard) -> None:
    with (
        Catalog.open(catalog_url) as other,
        other.exclusive(),
        pytest.raises(CatalogBusy, match="another process"),
    ):
        scan(collection)
    assert heard == []
    assert outcomes(scan(collection)) == (3, 0, 0, 0)


def test_an_interrupt_keeps_what_is_done(
    collection: Catalog, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupting(Ear):
        def step(self, step: Step) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(collection, progress=Interrupting())
    assert collection.counts() == {"ready": 1, "failed": 0, "pending": 2, "missing": 0}
    assert outcomes(scan(collection)) == (2, 0, 0, 1)
    assert len(heard) == 3


def test_quick_files_are_written_together_and_an_interrupt_keeps_them(
    collection: Catalog, music: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2 * TOGETHER):
        (music / f"d{number:02d}.mp3").write_text(f"jazz {number}")
    monkeypatch.setattr(import_module("auricle.library.scan"), "TOGETHER_S", 1e9)
    ready: list[int] = []

    class Interrupting(Ear):
        def step(self, step: Step) -> None:
            super().step(step)
            ready.append(collection.counts()["ready"])
            if len(self.steps) == TOGETHER:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(collection, progress=Interrupting())
    assert ready == [TOGETHER] * TOGETHER, "no step before the catalog has it"
    assert collection.counts()["ready"] == len(heard) >= TOGETHER
    scan(collection)
    assert len(heard) == len(set(heard)) == 2 * TOGETHER + 3


def test_results_that_are_held_when_hearing_ends_are_written(
    collection: Catalog, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(sources: Iterable[str], options: BatchOptions) -> Generator[Told, None, None]:
        yield from hearing.hear(sources, options)
        raise BundleNotFound("gone")

    module = import_module("auricle.library.scan")
    monkeypatch.setattr(module, "hear_many", ends)
    monkeypatch.setattr(module, "TOGETHER_S", 1e9)
    with pytest.raises(BundleNotFound):
        scan(collection)
    assert collection.counts()["ready"] == 3


def test_without_a_model_there_is_nothing_to_hear_with(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music)])
    with pytest.raises(BundleNotFound):
        scan(catalog, ScanOptions(BatchOptions(model="nowhere")))
    (music / "a.mp3").unlink()
    shutil.rmtree(music / "more")
    assert scan(catalog, ScanOptions(BatchOptions(model="nowhere"))).gone == 3


def test_origin(tiny_bundle: Path, tmp_path: Path) -> None:
    shipped = origin_of(BatchOptions("tiny", profile="fast"))
    model = load_model("tiny")
    assert (shipped.model, shipped.profile) == (model.id, "fast")
    model.heads["genre"].save(tmp_path / "own.head")
    own = origin_of(BatchOptions("tiny", head=str(tmp_path / "own.head")))
    assert own.model == shipped.model
    assert own.head != shipped.head
    assert len(own.head) == 12
    with pytest.raises(BundleNotFound, match=r"no\.head: No such file"):
        origin_of(BatchOptions("tiny", head=str(tmp_path / "no.head")))


def test_files_are_never_analysed_in_this_process(
    collection: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[BatchOptions] = []

    def spy(sources: Iterable[str], options: BatchOptions) -> Generator[Told, None, None]:
        seen.append(options)
        yield from hearing.hear(sources, options)

    monkeypatch.setattr(import_module("auricle.library.scan"), "hear_many", spy)
    scan(collection, ScanOptions(BatchOptions(jobs=1)))
    assert [(options.jobs, options.timeout_s) for options in seen] == [(1, LONGEST_S)]


def test_real_sound_in_real_workers(tiny_bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "music"
    folder.mkdir()
    for name, hz in {"low": 220, "high": 5_000}.items():
        soundfile.write(folder / f"{name}.wav", tone(hz), 16_000)
    soundfile.write(folder / "silent.wav", np.zeros(16_000), 16_000)
    (folder / "bad.mp3").write_text("no sound")
    with Catalog.open(tmp_path / "x.sqlite") as catalog:
        add_roots(catalog, [str(folder)])
        assert outcomes(scan(catalog, ScanOptions(BatchOptions("tiny", jobs=2)))) == (3, 0, 1, 0)
        labels = {os.path.basename(t.path): t.label for t in catalog.tracks()}
        assert labels == {"low.wav": "low", "high.wav": "high", "silent.wav": "unknown"}
        track_ids, rows = catalog.vectors()
        assert rows.shape == (2, 8)
        expected = analyze(catalog.track(int(track_ids[0])).path, load_model("tiny"))
        np.testing.assert_allclose(rows[0], expected.embedding, atol=1e-3)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_killed_at_any_instant_nothing_is_lost(tmp_path: Path, heard: Heard) -> None:
    folder = tmp_path / "music"
    for number in range(100):
        path = folder / f"{number // 25}" / f"{number}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{'bad' if number % 10 == 7 else 'genre'} {number // 2 * 2}")
    random.seed(3)
    ready: list[int] = []
    disturbed = tmp_path / "disturbed.sqlite"
    for _ in range(4):
        start_and_kill(disturbed, folder, after_s=random.uniform(0.0, 0.25))
        ready.append(checked(disturbed))
    assert ready == sorted(ready), "what was analysed once stays"
    with Catalog.open(disturbed) as catalog, Catalog.open(tmp_path / "calm.sqlite") as calm:
        add_roots(calm, [str(folder)])
        scan(catalog)
        scan(calm)
        assert hearing.content_of(catalog) == hearing.content_of(calm)
        assert catalog.counts() == calm.counts()
        assert catalog.counts()["pending"] == 0


def start_and_kill(catalog: Path, folder: Path, *, after_s: float) -> None:
    """Run a scan in a process of its own and kill it some time after it has begun."""
    command = [sys.executable, "-m", "tests.library.hearing", str(catalog), str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"go\n"
        time.sleep(after_s)
        process.kill()


def checked(catalog: Path) -> int:
    """Check that a catalog is whole and return how many tracks are ready."""
    with sqlite3.connect(catalog) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        half = (
            "SELECT count(*) FROM tracks t LEFT JOIN vectors v USING (track_id) "
            "WHERE (t.state = 'ready') <> (v.track_id IS NOT NULL)"
        )
        assert database.execute(half).fetchone() == (0,)
        count = database.execute("SELECT count(*) FROM tracks WHERE state = 'ready'").fetchone()
    database.close()
    return int(count[0])
