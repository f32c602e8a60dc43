"""Recommend from who played what and from how it sounds, also what nobody has played yet."""

from .choosing import NO_FILTERS, Filters, Recommendation
from .interactions import Interactions, Plays
from .items import Items
from .recommender import Recommender

__all__ = [
    "NO_FILTERS",
    "Filters",
    "Interactions",
    "Items",
    "Plays",
    "Recommendation",
    "Recommender",
]
