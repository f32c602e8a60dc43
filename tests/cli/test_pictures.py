"""Where timelines go."""

from pathlib import Path

import pytest
import typer

from auricle.analysis import analyze
from auricle.cli import pictures
from auricle.cli.inputs import Inputs
from auricle.cli.pictures import Pictures
from auricle.cli.running import Tally
from auricle.errors import MissingExtra
from auricle.models import load_model
from auricle.plot import canvas
from auricle.types import Analysis, Failure


@pytest.fixture
def low(music: Path, model: Path) -> Analysis:
    return analyze("low.wav", load_model(model))


def test_nothing_is_drawn_when_nothing_is_asked_for(low: Analysis, music: Path) -> None:
    before = sorted(music.rglob("*"))
    Pictures(None, Inputs(("low.wav",))).draw(low, Tally())
    assert sorted(music.rglob("*")) == before


def test_equal_names_get_numbers(low: Analysis) -> None:
    drawn = Pictures("out", Inputs(("low.wav",) * 3))
    for _ in range(3):
        drawn.draw(low, Tally())
    found = sorted(path.name for path in Path("out").iterdir())
    assert found == ["low-2.png", "low-3.png", "low.png"]


def test_failures_have_no_picture(music: Path) -> None:
    drawn = Pictures("out", Inputs(("a", "b")))
    drawn.draw(Failure("a", "EmptyAudio", "a"), Tally())
    assert list(Path("out").iterdir()) == []


def test_a_picture_that_cannot_be_drawn_costs_this_picture(
    low: Analysis, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn, tally = Pictures("out", Inputs(("low.wav",) * 2)), Tally()
    Path("low.wav").unlink()
    drawn.draw(low, tally)
    assert tally.failed == 1
    assert "low.wav: no picture: " in capsys.readouterr().err


def test_standard_input_is_drawn_from_its_copy(low: Analysis) -> None:
    from dataclasses import replace

    drawn = Pictures("out", Inputs(("low.wav",), spool="low.wav"))
    drawn.draw(replace(low, path="-"), Tally())
    assert [path.name for path in Path("out").iterdir()] == ["stdin.png"]


def test_one_picture_for_several_files_is_wrong() -> None:
    with pytest.raises(typer.BadParameter, match="there are 2 files"):
        Pictures("a.png", Inputs(("a", "b")))


def test_missing_matplotlib_is_told_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canvas, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra):
        Pictures("a.png", Inputs(("a",)))
    assert pictures.Pictures(None, Inputs(("a",)))
