"""What a scan is asked for, and what it tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ..batch import BatchOptions
from .scan_survey import Survey

Outcome = Literal["analysed", "failed", "recognised", "changing"]
"""Heard; could not be heard; known content at a new place or time; written to or gone while it was
read, so left to the next scan."""


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How a scan runs.

    Attributes:
        batch: model, profile, jobs. Files are always analysed in processes of their own.
        scopes: files and folders to look at, inside the roots; empty for all.
        retry: also look into files that failed and have not changed.
        reanalyze: also analyse tracks that were analysed by another model or head.
        cores: how many cores to keep busy on average; None for one per job. Below 1 the scan
            pauses between files.
        traces: also take the traces by which copies are found in the fast profile, in which they
            cost too much for what most collections need; see ``traces``.
    """

    batch: BatchOptions = field(default_factory=BatchOptions)
    scopes: Sequence[str] = ()
    retry: bool = False
    reanalyze: bool = False
    cores: float | None = None
    traces: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One file that a scan has dealt with."""

    path: str
    outcome: Outcome
    error: str | None = None


class ScanProgress(Protocol):
    """Hears how a scan goes on."""

    def plan(self, found: Survey) -> None:
        """Told once, when it is known what there is to do."""
        ...

    def step(self, step: Step) -> None:
        """Told for every file that was looked into."""
        ...


@dataclass(slots=True)
class ScanReport:
    """What a scan did, in numbers of files.

    Attributes:
        outcomes: files that were looked into, by outcome.
        unchanged: files that needed nothing.
        back: files that were missing and are there again.
        gone: files that are missing now.
        problems: what could not be searched.
        seconds: how long it took.
    """

    outcomes: dict[Outcome, int]
    unchanged: int
    back: int
    gone: int
    problems: tuple[str, ...]
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether nothing failed."""
        return not self.problems and not self.outcomes["failed"]
