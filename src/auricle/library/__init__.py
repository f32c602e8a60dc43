"""REMEMBER: a collection's catalog, its scan, and what is found in it."""

from .catalog import Catalog
from .catalog_rows import STATES, Content, Origin, Stamp, State, Track
from .roots import Roots, add_roots, forget, read_roots, remove_paths
from .scan import scan
from .scan_report import ScanOptions, ScanReport, Step
from .scan_survey import Survey

__all__ = [
    "STATES",
    "Catalog",
    "Content",
    "Origin",
    "Roots",
    "ScanOptions",
    "ScanReport",
    "Stamp",
    "State",
    "Step",
    "Survey",
    "Track",
    "add_roots",
    "forget",
    "read_roots",
    "remove_paths",
    "scan",
]
