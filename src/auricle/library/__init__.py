"""REMEMBER: a collection's catalog, its scan, and what is found in it."""

from .catalog import Catalog
from .catalog_rows import STATES, Content, Origin, Stamp, State, Track

__all__ = ["STATES", "Catalog", "Content", "Origin", "Stamp", "State", "Track"]
