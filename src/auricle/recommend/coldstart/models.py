"""All models by name, and reading whichever was stored."""

from pathlib import Path

from ...errors import InteractionsError
from .audio_factors import AudioFactors
from .baselines import Genre, Popularity, Random
from .collaborative import FactorModel, ItemKnn
from .content import Content
from .hybrid import Hybrid
from .recommender import Recommender
from .store import describe

MODELS: dict[str, type[Recommender]] = {
    model.name: model
    for model in (Random, Popularity, Genre, ItemKnn, FactorModel, Content, AudioFactors, Hybrid)
}
"""The models that ship, simplest first."""


def make_recommender(name: str) -> Recommender:
    """Return an unfitted model.

    Raises:
        InteractionsError: there is no model of that name.
    """
    if name not in MODELS:
        raise InteractionsError(f"there is no model {name!r}: it is one of {', '.join(MODELS)}")
    return MODELS[name]()


def load_recommender(folder: str | Path, *, model: str | None = None) -> Recommender:
    """Read a stored model of any name.

    Args:
        folder: that ``Recommender.save`` wrote.
        model: the embedding model in use, ``"name@hash12"``; None does not ask.

    Raises:
        InteractionsError: there is none, its name is not known here, or it is damaged.
        SpaceMismatch: it was fitted on embeddings of another model.
    """
    kind = type(make_recommender(describe(Path(folder))["name"]))
    return kind.load(folder, model=model)
