"""What auricle playlist prints and writes."""

from pathlib import Path

import pytest
import typer

from auricle.cli.playlist_show import card, write
from auricle.recommend.playlist.make import Playlist
from auricle.recommend.playlist.scorecard import Scorecard, Smoothness

from ..recommend.make import track

OWN = Smoothness(0.25, 0.125, 1.0)


def test_a_scorecard_in_words() -> None:
    full = Scorecard(OWN, Smoothness(0.5, 0.2, 2.0), OWN, (), 125.0)
    assert card(full) == [
        "2:05 in all; largest step 0.250, mean 0.125",
        "the best next track each time: largest step 0.500, mean 0.200",
        "random tracks: largest step 0.250, mean 0.125",
        "all rules are kept",
    ]
    broken = card(Scorecard(OWN, None, None, ("tracks 1 and 2: same artist, too close",), 5.0))
    assert broken[1].endswith("ends where no track may follow")
    assert broken[-1] == "broken rule: tracks 1 and 2: same artist, too close"


def test_a_name_that_does_not_fit_is_wrong_usage(tmp_path: Path) -> None:
    made = Playlist((track(1, "/a\nb.mp3"),), (0.0,), Scorecard(OWN, None, None, (), 5.0))
    write(made, None, relative=True)
    with pytest.raises(typer.BadParameter, match="xspf"):
        write(made, tmp_path / "x.m3u8", relative=True)
    assert not (tmp_path / "x.m3u8").exists()
    write(made, tmp_path / "x.xspf", relative=True)
    assert b"a%0Ab" in (tmp_path / "x.xspf").read_bytes()
