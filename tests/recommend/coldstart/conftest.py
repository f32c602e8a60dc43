"""Models fitted once on the world of two tastes."""

import pytest

from auricle.recommend.coldstart import MODELS, Interactions, Items, Recommender
from auricle.recommend.coldstart.rehearsal import Rehearsal, rehearse

from .world import two_tastes


@pytest.fixture(scope="session")
def tastes() -> tuple[Interactions, Items]:
    return two_tastes()


@pytest.fixture(scope="session")
def fitted(tastes: tuple[Interactions, Items]) -> dict[str, Recommender]:
    """Return every model, fitted."""
    return {name: model().fit(*tastes) for name, model in MODELS.items()}


@pytest.fixture(scope="session")
def rehearsal(tastes: tuple[Interactions, Items]) -> Rehearsal:
    events, items = tastes
    found = rehearse(events.on(items.names), items, 0)
    assert found is not None
    return found
