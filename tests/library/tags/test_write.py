"""Write and take back: the file's own values return, and its sound never changes."""

import os
from pathlib import Path

import pytest

from auricle.audio import read_tags
from auricle.errors import TagError
from auricle.library.tags import Journal, TagChange, TagOptions, plan, undo, write
from auricle.library.tags.containers import open_tags

from .files import KINDS, give_genre, make, sound_of
from .test_plan import Said

OPTIONS = TagOptions(overwrite=True)


def tag(path: Path, *, keep_mtime: bool = False) -> tuple[str, Path]:
    """Plan and write one file; return the warning and the journal."""
    with Journal() as journal:
        change = plan(str(path), Said(), OPTIONS)
        return write(change, journal, keep_mtime=keep_mtime), journal.path


@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back(tmp_path: Path, kind: str) -> None:
    path = make(tmp_path, kind)
    sound, before = sound_of(path), open_tags(str(path)).read()
    _, journal = tag(path)
    assert read_tags(path)["genre"].startswith("jazz")
    assert sound_of(path) == sound
    assert [done.reason for done in undo(journal)] == [""]
    assert open_tags(str(path)).read() == before
    assert sound_of(path) == sound


def test_former_genres_return(tmp_path: Path) -> None:
    path = give_genre(make(tmp_path, "mp3"), "Pop", "Rock")
    _, journal = tag(path)
    assert open_tags(str(path)).read()["genre"] == ("jazz", "bebop", "swing")
    list(undo(journal))
    assert open_tags(str(path)).read()["genre"] == ("Pop", "Rock")


def test_a_second_run_has_nothing_to_do(tmp_path: Path) -> None:
    path = make(tmp_path, "mp3_v23")
    tag(path)
    assert plan(str(path), Said(), OPTIONS).reason == "says the same already"


def test_nothing_to_write_is_refused(tmp_path: Path) -> None:
    with Journal() as journal, pytest.raises(ValueError, match="nothing to write"):
        write(TagChange("song.mp3", {}, {}, "its genre is unknown"), journal)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path = make(tmp_path, "flac")
    link = tmp_path / "link.flac"
    link.symlink_to(path)
    tag(link)
    assert link.is_symlink()
    assert open_tags(str(path)).read()["genre"]


def test_hard_links_are_warned_of(tmp_path: Path) -> None:
    path = make(tmp_path, "flac")
    os.link(path, tmp_path / "other.flac")
    warning, _ = tag(path)
    assert "1 other hard link" in warning
    assert open_tags(str(tmp_path / "other.flac")).read()["genre"] == ()


def test_the_time_of_change_stays_both_ways(tmp_path: Path) -> None:
    path = make(tmp_path, "ogg")
    os.utime(path, ns=(5_000_000_000, 5_000_000_000))
    _, journal = tag(path, keep_mtime=True)
    assert path.stat().st_mtime_ns == 5_000_000_000
    list(undo(journal))
    assert path.stat().st_mtime_ns == 5_000_000_000


def test_undo_leaves_alone_what_was_changed_since(tmp_path: Path) -> None:
    path, other = make(tmp_path, "mp3"), make(tmp_path, "mp3", name="other")
    with Journal() as journal:
        for each in (path, other):
            write(plan(str(each), Said(), OPTIONS), journal)
    give_genre(path, "Polka")
    reasons = {done.entry.path: done.reason for done in undo(journal.path)}
    assert "changed since" in reasons[str(path)]
    assert reasons[str(other)] == ""
    assert open_tags(str(path)).read()["genre"] == ("Polka",)
    assert open_tags(str(other)).read()["genre"] == ()
    assert journal.path.exists()


def test_a_journal_is_taken_back_once(tmp_path: Path) -> None:
    _, journal = tag(make(tmp_path, "mp3"))
    list(undo(journal))
    assert not journal.exists()
    assert journal.with_name(journal.name + ".undone").exists()


def test_undo_tells_of_files_that_are_gone(tmp_path: Path) -> None:
    path = make(tmp_path, "mp3")
    _, journal = tag(path)
    path.unlink()
    assert [bool(done.reason) for done in undo(journal)] == [True]


def test_undo_after_a_crash_between_journal_and_file(tmp_path: Path) -> None:
    """The entry is on the disk, the file was never changed: nothing is to be done."""
    path = make(tmp_path, "mp3")
    with Journal() as journal, pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.replace", _die)
        with pytest.raises(KeyboardInterrupt):
            write(plan(str(path), Said(), OPTIONS), journal)
    assert not list(tmp_path.glob(".auricle-*"))
    assert [done.reason for done in undo(journal.path)] == [""]
    assert open_tags(str(path)).read()["genre"] == ()


def test_two_runs_are_undone_one_by_one(tmp_path: Path) -> None:
    path = give_genre(make(tmp_path, "mp3"), "Pop")
    _, first = tag(path)
    with Journal(tmp_path) as journal:
        write(plan(str(path), Said(label="folk"), OPTIONS), journal)
    list(undo(journal.path))
    assert open_tags(str(path)).read()["genre"] == ("jazz", "bebop", "swing")
    list(undo(first))
    assert open_tags(str(path)).read()["genre"] == ("Pop",)


def test_a_read_only_file_is_not_noted(tmp_path: Path) -> None:
    path = make(tmp_path, "mp3")
    path.chmod(0o444)
    with Journal() as journal, pytest.raises(TagError, match="read-only"):
        write(plan(str(path), Said(), OPTIONS), journal)
    assert not journal.path.exists()


def _die(*_: object) -> None:
    raise KeyboardInterrupt
