"""From names to a wish."""

from dataclasses import replace

import numpy as np
import pytest

from auricle.errors import Infeasible
from auricle.library import Catalog
from auricle.recommend.playlist.ask import DEFAULT_COUNT, Asked, make_wish
from auricle.recommend.playlist.goals import Curve, Liked, Way
from auricle.types import Genre

from ...library.make import ORIGIN, analysis, content
from ..conftest import direction


def test_every_kind_of_goal(catalog: Catalog) -> None:
    tracks = tuple(catalog.tracks())
    asked = Asked(tracks[:2], tracks[5:6], tracks[8:10], ("JAZZ", "techno"))
    wish, collection = make_wish(catalog, asked, count=9)
    assert [type(goal) for goal in wish.goals] == [Liked, Way, Curve]
    assert wish.stops == tracks[8:10]
    assert wish.excluded == (*tracks[:2], *tracks[5:6])
    assert (wish.count, wish.minutes) == (9, None)
    assert len(collection.index.rows) == 40


def test_a_file_from_elsewhere_is_liked_by_its_sound(catalog: Catalog) -> None:
    heard = analysis("/elsewhere.mp3", direction(0.5))
    wish, collection = make_wish(catalog, Asked((heard,)))
    (goal,) = wish.goals
    assert isinstance(goal, Liked)
    np.testing.assert_array_equal(goal.liked[0], heard.embedding)
    assert wish.excluded == ()
    silent = analysis("/silent.mp3", (0.0, 0.0, 0.0))
    for useless in (silent, replace(heard, model="other@1")):
        with pytest.raises(Infeasible, match=f"{useless.path}: has no embedding by"):
            make_wish(catalog, Asked((useless,)))
    assert collection.model == ORIGIN.model


def test_lengths(catalog: Catalog) -> None:
    asked = Asked(genres=("jazz",))
    assert make_wish(catalog, asked)[0].count == DEFAULT_COUNT
    wish, _ = make_wish(catalog, asked, minutes=30.0)
    assert (wish.count, wish.minutes) == (None, 30.0)


def test_unknown_genres_are_refused(catalog: Catalog) -> None:
    with pytest.raises(Infeasible, match="no genre 'salsa'; there are jazz, techno"):
        make_wish(catalog, Asked(genres=("salsa",)))


def test_genres_of_another_head_are_known_too(catalog: Catalog) -> None:
    """Some tracks may have been heard by a head of one's own."""
    mine = analysis("/mine.mp3", direction(0.5), label="salsa", genres=(Genre("salsa", 0.9),))
    catalog.store("/mine.mp3", content("mine"), mine, ORIGIN)
    wish, _ = make_wish(catalog, Asked(genres=("jazz", "Salsa")))
    assert wish.goals == (Curve(("jazz", "Salsa")),)
    with pytest.raises(Infeasible, match="no genre 'polka'; there are jazz, salsa, techno"):
        make_wish(catalog, Asked(genres=("polka",)))
