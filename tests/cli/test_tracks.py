"""Tracks and filters as they are named on the command line."""

from pathlib import Path

import pytest
import typer

from auricle.cli.tracks import find_track, parse_where
from auricle.errors import UnknownTrack
from auricle.library import Catalog

from ..recommend.make import track
from .recommended import fill


def test_filters() -> None:
    assert parse_where(None) is None
    found = parse_where("genre = jazz")
    assert found is not None
    assert found(track())
    with pytest.raises(typer.BadParameter, match="--where at 'x'"):
        parse_where("x")


def test_tracks_are_found_by_path(tmp_path: Path) -> None:
    (tmp_path / "there.mp3").write_bytes(b"")
    with Catalog.open(fill(tmp_path / "catalog.sqlite")) as catalog:
        assert find_track(catalog, "/music/05.mp3").title == "song 5"
        with pytest.raises(UnknownTrack, match="no such file"):
            find_track(catalog, "/music/nowhere.mp3")
        with pytest.raises(UnknownTrack, match="a file that is not in"):
            find_track(catalog, str(tmp_path / "there.mp3"))
