"""What is shown of a change, and that the catalog hears of it."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer

from auricle.cli.running import Tally
from auricle.cli.tagging import Tagger, undo_journal
from auricle.library import Catalog
from auricle.library.file_tags import file_tags
from auricle.library.scan_read import hash_file
from auricle.library.tags import TagOptions

from ..library.make import add_file
from ..library.tags.files import make
from ..library.tags.test_plan import Said


def test_a_dry_run_shows_the_difference(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path, "mp3")
    before = path.read_bytes()
    with Tagger(TagOptions(), Tally()) as tagger:
        tagger.take(str(path), Said())
        tagger.take(str(path), Said(label="unknown"))
        tagger.finish()
    assert capsys.readouterr().out.splitlines() == [
        str(path),
        "  genre        (none) -> jazz; bebop; swing",
        "  probability  (none) -> 0.900",
        f"{path}: its genre is unknown",
        "1 files would change, 1 left as they are. To do it, add --write.",
    ]
    assert path.read_bytes() == before
    assert not (home / "journals").exists()


def test_a_file_that_cannot_be_tagged_costs_only_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.mp3").write_bytes(b"no sound")
    tally = Tally()
    with Tagger(TagOptions(), tally, write=True) as tagger:
        tagger.take(str(tmp_path / "a.mp3"), Said())
        tagger.take(str(make(tmp_path, "flac")), Said())
        tagger.finish()
    assert tally.failed == 1
    assert "a.mp3" in capsys.readouterr().err


def test_the_catalog_follows_there_and_back(tmp_path: Path) -> None:
    path = make(tmp_path, "flac")
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        number = add_file(catalog, path)
        with Tagger(TagOptions(), Tally(), write=True) as tagger:
            tagger.follow(catalog)
            tagger.take(str(path), Said())
        assert catalog.track(number).content_hash == hash_file(path)
        assert catalog.track(number).tags["genre"].startswith("jazz")
        undo_journal([], Tally(), catalog, as_json=False)
        assert catalog.track(number).content_hash == hash_file(path)
        assert "genre" not in catalog.track(number).tags


def test_a_file_that_the_catalog_knows_otherwise_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another song took its place: the tags and the catalog would say what the old one was."""
    path = make(tmp_path, "flac")
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        number = add_file(catalog, path)
        before = catalog.track(number).content_hash
        soundfile.write(path, np.zeros(16_000, np.float32), 16_000)
        with Tagger(TagOptions(), Tally(), write=True) as tagger:
            tagger.follow(catalog)
            tagger.take(str(path), Said())
            tagger.finish()
        assert "has changed since the catalog heard it" in capsys.readouterr().out
        assert catalog.track(number).content_hash == before
        assert "genre" not in file_tags(str(path))


def test_a_file_of_the_catalog_that_is_gone_is_a_failure(tmp_path: Path) -> None:
    path = make(tmp_path, "flac")
    tally = Tally()
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        add_file(catalog, path)
        path.unlink()
        with Tagger(TagOptions(), tally, write=True) as tagger:
            tagger.follow(catalog)
            tagger.take(str(path), Said())
    assert tally.failed == 1


def test_undoing_tells_the_catalog_only_of_what_it_knows(tmp_path: Path) -> None:
    path = make(tmp_path, "flac")
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        number = add_file(catalog, path)
        with Tagger(TagOptions(), Tally(), write=True) as tagger:
            tagger.follow(catalog)
            tagger.take(str(path), Said())
        tagged = catalog.track(number).content_hash
        os.utime(path, ns=(1, 1))  # somebody wrote to it
        undo_journal([], Tally(), catalog, as_json=False)
        assert catalog.track(number).content_hash == tagged


def test_one_journal_at_a_time() -> None:
    with pytest.raises(typer.BadParameter):
        undo_journal(["a.jsonl", "b.jsonl"], Tally(), as_json=False)
