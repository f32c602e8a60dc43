"""What is shown of a change, and that the catalog hears of it."""

from pathlib import Path

import pytest
import typer

from auricle.cli.running import Tally
from auricle.cli.tagging import Tagger, undo_journal
from auricle.library import Catalog
from auricle.library.scan_read import hash_file
from auricle.library.tags import TagOptions

from ..library.make import add
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
        number = add(catalog, str(path))
        with Tagger(TagOptions(), Tally(), write=True) as tagger:
            tagger.follow(catalog)
            tagger.take(str(path), Said())
        assert catalog.track(number).content_hash == hash_file(path)
        assert catalog.track(number).tags["genre"].startswith("jazz")
        undo_journal([], Tally(), catalog, as_json=False)
        assert catalog.track(number).content_hash == hash_file(path)
        assert "genre" not in catalog.track(number).tags


def test_one_journal_at_a_time() -> None:
    with pytest.raises(typer.BadParameter):
        undo_journal(["a.jsonl", "b.jsonl"], Tally(), as_json=False)
