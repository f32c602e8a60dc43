"""Teach auricle labels of your own: heads fitted on embeddings (extra ``teach``)."""

from .estimate import Estimate, HoldOut, estimate, hold_out
from .fit import ExcerptExamples, HeadSpec, fit_head
from .multilabel import MultiLabelSpec, fit_multilabel_head
from .noise import Doubt, probably_wrong
from .suggest import Suggestion, suggest

__all__ = [
    "Doubt",
    "Estimate",
    "ExcerptExamples",
    "HeadSpec",
    "HoldOut",
    "MultiLabelSpec",
    "Suggestion",
    "estimate",
    "fit_head",
    "fit_multilabel_head",
    "hold_out",
    "probably_wrong",
    "suggest",
]
