"""Recommend from who played what and from how it sounds, also what nobody has played yet."""

from .choosing import NO_FILTERS, Filters, Recommendation
from .datasets import DATASETS, read_dataset
from .interactions import Interactions, Plays
from .items import Items
from .models import MODELS, load_recommender, make_recommender
from .reading import ReadReport, read_interactions
from .recommender import Recommender

__all__ = [
    "DATASETS",
    "MODELS",
    "NO_FILTERS",
    "Filters",
    "Interactions",
    "Items",
    "Plays",
    "ReadReport",
    "Recommendation",
    "Recommender",
    "load_recommender",
    "make_recommender",
    "read_dataset",
    "read_interactions",
]
