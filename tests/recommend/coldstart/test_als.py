"""Factors explain plays; directions are factors without popularity."""

import numpy as np
import pytest

from auricle.recommend.coldstart import Interactions, Items
from auricle.recommend.coldstart.als import (
    Factors,
    confidence,
    deviations,
    directions,
    factorise,
    strength,
)

from .world import COLD_EVEN, N_LISTENERS

World = tuple[Interactions, Items]


def test_played_tracks_are_foretold(tastes: World) -> None:
    plays = tastes[0].on(tastes[1].names)
    factors = factorise(plays, 0)
    foretold = factors.listeners @ factors.items.T
    played = plays.matrix.toarray() > 0
    assert foretold[played].mean() > foretold[~played].mean() + 0.3
    assert not factors.items[COLD_EVEN].any()
    assert not factors.listeners[N_LISTENERS].any()


def test_the_start_is_kept_and_not_changed(tastes: World) -> None:
    plays = tastes[0].on(tastes[1].names)
    start = factorise(plays, 0)
    before = start.items.copy()
    again = factorise(plays, 1, iterations=1, start=start)
    assert np.array_equal(start.items, before)
    assert np.abs(again.items - before).max() < 0.2 * np.abs(before).max()


def test_more_plays_make_surer() -> None:
    plays = Interactions.of(["a", "a"], ["x", "y"], [1, 100]).grouped
    sure = confidence(plays).toarray()[0]
    assert 1 < sure[0] < sure[1] < 100


def test_the_strength_grows_with_the_confidence() -> None:
    plays = Interactions.of(["a", "a", "b"], ["x", "y", "x"]).grouped
    sure = confidence(plays)
    assert strength(10 * sure) == pytest.approx(10 * strength(sure))


def test_directions_know_no_popularity() -> None:
    random = np.random.default_rng(0)
    listeners = (random.standard_normal((300, 8)) + 2).astype(np.float32)
    items = (random.standard_normal((200, 8)) * random.uniform(0.1, 5, (200, 1))).astype(np.float32)
    listeners[0], items[0] = 0, 0
    found = directions(Factors(listeners, items))
    products = found.listeners[1:] @ found.items[1:].T
    assert np.abs(products.mean(axis=0)).max() < 0.05 * products.std()
    by_item = products.std(axis=0)
    assert by_item.max() < 1.5 * by_item.min()
    assert not found.listeners[0].any()
    assert not found.items[0].any()
    np.testing.assert_allclose(deviations(found.listeners[1:], found.items), 1, rtol=1e-3)
