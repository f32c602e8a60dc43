"""TAKE IN: the new tracks of the day, what is to be done with each, and a queue for a person."""

from .entry import Entry, Report, Verdict
from .run import IntakeOptions, take_in

__all__ = ["Entry", "IntakeOptions", "Report", "Verdict", "take_in"]
