"""PROVE: how good a model is, on any manifest, without fooling oneself."""

from .leaks import Leak, LeakReport
from .manifest import Track, read_manifest, select
from .render import to_markdown, to_text, update_card, write_report
from .report import Report
from .run import EvaluateOptions, evaluate

__all__ = [
    "EvaluateOptions",
    "Leak",
    "LeakReport",
    "Report",
    "Track",
    "evaluate",
    "read_manifest",
    "select",
    "to_markdown",
    "to_text",
    "update_card",
    "write_report",
]
