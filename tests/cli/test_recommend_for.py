"""``auricle recommend for``."""

import itertools
import json
from pathlib import Path

import pytest

from auricle.library import Catalog
from auricle.library.schema import TRACKS

from ..recommend.conftest import store
from .conftest import Call
from .recommended import fill, fit


@pytest.fixture(autouse=True)
def fitted(home: Path) -> Path:
    """Return the catalog in auricle's home, with a recommender."""
    home.mkdir(exist_ok=True)
    place = fill(home / "catalog.sqlite")
    fit(place)
    return place


def paths(text: str) -> list[str]:
    return [json.loads(line)["path"] for line in text.splitlines()]


def test_a_list(auricle: Call) -> None:
    done = auricle("recommend", "for", "fan 0", "-k", 5)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("  1  ")
    assert "artist" in lines[0]


def test_json(auricle: Call) -> None:
    done = auricle("recommend", "for", "fan 0", "-k", 5, "--json", "--artist-window", 1)
    assert set(paths(done.stdout)) == {f"/music/{number}.mp3" for number in range(10, 15)}
    row = json.loads(done.stdout.splitlines()[0])
    assert {"path", "label", "probability", "score"} <= set(row)


def test_reasons(auricle: Call) -> None:
    done = auricle("recommend", "for", "fan 0", "-k", 1, "--explain")
    text = " ".join(done.stdout.split())
    assert "because you play artist" in text
    assert "sounds like its" in text
    assert "both are jazz" in text


def test_filters(auricle: Call) -> None:
    words = ("--where", "genre = techno", "-k", 3, "--json")
    found = paths(auricle("recommend", "for", "fan 0", *words).stdout)
    assert all(path >= "/music/20.mp3" for path in found)
    assert auricle("recommend", "for", "fan 0", "--where", "genre =").exit_code == 2
    nothing = auricle("recommend", "for", "fan 0", "--where", "genre = polka")
    assert (nothing.stdout, nothing.stderr) == ("", "auricle: no track of the catalog fits\n")


def test_only_music_unless_asked(auricle: Call) -> None:
    assert auricle("recommend", "for", "fan 0", "--kind", "Speech").stdout == ""
    assert auricle("recommend", "for", "fan 0", "--kind", "speech", "--kind", "music").stdout


def test_only_what_nobody_plays(auricle: Call) -> None:
    words = ("--only-new", "-k", 40, "--artist-window", 1, "--json")
    found = paths(auricle("recommend", "for", "fan 0", *words).stdout)
    assert set(found) == {f"/music/{number}.mp3" for number in range(10, 30)}


def test_tracks_that_came_later_are_there(auricle: Call, fitted: Path) -> None:
    with Catalog.open(fitted) as catalog:
        store(catalog, 77, 0.1)
    done = auricle("recommend", "for", "fan 0", "-k", 3, "--json", "--artist-window", 1)
    assert "/music/77.mp3" in paths(done.stdout)


def test_an_unknown_listener_and_no_recommender(auricle: Call, tmp_path: Path) -> None:
    unknown = auricle("recommend", "for", "fan0")
    assert unknown.exit_code == 1
    assert "fan 0" in unknown.stderr
    none = auricle("recommend", "for", "fan 0", "--recommender", tmp_path / "none")
    assert none.exit_code == 1
    assert "auricle recommend fit" in none.stderr


def test_windows(auricle: Call) -> None:
    words = ("-k", 12, "--json", "--artist-window", 4, "--album-window", 2)
    found = auricle("recommend", "for", "fan 0", *words).stdout.splitlines()
    artists = [json.loads(line)["artist"] for line in found]
    albums = [json.loads(line)["album"] for line in found]
    assert all(len(set(artists[at : at + 4])) == 4 for at in range(len(artists) - 3))
    assert all(one != other for one, other in itertools.pairwise(albums))


def test_what_was_played_may_come_again(auricle: Call) -> None:
    words = ("--played", "-k", 3, "--json", "--artist-window", 1)
    assert all(
        path < "/music/10.mp3"
        for path in paths(auricle("recommend", "for", "fan 0", *words).stdout)
    )


def test_exploring_is_drawn_by_the_seed(auricle: Call) -> None:
    words = ("-k", 10, "--explore", 0.5, "--json", "--artist-window", 1)
    first, again, other = (
        paths(auricle("recommend", "for", "fan 7", *words, "--seed", seed).stdout)
        for seed in (1, 1, 2)
    )
    assert first == again != other
    assert auricle("recommend", "for", "fan 7", "--explore", 2).exit_code == 2


def test_a_model_for_all_listeners(auricle: Call, fitted: Path) -> None:
    fit(fitted, "popularity")
    one, other = (
        paths(auricle("recommend", "for", who, "--json", "-k", 40, "--played").stdout)
        for who in ("fan 0", "fan 1")
    )
    assert one == other
    assert set(one[:9]) <= {f"/music/{n:02}.mp3" for n in (*range(10), *range(30, 40))}


def test_names_with_line_breaks_stay_on_one_line(auricle: Call, fitted: Path) -> None:
    with Catalog.open(fitted) as catalog:
        track = next(catalog.tracks())
        with catalog.writing() as connection:
            mine = TRACKS.c.track_id != track.track_id
            connection.execute(TRACKS.update().where(mine).values(title="two\nlines"))
    assert len(auricle("recommend", "for", "fan 0", "-k", 5).stdout.splitlines()) == 5
