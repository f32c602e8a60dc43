"""From names to a wish."""

import pytest

from auricle.errors import Infeasible
from auricle.library import Catalog
from auricle.recommend.playlist.ask import DEFAULT_COUNT, Asked, make_wish
from auricle.recommend.playlist.goals import Curve, Liked, Way


def test_every_kind_of_goal(catalog: Catalog) -> None:
    tracks = tuple(catalog.tracks())
    asked = Asked(tracks[:2], tracks[5:6], tracks[8:10], ("JAZZ", "techno"))
    wish, collection = make_wish(catalog, asked, count=9)
    assert [type(goal) for goal in wish.goals] == [Liked, Way, Curve]
    assert wish.stops == tracks[8:10]
    assert wish.excluded == (*tracks[:2], *tracks[5:6])
    assert (wish.count, wish.minutes) == (9, None)
    assert len(collection.index.rows) == 40


def test_lengths(catalog: Catalog) -> None:
    asked = Asked(genres=("jazz",))
    assert make_wish(catalog, asked)[0].count == DEFAULT_COUNT
    wish, _ = make_wish(catalog, asked, minutes=30.0)
    assert (wish.count, wish.minutes) == (None, 30.0)


def test_unknown_genres_are_refused(catalog: Catalog) -> None:
    with pytest.raises(Infeasible, match="no genre 'salsa'; there are jazz, techno"):
        make_wish(catalog, Asked(genres=("salsa",)))
