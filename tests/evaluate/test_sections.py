"""A report in tables."""

from dataclasses import replace

from auricle.evaluate.report import Report
from auricle.evaluate.sections import MAX_LEAKS, bar, figure, heading, percent, sections_of

from .reports import SHARE, full_report


def test_every_part_has_its_section() -> None:
    titles = [section.title for section in sections_of(full_report())]
    assert titles == [
        "Genre head",
        "Probabilities kept",
        "Risk and coverage",
        "Labels",
        "Sources",
        "Kind, as it is",
        "Kind, fitted anew",
        "Silence",
        "Probe",
        "Same artist among the 5 nearest",
        "Robustness",
        "Leaks between splits: 25",
        "Leaks between folds of one: none",
        "Files that could not be heard",
    ]


def test_rows_are_as_wide_as_their_columns() -> None:
    for section in sections_of(full_report()):
        assert all(len(row) == len(section.columns) for row in section.rows), section.title


def test_an_empty_report_has_no_sections() -> None:
    assert list(sections_of(Report("m@1", "", "m.csv", "", (), 3))) == []


def test_what_was_learnt_from_is_told_first() -> None:
    section = next(sections_of(replace(full_report(), n_learnt=40)))
    assert section.title == "Learnt from: 40 of these 42 tracks"
    assert section.notes[0].endswith("every figure here flatters it")


def test_the_headline_tells_what_was_left_out() -> None:
    section = next(sections_of(full_report()))
    assert section.rows[0][0] == "accuracy"
    assert section.rows[0][1].startswith("75.0 % (")
    assert section.notes[0] == "40 tracks, 40 artists; 95 % intervals resample artists"
    assert section.notes[1] == "a track of unknown artist counts as an artist of its own"
    assert section.notes[2] == "left out: 2, no label (such as x)"


def test_nothing_to_judge_says_why() -> None:
    section = next(sections_of(replace(full_report(), scores=None)))
    assert section.title == "Genre head: no track to judge"
    assert section.notes == ("left out: 2, no label (such as x)",)


def test_tracks_that_a_file_lacks_are_told_before_any_figure() -> None:
    section = next(sections_of(replace(full_report(), without_embedding=("a", "b"))))
    assert section.title == "Without a stored embedding: 2 tracks, such as a"


def test_probabilities_stand_beside_what_came_of_them() -> None:
    section = next(s for s in sections_of(full_report()) if s.title == "Probabilities kept")
    for given, right, count, drawn in section.rows:
        assert given.endswith(" %")
        assert drawn == bar(float(right.removesuffix(" %")) / 100)
        assert int(count) > 0
    assert sum(int(row[2]) for row in section.rows) == 40


def test_risk_is_told_at_every_tenth_of_coverage() -> None:
    section = next(s for s in sections_of(full_report()) if s.title == "Risk and coverage")
    assert [row[0] for row in section.rows] == [f"{10 * tenths}.0 %" for tenths in range(1, 11)]
    assert section.rows[-1][1:] == ("25.0 %", "#" * 5)  # all are named, a quarter is wrong


def test_honest_and_leaky_figures_stand_side_by_side() -> None:
    probe = next(s for s in sections_of(full_report()) if s.title == "Probe")
    assert probe.rows[0][2:] == ("75.0 % (70.0 to 80.0)", "90.0 %", "95.0 %")
    assert probe.rows[1][-1] == ""


def test_kinds_show_what_was_heard_instead() -> None:
    section = next(s for s in sections_of(full_report()) if s.title == "Kind, fitted anew")
    assert section.columns[1:3] == ("heard as music", "heard as speech")
    assert section.rows[0] == ("music", "3", "0", "0", "0", "75.0 % (70.0 to 80.0)", "20")
    assert section.rows[1][:2] == ("speech", "1")


def test_made_silence_says_its_level() -> None:
    section = next(s for s in sections_of(full_report()) if s.title == "Silence")
    assert section.rows == (
        ("digital silence", "none", "silence 3"),
        ("white noise", "-65 dBFS", "other 2, music 1"),
    )


def test_leaks_are_listed_up_to_a_limit() -> None:
    leaks = next(s for s in sections_of(full_report()) if s.title.startswith("Leaks"))
    assert len(leaks.rows) == MAX_LEAKS
    assert leaks.notes[0] == "and 5 more"
    assert leaks.notes[1].startswith("twice in one split: recording in train")
    assert leaks.notes[2] == "60 recordings compared by sound; 7 tracks of unknown artist"
    assert leaks.notes[3] == "1 files could not be heard"


def test_numbers() -> None:
    assert percent(0.12345) == "12.3 %"
    assert figure(SHARE) == "75.0 % (70.0 to 80.0)"
    assert figure(SHARE, digits=2) == "0.75 (0.70 to 0.80)"


def test_heading() -> None:
    assert heading(full_report()) == "tiny@123 on m.csv, split 'validation' of one, two: 42 tracks"
    assert heading(Report("m@1", "", "m.csv", "", ("",), 3)) == "m@1 on m.csv, all tracks: 3 tracks"
