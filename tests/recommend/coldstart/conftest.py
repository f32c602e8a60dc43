"""Models fitted once on the world of two tastes."""

import pytest

from auricle.recommend.coldstart import MODELS, Interactions, Items, Recommender

from .world import two_tastes


@pytest.fixture(scope="session")
def tastes() -> tuple[Interactions, Items]:
    return two_tastes()


@pytest.fixture(scope="session")
def fitted(tastes: tuple[Interactions, Items]) -> dict[str, Recommender]:
    """Return every model, fitted."""
    return {name: model().fit(*tastes) for name, model in MODELS.items()}
