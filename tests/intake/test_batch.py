"""What is new: not what was taken in before, and not what is elsewhere too."""

from pathlib import Path

from auricle.intake.batch import BEFORE, gather
from auricle.library import Catalog, add_roots, scan
from auricle.library.taken_in import TakenIn, write_taken_in

from .conftest import write


def look(catalog: Catalog, *folders: Path) -> None:
    add_roots(catalog, map(str, folders))
    scan(catalog)


def test_every_file_of_the_folder_is_in_the_batch(
    catalog: Catalog, inbox: Path, heard: list[str]
) -> None:
    look(catalog, inbox)
    batch = gather(catalog, [str(inbox)], now_s=5)
    assert list(batch.files) == [f"{inbox}/{name}" for name in ("a b.mp3", "bad.mp3")] + [
        f"{inbox}/more/c\nd.ogg"
    ]
    ready = {track.track_id for track in batch.files.values() if track.state == "ready"}
    assert batch.fresh == ready
    assert len(ready) == 2
    assert {(row.run, row.taken_s) for row in batch.taken_in.values()} == {(1, 5)}


def test_what_was_taken_in_keeps_its_run(catalog: Catalog, inbox: Path, heard: list[str]) -> None:
    look(catalog, inbox)
    first = gather(catalog, [str(inbox)], now_s=5)
    write_taken_in(catalog, list(first.taken_in.values()))
    assert gather(catalog, [str(inbox)], now_s=9).fresh == frozenset()
    write(inbox, {"new.mp3": "folk"})
    scan(catalog)
    second = gather(catalog, [str(inbox)], now_s=9)
    (new,) = second.fresh
    assert second.files[f"{inbox}/new.mp3"].track_id == new
    assert second.run_of(new) == 2
    assert second.taken_in[new].taken_s == 9
    assert {second.run_of(old) for old in first.fresh} == {1}


def test_a_copy_of_what_is_elsewhere_is_not_new(
    catalog: Catalog, tmp_path: Path, heard: list[str]
) -> None:
    known = write(tmp_path / "z known", {"song.mp3": "jazz one"})
    new = write(tmp_path / "a inbox", {"copy.mp3": "jazz one", "copy 2.mp3": "jazz one"})
    look(catalog, known, new)
    batch = gather(catalog, [str(new)])
    assert batch.fresh == frozenset()
    (track,) = (
        set(map(id, batch.files.values()))
        and {each.track_id: each for each in batch.files.values()}.values()
    )
    assert batch.run_of(track.track_id) == BEFORE
    assert batch.first_file(track) == f"{known}/song.mp3"


def test_the_first_of_equal_files_is_the_one_taken_in(
    catalog: Catalog, tmp_path: Path, heard: list[str]
) -> None:
    new = write(tmp_path / "inbox", {"b.mp3": "jazz", "c.mp3": "jazz"})
    look(catalog, new)
    batch = gather(catalog, [str(new)])
    (track_id,) = batch.fresh
    track = batch.files[f"{new}/c.mp3"]
    assert batch.first_file(track) == f"{new}/b.mp3"
    taken = TakenIn(track_id, 1, 5, f"{new}/c.mp3", "ready")
    write_taken_in(catalog, [taken])
    assert gather(catalog, [str(new)]).first_file(track) == f"{new}/c.mp3"
    write_taken_in(catalog, [TakenIn(track_id, 1, 5, "/moved/away.mp3", "ready")])
    assert gather(catalog, [str(new)]).first_file(track) == f"{new}/b.mp3"


def test_nothing_there(catalog: Catalog, tmp_path: Path) -> None:
    batch = gather(catalog, [str(tmp_path)])
    assert (dict(batch.files), batch.fresh) == ({}, frozenset())
