"""A watched collection follows the disk within seconds."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from auricle.errors import CatalogBusy, UnknownTrack
from auricle.library import Catalog, ScanOptions, ScanReport, add_roots
from auricle.library import watch as watch_module
from auricle.library.roots import Roots
from auricle.library.watch import MANY, is_interesting, scopes_of, watch

ROOTS = Roots(("/m", "/file.mp3"), frozenset({"/m/no"}))
SECONDS = 20.0
"""How long a test waits for what takes one: the machine may be busy."""


@pytest.mark.parametrize(
    ("changed", "scopes"),
    [
        ([], []),
        (["/m/a.mp3"], ["/m/a.mp3"]),
        (["/m/b/c/d.mp3", "/m/b", "/m/b!", "/m/a.mp3"], ["/m/a.mp3", "/m/b", "/m/b!"]),
        (["/m/no/a.mp3"], None),
        (["/m/no/a.mp3", "/m/a.mp3"], ["/m/a.mp3"]),
        (["/private/m/a.mp3"], []),
        ([f"/m/{number}" for number in range(MANY + 1)], []),
    ],
)
def test_scopes_of_changes(changed: list[str], scopes: list[str] | None) -> None:
    found = scopes_of(changed, ROOTS)
    assert found == scopes if scopes is None else sorted(found or []) == sorted(scopes)


def test_what_is_interesting(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / "odd").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / ".config").mkdir()
    roots = Roots((str(tmp_path), str(tmp_path / "odd")), frozenset())
    for name in ("a.mp3", "gone/a.OGG", "folder", "gone", "odd"):
        assert is_interesting(str(tmp_path / name), roots), name
    for name in ("notes.txt", ".a.mp3", ".config", ".config/a.mp3", "folder/.x/a.mp3"):
        assert not is_interesting(str(tmp_path / name), roots), name


@pytest.fixture
def collection(catalog: Catalog, music: Path, heard: list[str]) -> Catalog:
    """Return a catalog whose only root is ``music``."""
    add_roots(catalog, [str(music)])
    return catalog


class Watched:
    """A watch in a thread of its own, and the reports that it has given."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog, self.stop = catalog, Event()
        self.reports: list[ScanReport] = []
        self.thread = Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        with closing(watch(self.catalog, ScanOptions(), None, self.stop)) as reports:
            for report in reports:
                self.reports.append(report)

    def wait_for(self, paths: set[str]) -> bool:
        """Wait until these are the files of ready tracks; True, or the test has failed."""
        end = time.monotonic() + SECONDS
        found: set[str] = set()
        while time.monotonic() < end:
            found = {path for track in self.catalog.tracks() for path in track.paths}
            if found == paths:
                return True
            time.sleep(0.05)
        pytest.fail(f"{sorted(found)} is not {sorted(paths)} after {SECONDS} s")

    def end(self) -> None:
        self.stop.set()
        self.thread.join(SECONDS)


@pytest.fixture
def watched(collection: Catalog) -> Iterator[Watched]:
    """Return a watch that has done its first scan."""
    running = Watched(collection)
    end = time.monotonic() + SECONDS
    while not running.reports and time.monotonic() < end:
        time.sleep(0.02)
    yield running
    running.end()


def test_changes_are_picked_up(watched: Watched, music: Path, heard: list[str]) -> None:
    a, b, c = (str(music / name) for name in ("a.mp3", "more/b.ogg", "more/c.wav"))
    watched.wait_for({a, b, c})
    new = music / "new folder" / "n.mp3"
    new.parent.mkdir()
    new.write_text("polka")
    watched.wait_for({a, b, c, str(new)})
    os.rename(music / "more", music / "moved")
    b, c = (str(music / name) for name in ("moved/b.ogg", "moved/c.wav"))
    watched.wait_for({a, b, c, str(new)})
    os.unlink(a)
    watched.wait_for({b, c, str(new)})
    assert len(heard) == 4
    assert watched.catalog.counts()["missing"] == 1


def test_roots_that_are_added_meanwhile(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "ROOTS_EVERY_S", 0.1)
    before = {path for track in watched.catalog.tracks() for path in track.paths}
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.mp3").write_text("polka")
    add_roots(watched.catalog, [str(tmp_path / "other")])
    assert watched.wait_for(before | {str(tmp_path / "other" / "x.mp3")})


def test_a_root_that_is_made_anew(
    watched: Watched, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "ROOTS_EVERY_S", 0.1)
    music.rename(music.with_name("away"))  # a drive
    time.sleep(0.5)
    assert watched.thread.is_alive()
    music.mkdir()
    (music / "y.mp3").write_text("waltz")
    assert watched.wait_for({str(music / "y.mp3")})
    (music / "z.mp3").write_text("polka")
    assert watched.wait_for({str(music / "y.mp3"), str(music / "z.mp3")})


def test_a_root_that_is_made_anew_at_once(watched: Watched, music: Path) -> None:
    """On many file systems it then has the number that it had before."""
    shutil.rmtree(music)
    music.mkdir()
    time.sleep(1.5)
    (music / "y.mp3").write_text("waltz")
    assert watched.wait_for({str(music / "y.mp3")})


def test_music_beside_a_catalog_of_a_like_name(tmp_path: Path, heard: list[str]) -> None:
    folder = tmp_path / "music-files"
    folder.mkdir()
    with Catalog.open(tmp_path / "music") as catalog:
        add_roots(catalog, [str(folder)])
        running = Watched(catalog)
        (folder / "x.mp3").write_text("polka")
        running.wait_for({str(folder / "x.mp3")})
        (folder / "y.mp3").write_text("waltz")
        assert running.wait_for({str(folder / "x.mp3"), str(folder / "y.mp3")})
        running.end()


def test_nothing_happens_when_nothing_changes(watched: Watched, music: Path) -> None:
    (music / "notes.txt").write_text("no sound")
    shutil.copy(music / "notes.txt", music / ".hidden.mp3")
    time.sleep(1.2)
    assert len(watched.reports) == 1


def test_a_watch_ends_when_it_is_told_to(watched: Watched) -> None:
    watched.end()
    assert not watched.thread.is_alive()


def test_another_scan_is_waited_for(
    collection: Catalog, catalog_url: str, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "_RETRY_S", 0.01)
    locked = Event()

    def hold() -> None:
        with Catalog.open(catalog_url) as other, other.exclusive():
            locked.set()
            time.sleep(0.3)

    holder = Thread(target=hold)
    holder.start()
    assert locked.wait(SECONDS)
    with closing(watch(collection)) as reports:
        assert next(reports).outcomes["analysed"] == 3
    holder.join()


def test_a_watch_that_waits_for_another_scan_can_be_ended(
    collection: Catalog, catalog_url: str
) -> None:
    stop = Event()
    stop.set()
    with Catalog.open(catalog_url) as other, other.exclusive(), pytest.raises(CatalogBusy):
        watch_module._patiently(collection, ScanOptions(), None, stop)


def test_nothing_to_watch(catalog: Catalog) -> None:
    with pytest.raises(UnknownTrack, match="nothing to watch"):
        next(watch(catalog))
