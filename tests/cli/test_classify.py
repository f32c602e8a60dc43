"""``auricle classify``: inputs, formats, exit codes."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ..tiny import tone
from .conftest import Call

KEYS = {
    "path", "duration_s", "kind", "label", "probability", "genres", "subgenres", "timeline",
    "model", "warnings",
}  # fmt: skip


def test_card_for_one_file(auricle: Call, music: Path) -> None:
    done = auricle("classify", "low.wav")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("low.wav  0:03  low\n")
    assert done.stderr == ""


def test_table_for_several(auricle: Call, music: Path) -> None:
    done = auricle("classify", "low.wav", "more")
    assert done.exit_code == 0
    header, *rows = done.stdout.splitlines()
    assert header.split() == ["genre", "sure", "also", "likely", "length", "file"]
    assert [row.split()[0] for row in rows] == ["low", "high", "mid"]
    assert [row.split()[-1] for row in rows] == ["low.wav", "more/high.flac", "more/deep/mid.WAV"]


def test_json_lines_in_input_order(auricle: Call, music: Path) -> None:
    done = auricle("classify", "--json", "more", "low.wav", "low.wav")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["label"] for line in lines] == ["high", "mid", "low", "low"]
    for line in lines:
        assert set(line) == KEYS
        assert sum(genre["probability"] for genre in line["genres"]) == pytest.approx(1, abs=1e-5)
    assert lines[2] == lines[3]


def test_csv_has_the_top_genres(auricle: Call, music: Path) -> None:
    done = auricle("classify", "--csv", "--top", 1, "low.wav", "missing.mp3")
    good, bad = csv.DictReader(io.StringIO(done.stdout, newline=""))
    assert good["genre_1"] == "low"
    assert "genre_2" not in good
    assert bad["error"].startswith("UnreadableFile")
    assert done.exit_code == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bad_file_is_one_line_and_the_rest_goes_on(auricle: Call, music: Path, jobs: int) -> None:
    Path("text.mp3").write_text("this is no music")
    files = ["text.mp3", "low.wav", "missing.mp3", "more/high.flac", "more"]
    done = auricle("classify", "--json", "--jobs", jobs, *files)
    assert done.exit_code == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["path"] for line in lines] == [*files[:4], "more/high.flac", "more/deep/mid.WAV"]
    assert lines[0]["error"]["type"] == "UnsupportedAudio"
    assert "text.mp3" in lines[0]["error"]["message"]
    assert lines[2]["error"]["type"] == "UnreadableFile"
    assert len(done.stderr.splitlines()) == 2
    assert "Traceback" not in done.output


def test_jobs_do_not_change_the_answer(auricle: Call, music: Path) -> None:
    one, two = (auricle("classify", "--json", "--jobs", jobs, ".") for jobs in (1, 2))
    assert one.stdout == two.stdout != ""


@pytest.mark.parametrize("name", ["two\nlines.wav", "\U0001f3b5 日本.wav", "[bold]a b.wav"])
def test_strange_names(auricle: Call, music: Path, name: str) -> None:
    Path("low.wav").rename(name)
    line = json.loads(auricle("classify", "--json", name).stdout)
    assert (line["path"], line["label"]) == (name, "low")
    card = auricle("classify", name)
    assert card.exit_code == 0
    assert card.stdout.splitlines()[0].endswith("0:03  low")


def test_a_leading_dash_needs_two_dashes_or_a_list(auricle: Call, music: Path) -> None:
    Path("low.wav").rename("-low.wav")
    assert auricle("classify", "-low.wav").exit_code == 2
    assert auricle("classify", "--", "-low.wav").exit_code == 0
    Path("list").write_text("-low.wav\n")
    assert auricle("classify", "--files-from", "list").exit_code == 0


def test_standard_input(auricle: Call, music: Path) -> None:
    data = Path("low.wav").read_bytes()
    line = json.loads(auricle("classify", "--json", "-", stdin=data).stdout)
    assert (line["path"], line["label"]) == ("-", "low")
    empty = auricle("classify", "--json", "-", stdin=b"")
    assert json.loads(empty.stdout)["error"]["type"] == "EmptyAudio"
    assert "auricle-stdin" not in empty.output
    assert empty.exit_code == 1


def test_an_explicit_file_is_tried_whatever_its_suffix(auricle: Call, music: Path) -> None:
    Path("low.wav").rename("low.unheard-of")
    assert auricle("classify", "low.unheard-of").exit_code == 0


def test_folder_without_music_counts_as_failed(auricle: Call, music: Path) -> None:
    Path("empty").mkdir()
    done = auricle("classify", "--json", "empty", "low.wav")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == "auricle: empty: no audio files in this folder\n"
    assert done.exit_code == 1


def test_fast_profile(auricle: Call, tmp_path: Path, music: Path) -> None:
    soundfile.write("long.wav", np.tile(tone(220), 20), 16_000)
    fast = json.loads(auricle("classify", "--json", "--profile", "fast", "long.wav").stdout)
    assert len(fast["timeline"]) == 3
    assert fast["label"] == "low"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name files or folders"),
        (["--json", "--csv", "low.wav"], "not both"),
        (["--jobs", "0", "low.wav"], "--jobs"),
        (["--top", "0", "low.wav"], "--top"),
        (["--profile", "slow", "low.wav"], "--profile"),
        (["--files-from", "nowhere"], "nowhere"),
        (["--nonsense"], "--nonsense"),
        (["--timeline", "a.png", "low.wav", "more"], "name a folder"),
    ],
)
def test_wrong_usage(auricle: Call, music: Path, arguments: list[str], words: str) -> None:
    done = auricle("classify", *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("jobs", [1, 2])
def test_unknown_model_is_one_line(auricle: Call, music: Path, jobs: int) -> None:
    done = auricle("classify", "low.wav", "low.wav", "--jobs", jobs, "--json", "--model", "nothing")
    assert done.exit_code == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("auricle: error: no model bundle 'nothing'")


def test_head_of_ones_own(auricle: Call, music: Path, model: Path) -> None:
    from auricle.models import load_model

    genre = load_model(model).heads["genre"]
    names = {"labels": ("bass", "middle", "treble")}
    fields = {name: getattr(genre, name) for name in genre.__dataclass_fields__} | names
    type(genre)(**fields).save("own.head")
    line = json.loads(auricle("classify", "--json", "--head", "own.head", "low.wav").stdout)
    assert line["label"] == "bass"


def test_timeline_of_one_file_and_of_a_folder(auricle: Call, music: Path) -> None:
    assert auricle("classify", "low.wav", "--timeline", "one.PNG").exit_code == 0
    assert Path("one.PNG").read_bytes()[:4] == b"\x89PNG"
    assert auricle("classify", "low.wav", "more", "--timeline", "pictures").exit_code == 0
    assert sorted(path.name for path in Path("pictures").iterdir()) == [
        "high.png", "low.png", "mid.png",
    ]  # fmt: skip
