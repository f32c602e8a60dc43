"""Analyse many files: in this process, or in worker processes that survive a crashing decoder."""

from .many import BatchOptions, analyze_many

__all__ = ["BatchOptions", "analyze_many"]
