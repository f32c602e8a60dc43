"""The journal: on the disk before a file changes, read from its end."""

import os
from pathlib import Path

import pytest

from auricle.errors import TagError
from auricle.library.tags import Entry, Journal, journals_folder, newest_journal
from auricle.library.tags.journal import read_journal

FIRST = Entry("/music/a.mp3", {"genre": ()}, {"genre": ("jazz", "bebop")})
SECOND = Entry("/music/b\udcff.mp3", {"genre": ("Pop",)}, {"genre": ("jazz",)}, keep_mtime=True)


@pytest.fixture
def journal(home: Path) -> Path:
    with Journal() as kept:
        kept.add(FIRST)
        kept.add(SECOND)
        return kept.path


def test_entries_come_back_last_first(journal: Path) -> None:
    assert list(read_journal(journal)) == [SECOND, FIRST]


def test_it_lies_in_the_users_home(journal: Path, home: Path) -> None:
    assert journal.parent == journals_folder() == home / "journals"
    assert journal.stat().st_mode & 0o077 == 0


def test_nothing_to_tell_makes_no_file(home: Path) -> None:
    with Journal() as kept:
        pass
    assert not kept.path.exists()


def test_every_entry_is_there_at_once(tmp_path: Path) -> None:
    with Journal(tmp_path) as kept:
        kept.add(FIRST)
        assert list(read_journal(kept.path)) == [FIRST]


def test_a_line_that_a_crash_cut_off_was_never_acted_on(journal: Path) -> None:
    journal.write_bytes(journal.read_bytes()[:-9])
    assert list(read_journal(journal)) == [FIRST]


def test_the_newest_is_found(journal: Path) -> None:
    older = journal.with_name("tags-20200101-000000-1.jsonl")
    older.write_text(FIRST.to_line())
    os.utime(older, ns=(1, 1))
    assert newest_journal() == journal


def test_without_any(home: Path) -> None:
    with pytest.raises(TagError, match="nothing to undo"):
        newest_journal()


@pytest.mark.parametrize(
    "text",
    [
        "no json\n",
        "{}\n",
        "[1]\n",
        '{"path": "a", "before": {"title": []}, "after": {}, "keep_mtime": false}\n',
        '{"path": "a", "before": 7, "after": {}, "keep_mtime": false}\n',
    ],
)
def test_what_is_no_journal(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(text)
    with pytest.raises(TagError, match=r"notes\.txt"):
        list(read_journal(path))


def test_a_journal_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(TagError, match="not a journal"):
        list(read_journal(tmp_path))


def test_a_journal_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    with Journal(blocked) as kept, pytest.raises(TagError, match="cannot be written"):
        kept.add(FIRST)
