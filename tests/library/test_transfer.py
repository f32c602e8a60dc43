"""What was heard travels to another machine as one Parquet file."""

import os
import sys
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from auricle.errors import CatalogBusy, CatalogError, MissingExtra
from auricle.library import Catalog, Origin, Track, add_roots, scan
from auricle.library import catalog_write as write
from auricle.library.scan_read import hash_file
from auricle.library.taken_in import decide, read_decisions
from auricle.library.transfer import ImportReport, export_tracks, import_tracks

from .make import ORIGIN, add, analysis, content


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Return the export of another machine's catalog."""
    with Catalog.open(tmp_path / "there.sqlite") as catalog:
        add(catalog, "/there/b.mp3", (0, 3, 4), artist="Ann", title="So \0 and \ud800")
        add(catalog, "/there/silent.mp3", (0, 0, 0))
        add(catalog, f"/there/{os.fsdecode(bytes([0xE9]))}.mp3")
        catalog.set_fingerprint(1, b"\0print")
        catalog.mark_failed("/there/bad.mp3", content("bad"), "broken")
        with catalog.writing() as connection:
            write.set_present(connection, ["/there/silent.mp3"], False)
        assert export_tracks(catalog, tmp_path / "x.parquet") == 3
    return tmp_path / "x.parquet"


def without_place(track: Track) -> tuple[object, ...]:
    names = ("content_hash", "size", "duration_s", "kind", "label", "probability", "genres")
    names += ("subgenres", "timeline", "artist", "album", "title", "tags", "model", "head")
    return tuple(getattr(track, name) for name in (*names, "profile", "fingerprint", "warnings"))


def test_tracks_wait_until_their_files_turn_up(catalog: Catalog, there: Path) -> None:
    assert import_tracks(catalog, there) == ImportReport(added=3, filled=0, known=0)
    assert catalog.counts() == {"ready": 0, "failed": 0, "pending": 0, "missing": 3}
    assert catalog.vectors()[0].size == 0
    before = catalog.generation
    with catalog.writing() as connection:
        track_id = write.recognise(connection, "/here/b.mp3", content("/there/b.mp3"))
    assert track_id is not None
    assert catalog.generation > before
    here = catalog.track(track_id)
    assert (here.path, here.state) == ("/here/b.mp3", "ready")
    with Catalog.open(there.with_name("there.sqlite")) as other:
        assert without_place(here) == without_place(other.track(1))
        np.testing.assert_array_equal(catalog.vectors()[1], other.vectors()[1][:1])
        np.testing.assert_array_equal(
            catalog.excerpt_vectors(here.track_id), other.excerpt_vectors(1)
        )


def test_a_scan_finds_them_without_hearing_them(
    catalog: Catalog, tmp_path: Path, music: Path, heard: list[str]
) -> None:
    path = str(music / "a.mp3")
    with Catalog.open(tmp_path / "there.sqlite") as other:
        known = content("x")
        known = type(known)(hash_file(path), known.stamp, {"artist": "Ann"})
        other.store("/there/old name.mp3", known, analysis("/there"), ORIGIN)
        export_tracks(other, tmp_path / "x.parquet")
    import_tracks(catalog, tmp_path / "x.parquet")
    add_roots(catalog, [str(music)])
    report = scan(catalog)
    assert (report.outcomes["recognised"], report.outcomes["analysed"]) == (1, 2)
    assert path not in heard
    assert catalog.counts() == {"ready": 3, "failed": 0, "pending": 0, "missing": 0}


def test_what_is_known_stays_and_what_failed_is_filled_in(catalog: Catalog, there: Path) -> None:
    other = Origin("other@1")
    known = catalog.store(
        "/here/b.mp3",
        content("/there/b.mp3"),
        analysis("/here", label="mine", model=other.model),
        other,
    )
    failed = catalog.mark_failed("/here/s.mp3", content("/there/silent.mp3"), "TimedOut: ...")
    assert import_tracks(catalog, there) == ImportReport(added=1, filled=1, known=1)
    assert catalog.track(known).label == "mine"
    track = catalog.track(failed)
    assert (track.state, track.kind, track.error) == ("ready", "silence", None)
    assert track.path == "/here/s.mp3"
    assert import_tracks(catalog, there) == ImportReport(added=0, filled=0, known=3)


def test_a_persons_word_goes_along(catalog: Catalog, there: Path) -> None:
    with Catalog.open(there.with_name("there.sqlite")) as other:
        decide(other, [(other.track(1), "free \0 jazz"), (other.track(3), "jazz")], now_s=50)
        assert export_tracks(other, there) == 3
    assert import_tracks(catalog, there) == ImportReport(added=3, filled=0, known=0, decided=2)
    said = {catalog.track(track_id).content_hash: each
            for track_id, each in read_decisions(catalog).items()}  # fmt: skip
    assert set(said) == {"hash-/there/b.mp3", "hash-/there/\\udce9.mp3"}
    first = said["hash-/there/b.mp3"]
    assert (first.heard, first.decided_s, first.accepted) == ("jazz", 50, False)
    assert "free" in first.label
    assert said["hash-/there/\\udce9.mp3"].accepted
    assert import_tracks(catalog, there) == ImportReport(added=0, filled=0, known=3)


@pytest.mark.parametrize(("here_s", "label"), [(49, "there"), (50, "here"), (51, "here")])
def test_the_later_word_stands(catalog: Catalog, there: Path, here_s: int, label: str) -> None:
    track = catalog.track(add(catalog, "/there/b.mp3"))
    decide(catalog, [(track, "here")], now_s=here_s)
    with Catalog.open(there.with_name("there.sqlite")) as other:
        decide(other, [(other.track(1), "there")], now_s=50)
        export_tracks(other, there)
    assert import_tracks(catalog, there).decided == (label == "there")
    assert read_decisions(catalog)[track.track_id].label == label


def test_a_word_without_a_time_takes_the_whole_import_back(catalog: Catalog, there: Path) -> None:
    table = pyarrow.parquet.read_table(there)
    column = table.schema.get_field_index("decided_label")
    said = pyarrow.array(["mine", None, None])
    pyarrow.parquet.write_table(table.set_column(column, "decided_label", said), there)
    with pytest.raises(CatalogError, match="damaged"):
        import_tracks(catalog, there)
    assert sum(catalog.counts().values()) == 0


def test_a_file_from_before_there_were_decisions(catalog: Catalog, there: Path) -> None:
    table = pyarrow.parquet.read_table(there)
    old = table.drop_columns(["decided_label", "decided_heard", "decided_s"])
    pyarrow.parquet.write_table(old, there)
    assert import_tracks(catalog, there) == ImportReport(added=3, filled=0, known=0)
    assert read_decisions(catalog) == {}


def test_the_file_can_be_read_by_anything(there: Path) -> None:
    table = pyarrow.parquet.read_table(there)
    assert table.num_rows == 3
    first, silent, odd = table.to_pylist()
    assert first["content_hash"] == "hash-/there/b.mp3"
    assert (first["label"], first["probability"], first["model"]) == ("jazz", 0.75, ORIGIN.model)
    assert first["genres"] == '[["jazz", 0.75], ["rock", 0.25]]'
    np.testing.assert_allclose(first["embedding"], [0, 0.6, 0.8], atol=1e-3)
    assert len(first["excerpt_embeddings"]) == 2 * 2 * first["dim"]
    assert silent["embedding"] is None
    assert (first["decided_label"], first["decided_heard"], first["decided_s"]) == (None,) * 3
    assert odd["path"] == "/there/\\udce9.mp3"


def test_export_replaces_a_file_whole_or_not_at_all(
    catalog: Catalog, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = there.read_bytes()
    add(catalog, "/a")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(pyarrow.parquet.ParquetWriter, "write_table", fail)
        with pytest.raises(OSError, match="disk full"):
            export_tracks(catalog, there)
    assert there.read_bytes() == before
    assert [path.name for path in there.parent.glob(".x*")] == []
    assert export_tracks(catalog, there) == 1
    assert pyarrow.parquet.read_table(there).num_rows == 1


def test_an_empty_catalog(catalog: Catalog, tmp_path: Path) -> None:
    assert export_tracks(catalog, tmp_path / "x.parquet") == 0
    assert import_tracks(catalog, tmp_path / "x.parquet") == ImportReport(0, 0, 0)


def test_files_that_are_no_export(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("notes")
    with pytest.raises(CatalogError, match="notes: not a Parquet file"):
        import_tracks(catalog, tmp_path / "notes")
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), tmp_path / "other")
    with pytest.raises(CatalogError, match="not written by auricle library export"):
        import_tracks(catalog, tmp_path / "other")
    newer = pyarrow.table({"a": [1]}).replace_schema_metadata({"auricle_catalog": "9"})
    pyarrow.parquet.write_table(newer, tmp_path / "newer")
    with pytest.raises(CatalogError, match="version 9.*upgrade auricle"):
        import_tracks(catalog, tmp_path / "newer")
    with pytest.raises(OSError, match="nowhere"):
        import_tracks(catalog, tmp_path / "nowhere")
    assert sum(catalog.counts().values()) == 0


def test_a_damaged_row_takes_the_whole_import_back(catalog: Catalog, there: Path) -> None:
    table = pyarrow.parquet.read_table(there)
    row = table.schema.get_field_index("genres")
    damaged = pyarrow.array([*table["genres"].to_pylist()[:2], "not JSON"])
    pyarrow.parquet.write_table(table.set_column(row, "genres", damaged), there)
    with pytest.raises(CatalogError, match="damaged"):
        import_tracks(catalog, there)
    assert sum(catalog.counts().values()) == 0


def test_not_while_a_scan_runs(catalog_url: str, catalog: Catalog, there: Path) -> None:
    with Catalog.open(catalog_url) as other, other.exclusive(), pytest.raises(CatalogBusy):
        import_tracks(catalog, there)


def test_pyarrow_is_an_extra(
    catalog: Catalog, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match="'parquet'"):
        import_tracks(catalog, there)
    with pytest.raises(MissingExtra, match="'parquet'"):
        export_tracks(catalog, there)


def test_many(catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "AT_ONCE", 3)
    for number in range(8):
        add(catalog, f"/{number}")
    assert export_tracks(catalog, tmp_path / "x.parquet") == 8
    with Catalog.open(tmp_path / "other.sqlite") as other:
        assert import_tracks(other, tmp_path / "x.parquet").added == 8


def test_many_tracks_of_every_sort(catalog: Catalog, tmp_path: Path) -> None:
    """More than one statement takes; every third is known, and every third has failed here."""
    n_tracks = write.AT_ONCE + 7
    with Catalog.open(tmp_path / "many.sqlite") as other:
        for number in range(n_tracks):
            add(other, f"/{number:04d}.mp3", (1, number, 0))
        export_tracks(other, tmp_path / "many.parquet")
    for number in range(0, n_tracks, 3):
        add(catalog, f"/{number:04d}.mp3")
    for number in range(1, n_tracks, 3):
        catalog.mark_failed(f"/{number:04d}.mp3", content(f"/{number:04d}.mp3"), "broken")
    third = n_tracks // 3
    report = import_tracks(catalog, tmp_path / "many.parquet")
    assert report == ImportReport(added=third, filled=third, known=third)
    assert catalog.counts() == {"ready": 2 * third, "failed": 0, "pending": 0, "missing": third}
    track_ids, rows = catalog.vectors()
    places = {track.track_id: int(track.path[1:5]) for track in catalog.tracks()}
    for track_id, row in zip(track_ids.tolist(), rows, strict=True):
        number = places[track_id]
        slope = 0 if number % 3 == 0 else number
        assert row[1] == pytest.approx(slope * float(row[0]), rel=0.01, abs=1e-3)


def test_the_same_content_twice_is_one_track(catalog: Catalog, there: Path) -> None:
    table = pyarrow.parquet.read_table(there)
    pyarrow.parquet.write_table(pyarrow.concat_tables([table, table]), there)
    assert import_tracks(catalog, there) == ImportReport(added=3, filled=0, known=3)
    assert catalog.counts()["missing"] == 3
