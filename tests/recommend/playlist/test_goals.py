"""Goals: what suits which position."""

import numpy as np
import pytest

from auricle.library import Catalog
from auricle.recommend.collection import Collection
from auricle.recommend.playlist.goals import (
    ASKED,
    Curve,
    Liked,
    Way,
    slerp,
    stages,
    stop_positions,
    way_targets,
)
from auricle.types import Genre
from auricle.vectors import unit_rows

from ...library.make import ORIGIN, analysis, content
from ..conftest import direction
from ..make import track
from .made import arc


def unit_of(share: float) -> np.ndarray:
    return unit_rows(np.array([direction(share)], dtype=np.float32))


def test_slerp_is_even_and_unit() -> None:
    found = slerp(arc(2)[0], arc(2)[1], np.linspace(0, 1, 5))
    np.testing.assert_allclose(found, arc(5), atol=1e-6)
    same = slerp(arc(2)[0], arc(2)[0], np.linspace(0, 1, 3))
    np.testing.assert_allclose(same, arc(2)[[0, 0, 0]], atol=1e-6)


def test_stops_are_spread_by_distance() -> None:
    stops = arc(5)[[0, 1, 4]]
    assert stop_positions(stops, 9) == [0, 2, 8]
    assert stop_positions(arc(5)[[0, 0, 4]], 5) == [0, 1, 4]
    assert stop_positions(arc(5)[[0, 4, 4]], 5) == [0, 3, 4]
    assert stop_positions(arc(3), 3) == [0, 1, 2]
    with pytest.raises(ValueError, match="3 stops do not fit into 2"):
        stop_positions(arc(3), 2)


def test_targets_go_through_the_stops() -> None:
    np.testing.assert_allclose(way_targets(arc(5)[[0, 1, 4]], 5), arc(5), atol=1e-6)


def test_a_way_costs_distance_from_its_place() -> None:
    costs = Way(arc(2)).costs([], arc(3), 3)
    np.testing.assert_allclose(np.diag(costs), 0, atol=1e-6)
    assert costs[0, 2] == pytest.approx(1)


def test_a_way_proposes_what_lies_on_it(collection: Collection) -> None:
    stops = np.concatenate([unit_of(0), unit_of(1)])
    proposed = Way(stops).propose(collection, 5, 2)
    assert proposed.shape == (5, 2)
    assert proposed[0, 0] == collection.index.rows.ids[0]
    assert proposed[4, 0] == collection.index.rows.ids[-1]


def test_liked_tracks_are_near_and_disliked_ones_far(collection: Collection) -> None:
    rows = collection.index.rows
    tracks = collection.tracks(rows.ids.tolist())
    goal = Liked(unit_of(0.5), np.zeros((0, 3), np.float32), {})
    costs = goal.costs(tracks, rows.vectors, 4)
    assert costs.shape == (4, 40)
    assert int(np.argmin(costs[0])) in {19, 20}
    disliked = Liked(unit_of(0.5), unit_of(0.4), {}).costs(tracks, rows.vectors, 1)[0]
    assert disliked[15] > disliked[24]  # as near to what is liked, but on the other side
    hub = Liked(unit_of(0.5), np.zeros((0, 3), np.float32), {int(rows.ids[20]): 0.5})
    assert hub.costs(tracks, rows.vectors, 1)[0, 20] > 0.4
    assert set(rows.ids[[19, 20]]) <= set(goal.propose(collection, 4, 3).ravel().tolist())


def test_stages_by_hand() -> None:
    assert stages(5, 3) == [(0, 0.0), (0, 0.5), (1, 0.0), (1, 0.5), (1, 1.0)]
    assert stages(2, 1) == [(0, 0.0), (0, 0.0)]
    assert stages(1, 2) == [(0, 0.0)]


def test_a_curve_wants_one_genre_after_the_other() -> None:
    def of(jazz: float) -> object:
        return track(genres=(Genre("jazz", jazz), Genre("Techno", 1 - jazz)))

    costs = Curve(("Jazz", "techno")).costs([of(1.0), of(0.5), of(0.0)], np.zeros((3, 2)), 3)  # type: ignore[list-item]
    wanted = np.array([[0, 1.5, 3], [0.5, 0, 0.5], [3, 1.5, 0]])  # the ends weigh three times
    np.testing.assert_allclose(costs, ASKED * wanted, atol=1e-6)


def test_a_curve_proposes_from_the_whole_catalog(collection: Collection) -> None:
    proposed = Curve(("jazz", "techno")).propose(collection, 6, 3)
    assert proposed.shape == (5, 3)
    ids = collection.index.rows.ids
    assert proposed[0, 0] == ids[0]
    assert proposed[-1, 0] == ids[-1]
    assert proposed[2, 0] in ids[18:22]


def test_a_curve_proposes_nothing_without_an_embedding(
    collection: Collection, catalog: Catalog
) -> None:
    silent = analysis("/quiet.mp3", (0, 0, 0))
    number = catalog.store("/quiet.mp3", content("q"), silent, ORIGIN)
    assert number not in Curve(("jazz",)).propose(collection, 6, 50)


def test_one_genre_is_a_curve_too() -> None:
    costs = Curve(("jazz",)).costs([track(genres=(Genre("jazz", 0.7),))], np.zeros((1, 2)), 2)
    np.testing.assert_allclose(costs, ASKED * np.array([[0.6], [0.3]]), atol=1e-6)
