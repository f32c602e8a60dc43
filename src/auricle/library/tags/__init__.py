"""Write what was heard into the files' own tags: planned, noted in a journal, and undoable."""

from .journal import Entry, Journal, journals_folder, newest_journal, read_journal
from .plan import Heard, TagChange, TagOptions, plan
from .write import Undone, undo, write

__all__ = [
    "Entry",
    "Heard",
    "Journal",
    "TagChange",
    "TagOptions",
    "Undone",
    "journals_folder",
    "newest_journal",
    "plan",
    "read_journal",
    "undo",
    "write",
]
