"""A place that cannot be written is wrong usage, told before the work."""

from pathlib import Path

import pytest
import typer

from auricle.cli.outputs import check_output

from .conftest import Call


def test_places_that_can_be_written(tmp_path: Path) -> None:
    asked = [None, tmp_path / "any", tmp_path / "x.PNG", Path("here.png")]
    for path in asked:
        check_output(path)
    for path in (None, tmp_path / "x.PNG", Path("here.png")):
        check_output(path, ".html", ".png")
    assert not any(path.exists() for path in asked if path)


@pytest.mark.parametrize(
    ("suffixes", "told"),
    [
        ((".png",), "must end with .png"),
        ((".html", ".png"), "must end with .html or .png"),
        ((".csv", ".html", ".png"), "must end with .csv, .html or .png"),
    ],
)
def test_other_suffixes(tmp_path: Path, suffixes: tuple[str, ...], told: str) -> None:
    with pytest.raises(typer.BadParameter, match=f"^-o .*x.svg: the name {told}$"):
        check_output(tmp_path / "x.svg", *suffixes)


def test_an_argument_has_no_option(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="^x.csv: the name must end with .parquet$"):
        check_output(Path("x.csv"), ".parquet", option="")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"^--export .*there is no folder .*nowhere$"):
        check_output(tmp_path / "nowhere" / "x.csv", option="--export")


@pytest.mark.parametrize(
    "command",
    [
        "demo -o low.wav",
        "evaluate -m songs.csv -o low.wav",
        "train recipe.toml -o low.wav",
        "train recipe.toml --data low.wav",
        "train recipe.toml --cache low.wav",
        "recommend fit plays.csv -o low.wav",
        "recommend for anna --recommender low.wav",
        "recommend evaluate plays.csv -o low.wav",
        "intake . --recommender low.wav",
    ],
)
def test_a_file_where_a_folder_is_asked_for(auricle: Call, music: Path, command: str) -> None:
    before = (music / "low.wav").read_bytes()
    result = auricle(*command.split())
    assert result.exit_code == 2
    assert "'low.wav' is a file" in result.stderr
    assert (music / "low.wav").read_bytes() == before


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="is a folder"):
        check_output(tmp_path)
