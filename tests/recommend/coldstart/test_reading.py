"""Files of plays are read in three forms, and every row that is left out is accounted for."""

import gzip
import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import InteractionsError
from auricle.recommend.coldstart import read_interactions
from auricle.recommend.coldstart import reading_blocks as blocks
from auricle.recommend.coldstart.reading_values import seconds_of, weights_of

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

ROWS = [
    ("ann", "/m/x.flac", 2, 1.7e9),
    ("bob", "/m/y.flac", 1, 1.7e9 + 60),
    ("ann", "/m/x.flac", 3, 1.6e9),
]


def write_csv(path: Path, separator: str = ",") -> None:
    lines = [separator.join(("listener", "track", "plays", "time"))]
    lines += [separator.join(map(str, row)) for row in ROWS]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def write_json(path: Path) -> None:
    keys = ("listener", "track", "weight", "time")
    lines = [json.dumps(dict(zip(keys, row, strict=True))) for row in ROWS]
    path.write_text("\n".join(lines) + "\n\n", "utf-8")


def write_parquet(path: Path) -> None:
    keys = ("Listener", "track", "plays", "time")
    columns = dict(zip(keys, zip(*ROWS, strict=True), strict=True))
    parquet.write_table(pyarrow.table(columns), path)


@pytest.mark.parametrize("write", [write_csv, write_json, write_parquet])
def test_every_form_gives_the_same_events(write: object, tmp_path: Path) -> None:
    path = tmp_path / "plays"
    write(path)  # type: ignore[operator]
    events, report = read_interactions(path)
    assert events.listeners == ("ann", "bob")
    assert events.tracks == ("/m/x.flac", "/m/y.flac")
    assert events.weight.tolist() == [2, 1, 3]
    assert events.time_s is not None
    assert events.time_s.tolist() == [row[3] for row in ROWS]
    assert (report.n_rows, report.n_events, report.n_bad, report.n_unmatched) == (3, 3, 0, 0)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators(separator: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "plays.csv", separator)
    assert len(read_interactions(tmp_path / "plays.csv")[0]) == 3


def test_what_is_optional_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    path.write_bytes(b"\xef\xbb\xbftrack,listener\n1,a\n2,b\n")
    events, _ = read_interactions(path)
    assert events.tracks == ("1", "2")
    assert events.weight.tolist() == [1, 1]
    assert events.time_s is None


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO(b"listener,track\na,x\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(raw)))  # type: ignore[arg-type]
    events, report = read_interactions("-")
    assert events.tracks == ("x",)
    assert report.path == "-"
    assert not sys.stdin.closed


def test_bad_rows_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    path.write_text(
        "listener,track,weight,time\n"
        "a,x,1,\n"
        "b,y\n"
        '"two\nlines",x,1,0\n'
        ",x,1,0\n"
        "a,,1,0\n"
        "a,x,0,0\n"
        "a,x,many,0\n"
        "a,x,1,yesterday\n"
        "a,x,1,inf\n"
        "a,x,nan,0\n"
        "c,z,,2026-01-31T18:00:00Z\n",
        "utf-8",
    )
    events, report = read_interactions(path)
    assert events.listeners == ("a", "two\nlines", "c")
    assert events.time_s is not None
    assert np.isnan(events.time_s[0])
    assert events.time_s[2] == 1769882400
    assert events.weight.tolist() == [1, 1, 1]
    reasons = {row.line: row.reason for row in report.bad}
    assert reasons == {
        3: "2 columns, the header has 4",
        6: "the listener is empty",
        7: "the track is empty",
        8: "the weight '0' is not above 0",
        9: "'many' cannot be read",
        10: "'yesterday' cannot be read",
        11: "the time 'inf' is no time",
        12: "the weight 'nan' is not above 0",
    }
    assert all(row.remedy for row in report.bad)
    assert (report.n_rows, report.n_events, report.n_bad) == (11, 3, 8)
    assert report.to_dict()["bad"][0]["line"] == 3


def test_bad_lines_of_json(tmp_path: Path) -> None:
    path = tmp_path / "plays.jsonl"
    path.write_text(
        '{"listener": 1, "track": 2}\n{"listener": 1\n[1]\n{"track": 2}\n'
        '{"listener": null, "track": "x", "weight": null}\n',
        "utf-8",
    )
    events, report = read_interactions(path)
    assert events.listeners == ("1",)
    assert events.tracks == ("2",)
    assert [row.line for row in report.bad] == [2, 3, 4, 5]
    assert report.bad[1].reason.startswith("not a JSON object")
    assert report.bad[2].reason == "no listener"
    assert report.n_rows == 5


def test_only_the_first_bad_rows_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    path.write_text("listener,track,weight\na,x,1\n" + "a,x,-1\n" * 100, "utf-8")
    _, report = read_interactions(path)
    assert report.n_bad == 100
    assert [row.line for row in report.bad] == list(range(3, 23))


def test_tracks_are_matched_and_the_others_listed(tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    path.write_text("listener,track\na,/m/x\na,HASH\nb,gone\nb,gone\nc,lost\n", "utf-8")
    known = {"/m/x": "7", "HASH": "7"}
    events, report = read_interactions(path, match=known.get)
    assert events.tracks == ("7",)
    assert events.listeners == ("a",)
    assert events.plays.toarray().tolist() == [[2]]
    assert (report.n_unmatched, report.n_unmatched_tracks) == (3, 2)
    assert report.unmatched == ("gone", "lost")


def test_nothing_matched_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    path.write_text("listener,track\na,gone\n", "utf-8")
    with pytest.raises(InteractionsError, match="none of its 1 tracks is known, such as 'gone'"):
        read_interactions(path, match=lambda name: None)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no column listener and no column track among nothing"),
        (b"x" * 9_999, r"among x{200} \.\.\.; the columns are"),
        (b"user,track\na,x\n", "no column listener among user, track; the columns are"),
        (b"listener,track\n", "there is no row in it"),
        (b"listener,track,weight\na,x,-1\n", "line 2: the weight '-1' is not above 0"),
        (b"PAR1 and no more", "not a Parquet file"),
    ],
)
def test_what_is_no_file_of_plays(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "plays"
    path.write_bytes(content)
    with pytest.raises(InteractionsError, match=reason):
        read_interactions(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InteractionsError, match=r"none\.csv: No such file"):
        read_interactions(tmp_path / "none.csv")


def test_binary_files_end_in_an_error_that_says_where(tmp_path: Path) -> None:
    path = tmp_path / "plays.gz"
    path.write_bytes(gzip.compress(b"listener,track\na,x\n"))
    with pytest.raises(InteractionsError, match="no column listener"):
        read_interactions(path)


def test_times_of_parquet_and_of_other_zones(tmp_path: Path) -> None:
    path = tmp_path / "plays.jsonl"
    path.write_text(
        '{"listener": 1, "track": 2, "time": "2026-01-31T18:00:00+02:00"}\n'
        '{"listener": 1, "track": 2, "time": "1700000000.5"}\n',
        "utf-8",
    )
    times = read_interactions(path)[0].time_s
    assert times is not None
    assert times.tolist() == [1769875200, 1700000000.5]
    stamps = pyarrow.array([1769875200_000_000], pyarrow.timestamp("us"))
    columns = {"listener": ["a"], "track": [3], "time": stamps}
    parquet.write_table(pyarrow.table(columns), tmp_path / "plays.parquet")
    events, _ = read_interactions(tmp_path / "plays.parquet")
    assert events.tracks == ("3",)
    assert events.time_s is not None
    assert events.time_s.tolist() == [1769875200]


def test_many_blocks_are_one_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(blocks, "ROWS_AT_ONCE", 7)
    path = tmp_path / "plays.csv"
    rows = [f"u{place % 5},t{place % 11},1" for place in range(100)]
    path.write_text("listener,track,weight\n" + "\n".join(rows) + "\nbad\n", "utf-8")
    events, report = read_interactions(path)
    assert len(events) == 100
    assert len(events.tracks) == 11
    assert report.bad[0].line == 102


@pytest.mark.parametrize("column", ["weight", "time"])
@pytest.mark.parametrize("value", [[1], [1, 2], {"a": 1}])
def test_what_is_no_number_is_a_bad_row(column: str, value: object, tmp_path: Path) -> None:
    """Also where every row has a list, which would make a table of the column."""
    path = tmp_path / "plays.jsonl"
    rows = [{"listener": "a", "track": "x", column: value}] * 2
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    with pytest.raises(InteractionsError, match=r"line 1: .* cannot be read.*2 of 2 rows"):
        read_interactions(path)
    path.write_text(path.read_text("utf-8") + '{"listener": "b", "track": "y"}\n', "utf-8")
    events, report = read_interactions(path)
    assert events.listeners == ("b",)
    assert [row.line for row in report.bad] == [1, 2]


@pytest.mark.parametrize(("before", "line"), [(b"", 1), (b"listener,track\na,", 2)])
def test_a_line_without_end_is_named(before: bytes, line: int, tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    path.write_bytes(before + b"x" * 200_000)
    with pytest.raises(InteractionsError, match=rf"plays\.csv, line {line}: field larger"):
        read_interactions(path)


def test_weights_are_held_to_what_can_be_stored() -> None:
    weights, wrong = weights_of([1, 1e39, 2.5, 10**400, True, "7", None, ""], 8)
    assert weights.tolist() == [1, 1, 2.5, 1, 1, 7, 1, 1]
    assert list(wrong) == [3, 1]
    assert np.isfinite(weights).all()
    assert weights.dtype == np.float32
    assert weights_of(None, 3)[0].tolist() == [1, 1, 1]


def test_times_are_utc_unless_they_say_otherwise() -> None:
    values = ["1970-01-02", "1970-01-01T01:00:00+01:00", "", None, "12.5", "soon", -7]
    times, wrong = seconds_of(values, len(values))
    np.testing.assert_array_equal(times, [86_400, 0, np.nan, np.nan, 12.5, np.nan, -7])
    remedy = "write seconds since 1970 or 2026-01-31T18:00:00"
    assert wrong == {5: ("'soon' cannot be read", remedy)}
    assert np.isnan(seconds_of(None, 2)[0]).all()


def test_one_value_that_needs_care_changes_no_other() -> None:
    """A column is read at once where it can be; value by value must give the same."""
    plain = ["1", "2.5", " 3 ", "1e3"]
    assert weights_of([*plain, ""], 5)[0].tolist()[:4] == weights_of(plain, 4)[0].tolist()
    assert seconds_of([*plain, ""], 5)[0].tolist()[:4] == seconds_of(plain, 4)[0].tolist()


def test_a_row_with_two_faults_is_one_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    path.write_text("listener,track,weight,time\n,,-1,never\na,x,1,0\n", "utf-8")
    _, report = read_interactions(path)
    assert [(row.line, row.reason) for row in report.bad] == [(2, "the listener is empty")]
    assert (report.n_rows, report.n_events, report.n_bad) == (2, 1, 1)


def test_who_only_plays_what_is_unknown_is_no_listener(tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    path.write_text("listener,track,time\nann,gone,1\nbob,here,\nann,gone,2\n", "utf-8")
    events, report = read_interactions(path, match={"here": "1"}.get)
    assert events.listeners == ("bob",)
    assert events.listener_index.tolist() == events.track_index.tolist() == [0]
    assert report.n_rows == report.n_events + report.n_bad + report.n_unmatched == 3


def test_names_are_trimmed_and_case_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    rows = (" Listener ; TRACK ", " ann ;/m/A b.mp3", "ann; /m/A b.mp3 ", "Ann;/m/x")
    path.write_text("\n".join(rows), "utf-8")
    events, _ = read_interactions(path)
    assert events.listeners == ("ann", "Ann")
    assert events.tracks == ("/m/A b.mp3", "/m/x")


def test_bytes_that_are_no_text_name_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    path.write_bytes(b"listener,track\na,/m/caf\xe9.mp3\n")
    assert read_interactions(path)[0].tracks == ("/m/caf\udce9.mp3",)
