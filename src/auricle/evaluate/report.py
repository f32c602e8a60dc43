"""The report of an evaluation: one frozen value, and its JSON form."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from ..types import Failure
from .bootstrap import Interval
from .leaks import LeakReport
from .probe import ProbeResult
from .robustness import Robustness
from .scores import HeadScores
from .selective import RiskCoverage

DIGITS = 5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Tracks that do not count in the head's figures, and why."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """How often the nearest tracks are by the same artist, within one source."""

    source: str
    k: int
    min_size: int
    share: Interval


@dataclass(frozen=True, slots=True)
class KindShare:
    """How much of one kind was heard as what it is."""

    kind: str
    right: Interval


@dataclass(frozen=True, slots=True)
class KindScores:
    """Music, speech, other sound and silence told apart.

    Attributes:
        accuracy: of the kinds.
        labels: of the rows and columns of ``confusion``.
        confusion: rows are the truth.
        protocol: what was judged, and how training was kept apart, in words.
        by_kind: a row per kind that occurs.
    """

    accuracy: Interval
    labels: tuple[str, ...]
    confusion: Any
    protocol: str
    by_kind: tuple[KindShare, ...]


@dataclass(frozen=True, slots=True)
class QuietScore:
    """What was said of one silent, or nearly silent, made sound at several lengths.

    Attributes:
        sound: in words.
        level_dbfs: of the sound without offset (RMS); None for none at all.
        heard: how often each kind was heard.
    """

    sound: str
    level_dbfs: float | None
    heard: Mapping[str, int]


@dataclass(frozen=True)
class Report:
    """Everything an evaluation found; parts that were not asked for are None or empty.

    Attributes:
        model: ``"name@hash12"`` of the backbone, or what the .npz file says made it.
        head: name of the head.
        manifest: its file name.
        split: the split that was judged, or empty for all tracks.
        sources: the sources that were judged.
        n_tracks: tracks of that split and those sources.
        n_learnt: how many of them are files that the model or the head learnt from.
        without_embedding: clip_ids of tracks that a file of stored embeddings lacks.
        scores: of the head.
        kinds: music told from other sounds, by the head as it is.
        kind_probe: the same by a head that was fitted anew, every artist and fold held out once.
        quiet: what was said of made silence.
        left_out: tracks missing from ``scores``.
        failures: files that could not be heard.
        probes: linear probes of the embedding.
        neighbours: same artist among the nearest.
        leaks: the audit.
        robustness: one row per condition.
    """

    model: str
    head: str
    manifest: str
    split: str
    sources: tuple[str, ...]
    n_tracks: int
    n_learnt: int = 0
    without_embedding: tuple[str, ...] = ()
    scores: HeadScores | None = None
    kinds: KindScores | None = None
    kind_probe: KindScores | None = None
    quiet: tuple[QuietScore, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    failures: tuple[Failure, ...] = ()
    probes: tuple[ProbeResult, ...] = ()
    neighbours: tuple[Neighbours, ...] = ()
    leaks: tuple[LeakReport, ...] = ()
    robustness: tuple[Robustness, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; numbers are rounded to five digits."""
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}


def plain(value: Any) -> Any:  # noqa: ANN401 - anything goes in, JSON comes out
    """Return a value as dicts, lists, numbers and text."""
    if isinstance(value, RiskCoverage):
        return _thinned(value)
    if isinstance(value, ProbeResult):
        return _fields(value) | {"best_c_accuracy": plain(value.best_c_accuracy)}
    if isinstance(value, Failure):
        return value.to_dict()
    if is_dataclass(value):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple | frozenset):
        return [plain(item) for item in value]
    return round(value, DIGITS) if isinstance(value, float) else value


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass
    return {field.name: plain(getattr(value, field.name)) for field in fields(value)}


def _thinned(curve: RiskCoverage) -> dict[str, Any]:
    """Return the area and the risk at every twentieth of coverage: enough to draw it."""
    coverage = [i / 20 for i in range(1, 21)]
    return {
        "area": plain(curve.area),
        "coverage": coverage,
        "risk": [plain(curve.risk_at(share)) for share in coverage],
    }
