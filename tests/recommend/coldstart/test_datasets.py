"""Each public data set is read from a small twin of it."""

from pathlib import Path

import pytest

from auricle.errors import InteractionsError
from auricle.recommend.coldstart import datasets, read_dataset

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def test_hetrec(tmp_path: Path) -> None:
    text = "userID\tartistID\tweight\r\n2\t51\t13883\r\n2\t52\t11690\r\n3\t51\t7\r\n"
    (tmp_path / "user_artists.dat").write_bytes(text.encode())
    events, report = read_dataset("hetrec-2k", tmp_path)
    assert events.listeners == ("2", "3")
    assert events.tracks == ("51", "52")
    assert events.plays.toarray().tolist() == [[13883, 11690], [7, 0]]
    assert report.n_rows == 3


def test_lastfm_360k(tmp_path: Path) -> None:
    path = tmp_path / "plays.tsv"
    rows = ["u1\tm1\tbetty blowtorch\t2137", "u1\t\tdie Ärzte\t1099", 'u2\tm1\t"q\t0', "u2\tm1\t1"]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    events, report = read_dataset("lastfm-360k", path)
    assert events.tracks == ("m1", "die Ärzte")
    assert events.weight.tolist() == [2137, 1099]
    assert [(row.line, row.reason) for row in report.bad] == [
        (3, "the weight '0' is not above 0"),
        (4, "3 columns"),
    ]


def test_taste_profile(tmp_path: Path) -> None:
    text = "b80344d\tSOAKIMP12A8C130995\t1\nb80344d\tSOAPDEY12A81C210A9\t3\n"
    (tmp_path / "train_triplets.txt").write_text(text, "utf-8")
    events, _ = read_dataset("taste-profile", tmp_path)
    assert events.listeners == ("b80344d",)
    assert events.tracks == ("SOAKIMP12A8C130995", "SOAPDEY12A81C210A9")
    assert events.weight.tolist() == [1, 3]


def test_yambda(tmp_path: Path) -> None:
    columns = {
        "uid": [1, 1, 2],
        "item_id": [10, 11, 10],
        "timestamp": [0, 12, 24],
        "is_organic": [1, 0, 1],
        "played_ratio_pct": [100, 50, 51],
        "track_length_seconds": [200, 100, 200],
    }
    parquet.write_table(pyarrow.table(columns), tmp_path / "listens.parquet")
    events, _ = read_dataset("yambda", tmp_path / "listens.parquet")
    assert events.listeners == ("1", "2")
    assert events.tracks == ("10",)
    assert events.time_s is not None
    assert events.time_s.tolist() == [0, 120]


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InteractionsError, match="no data set 'spotify': it is one of hetrec-2k"):
        read_dataset("spotify", tmp_path)
    with pytest.raises(InteractionsError, match="No such file"):
        read_dataset("hetrec-2k", tmp_path)
    with pytest.raises(InteractionsError, match="No such file"):
        read_dataset("yambda", tmp_path / "listens.parquet")


def test_columns_of_yambda_are_needed(tmp_path: Path) -> None:
    parquet.write_table(pyarrow.table({"uid": [1], "item_id": [2]}), tmp_path / "likes.parquet")
    with pytest.raises(InteractionsError, match="no column timestamp and no column played_ratio"):
        read_dataset("yambda", tmp_path / "likes.parquet")


def test_listens_of_which_something_is_missing(tmp_path: Path) -> None:
    """No share of the track does not count as heard; no time is not known."""
    columns = {
        "uid": [1, 1, None],
        "item_id": [10, 11, 12],
        "timestamp": [0, None, 3],
        "played_ratio_pct": [None, 100, 100],
    }
    parquet.write_table(pyarrow.table(columns), tmp_path / "listens.parquet")
    events, report = read_dataset("yambda", tmp_path / "listens.parquet")
    assert events.tracks == ("11",)
    assert events.time_s is None
    assert [(row.line, row.reason) for row in report.bad] == [(3, "the listener is empty")]


def test_the_file_may_be_named_itself(tmp_path: Path) -> None:
    elsewhere = tmp_path / "renamed.dat"
    elsewhere.write_text("userID\tartistID\tweight\n2\t51\t3\n", "utf-8")
    events, report = read_dataset("hetrec-2k", elsewhere)
    assert events.weight.tolist() == [3]
    assert report.path == str(elsewhere)


def test_lines_are_counted_over_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "ROWS_AT_ONCE", 3)
    path = tmp_path / "user_artists.dat"
    rows = [f"{number}\t{number % 4}\t1" for number in range(10)]
    path.write_text("\n".join(["a header that is not read", *rows, "short", ""]), "utf-8")
    events, report = read_dataset("hetrec-2k", tmp_path)
    assert len(events) == 10
    assert len(events.tracks) == 4
    assert [(row.line, row.reason) for row in report.bad] == [(12, "1 columns")]


def test_a_data_set_without_a_row(tmp_path: Path) -> None:
    (tmp_path / "user_artists.dat").write_text("userID\tartistID\tweight\n", "utf-8")
    with pytest.raises(InteractionsError, match="there is no row in it"):
        read_dataset("hetrec-2k", tmp_path)
