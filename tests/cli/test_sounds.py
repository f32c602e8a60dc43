"""What a name stands for: a track of the catalog, or a file that is heard."""

from pathlib import Path

import pytest

from auricle.cli.sounds import Ear
from auricle.errors import UnreadableFile
from auricle.library import Catalog, Origin, Track
from auricle.types import Analysis

from ..library.make import analysis, content
from .conftest import Call


@pytest.fixture
def place(auricle: Call, music: Path, tmp_path: Path) -> Path:
    """Fill a catalog with one of the working folder's files."""
    place = tmp_path / "heard.sqlite"
    auricle("library", "add", music / "low.wav", "--model", "tiny", "--catalog", place)
    return place


def test_tracks_are_known_and_files_are_heard(place: Path, music: Path) -> None:
    with Catalog.open(place) as catalog:
        ear = Ear(catalog)
        known, heard = ear.find("low.wav"), ear.find("more/high.flac")
        assert isinstance(known, Track)
        assert isinstance(heard, Analysis)
        assert heard.model == known.model
        with pytest.raises(UnreadableFile, match=r"none\.wav"):
            ear.find("none.wav")


def test_a_named_model_hears_everything(place: Path) -> None:
    with Catalog.open(place) as catalog:
        assert isinstance(Ear(catalog, "tiny", "full").find("low.wav"), Analysis)


def test_a_model_that_is_gone_is_replaced_by_its_successor(model: Path, music: Path) -> None:
    with Catalog.open() as catalog:
        old = "tiny@000000000000"
        catalog.store("/x", content("x"), analysis("/x", model=old), Origin(old))
        heard = Ear(catalog).find("low.wav")
        assert isinstance(heard, Analysis)
        assert heard.model != old
