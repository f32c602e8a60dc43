"""auricle playlist: from the command line to a list."""

import json
from pathlib import Path

import pytest
import soundfile
from typer.testing import Result

from ..tiny import tone
from .conftest import Call
from .recommended import fill


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return fill(tmp_path / "catalog.sqlite")


def paths(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [json.loads(line)["path"] for line in result.stdout.splitlines()]


def test_from_to_via(auricle: Call, catalog: Path) -> None:
    result = auricle(
        "playlist", "--from", "/music/00.mp3", "--to", "/music/39.mp3", "--via", "/music/10.mp3",
        "--count", 6, "--json", "--catalog", catalog,
    )  # fmt: skip
    found = paths(result)
    assert (len(found), found[0], found[-1]) == (6, "/music/00.mp3", "/music/39.mp3")
    assert "/music/10.mp3" in found
    assert {"path", "label", "probability", "score"} <= set(
        json.loads(result.stdout.splitlines()[0])
    )
    assert "largest step" in result.stderr


def test_liked_and_disliked(auricle: Call, catalog: Path) -> None:
    result = auricle(
        "playlist", "--like", "/music/20.mp3", "--dislike", "/music/15.mp3", "--count", 4,
        "--json", "--catalog", catalog,
    )  # fmt: skip
    found = paths(result)
    assert not {"/music/20.mp3", "/music/15.mp3"} & set(found)
    assert all(int(path[-6:-4]) > 17 for path in found)


def test_a_table_and_a_file(auricle: Call, catalog: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.m3u8"
    result = auricle(
        "playlist", "--curve", "jazz -> techno", "--minutes", 20, "-o", target, "--absolute",
        "--catalog", catalog,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "all rules are kept" in result.stdout
    assert "random tracks: largest step" in result.stdout
    entries = [x for x in target.read_text("utf-8").splitlines() if not x.startswith("#")]
    assert entries
    assert all(entry.startswith("/music/") for entry in entries)
    assert result.stdout.count("artist ") == len(entries)


def test_same_seed_same_list(auricle: Call, catalog: Path) -> None:
    call = ("playlist", "--curve", "techno", "--count", 9, "--seed", 4, "--json")
    assert paths(auricle(*call, "--catalog", catalog)) == paths(
        auricle(*call, "--catalog", catalog)
    )


def test_the_impossible_is_named(auricle: Call, catalog: Path) -> None:
    result = auricle(
        "playlist", "--curve", "jazz", "--count", 20, "--artist-window", 9, "--catalog", catalog
    )
    assert result.exit_code == 1
    assert "the artist window of 9 leaves room for only 8 of 20 tracks" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say what it is to be like"),
        (("--from", "a"), "belong together"),
        (("--via", "a"), "belong together"),
        (("--curve", "jazz ->"), "with -> between"),
        (("--curve", "jazz", "--count", "3", "--minutes", "9"), "not both"),
        (("--curve", "jazz", "-o", "x.pls"), "must end with"),
        (("--curve", "jazz", "-o", "none/x.xspf"), "no folder"),
        (("--curve", "jazz", "--where", "x"), "expected one of the fields"),
    ],
)
def test_wrong_usage(
    auricle: Call, catalog: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = auricle("playlist", *arguments, "--catalog", catalog)
    assert result.exit_code == 2
    assert message in result.stderr


def test_files_from_elsewhere_may_be_liked(auricle: Call, music: Path, tmp_path: Path) -> None:
    place = tmp_path / "heard.sqlite"
    auricle("library", "add", music, "--model", "tiny", "--catalog", place)
    soundfile.write(tmp_path / "new.wav", tone(4_800), 16_000)
    new, low = tmp_path / "new.wav", music / "low.wav"
    found = paths(auricle("playlist", "--like", new, "--count", 1, "--json", "--catalog", place))
    assert [Path(path).name for path in found] == ["high.flac"]
    way = auricle("playlist", "--from", new, "--to", low, "--catalog", place)
    assert way.exit_code == 1
    assert f"{new}: a file that is not in" in way.stderr


def test_unknown_tracks(auricle: Call, catalog: Path) -> None:
    result = auricle("playlist", "--like", "/none.mp3", "--catalog", catalog)
    assert result.exit_code == 1
    assert "/none.mp3" in result.stderr
