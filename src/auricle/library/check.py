"""A doctor for collections: which files are broken, or not what they seem."""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from ..batch.many import attempt
from ..batch.supervisor import supervise
from ..types import Failure
from .catalog import Catalog
from .catalog_rows import Track
from .check_measure import Measures, measure
from .identity import find_duplicates

FindingKind = Literal[
    "unreadable",
    "corrupt",
    "truncated",
    "silent",
    "clipped",
    "mono_as_stereo",
    "one_sided",
    "upsampled",
    "speech",
    "duplicate",
]
Severity = Literal["error", "warning", "note"]

SEVERITY: dict[FindingKind, Severity] = {
    "unreadable": "error",
    "corrupt": "error",
    "truncated": "error",
    "silent": "error",
    "clipped": "warning",
    "upsampled": "warning",
    "duplicate": "warning",
    "one_sided": "note",
    "mono_as_stereo": "note",
    "speech": "note",
}
"""In the order of reports: the worst first."""

SILENT_PEAK = 10 ** (-60 / 20)
"""A file that never gets louder than this, -60 dBFS, says nothing."""

CLIPPED_PER_MINUTE = 10.0
CLIPPED_AT_LEAST = 10
MAX_FLAT_SHARE = 0.25
"""More samples in plateaus than this are a square wave, not damage."""

SAME_DB = -50.0
"""Channels that differ by less than this hold the same sound; narrow stereo is near -30 dB."""

ONE_SIDED_DB = -60.0

UPSAMPLED_SHARE = 0.62
LOSSY_SHARE = 0.78
"""Bandwidth, as a share of what the sample rate could hold, below which a file was made from a
lower sample rate; and, for lossless files, from a lossy one. MP3 at 128 kbit/s has 0.73."""

ALWAYS_48K = ("opus",)
"""Codecs whose sample rate says nothing about the sound."""

_CUT = ("truncated", "wrong length")
"""What warnings of decoding say about files that are shorter than they should be."""

LONGEST_S = 600.0
"""A file that takes longer is given up."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one file.

    Attributes:
        path: the file.
        kind: what it is.
        message: what was found, in plain words.
    """

    path: str
    kind: FindingKind
    message: str

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return SEVERITY[self.kind]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "path": self.path,
            "kind": self.kind,
            "severity": self.severity,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """One file that was looked at, with what was found; nothing is good."""

    path: str
    findings: tuple[Finding, ...]


def check_files(paths: Iterable[str], *, jobs: int = 1) -> Generator[Checked, None, None]:
    """Measure files and yield one result for each, in the order given.

    Each is decoded once, in a worker process: a file that kills its decoder costs only itself.
    """
    for result in supervise(paths, _prepare, jobs=jobs, timeout_s=LONGEST_S):
        if isinstance(result, Failure):
            found = Finding(result.path, _kind_of(result), _told(result))
            yield Checked(result.path, (found,))
        else:
            yield result


def check_catalog(catalog: Catalog, *, jobs: int = 1) -> Iterator[Checked]:
    """Check every file of a catalog, then say which hold speech and which are there twice.

    Equal files are decoded once. What was found without decoding comes last.
    """
    tracks = list(catalog.tracks(states=("ready", "failed")))
    first = {track.paths[0]: track for track in tracks if track.paths}
    for checked in check_files(first, jobs=jobs):
        track = first[checked.path]
        findings = (*checked.findings, *spoken(track))
        for path in track.paths:
            copies = tuple(Finding(path, each.kind, each.message) for each in findings)
            yield Checked(path, copies)
    for finding in doubles(catalog):
        yield Checked(finding.path, (finding,))


def spoken(track: Track) -> Iterator[Finding]:
    """Yield a finding when a track holds speech."""
    if track.kind == "speech":
        yield Finding(track.path, "speech", "sounds like speech, not music")


def doubles(catalog: Catalog) -> Iterator[Finding]:
    """Yield a finding for every file that a better or equal copy makes needless."""
    told: set[str] = set()
    for group in find_duplicates(catalog):
        if group.kind == "version":
            continue
        what = "the same bytes as" if group.kind == "bytes" else "the same recording as"
        for member in group.members[1:]:
            if member.path not in told:
                told.add(member.path)
                message = f"{what} {group.members[0].path}"
                yield Finding(member.path, "duplicate", message)


def examine(measures: Measures) -> tuple[Finding, ...]:
    """Return what measures of a file say about it."""
    tests: tuple[Callable[[Measures], Iterator[tuple[FindingKind, str]]], ...]
    tests = (_whole,) if measures.peak < SILENT_PEAK else (_whole, _level, _channels, _bandwidth)
    found = [Finding(measures.path, *each) for test in tests for each in test(measures)]
    if measures.peak < SILENT_PEAK:
        found.append(Finding(measures.path, "silent", "nothing is louder than -60 dBFS"))
    return tuple(found)


def _prepare() -> Callable[[str], Checked | Failure]:
    """Return what checks one file in a worker process."""
    return partial(attempt, _check)


def _check(path: str) -> Checked:
    return Checked(path, examine(measure(path)))


def _kind_of(failure: Failure) -> FindingKind:
    """Return whether a file is damaged, or nothing is known of it."""
    return "unreadable" if failure.type in {"UnreadableFile", "TimedOut"} else "corrupt"


def _told(failure: Failure) -> str:
    return failure.message.removeprefix(f"{failure.path}: ")


def _whole(measures: Measures) -> Iterator[tuple[FindingKind, str]]:
    for warning in measures.warnings:
        cut = any(words in warning for words in _CUT)
        yield ("truncated" if cut else "corrupt"), warning


def _level(measures: Measures) -> Iterator[tuple[FindingKind, str]]:
    enough = max(CLIPPED_AT_LEAST, CLIPPED_PER_MINUTE * measures.duration_s / 60)
    if measures.clipped >= enough and measures.flat_share <= MAX_FLAT_SHARE:
        if measures.lossless:
            yield "clipped", f"{measures.clipped} places are cut off flat at its peak"
        else:
            over = f"full scale by up to {20 * np.log10(measures.peak):.1f} dB"
            yield "clipped", f"{measures.clipped} places exceed {over}: cut off when played"


def _channels(measures: Measures) -> Iterator[tuple[FindingKind, str]]:
    if measures.channels != 2:
        return
    if measures.balance_db < ONE_SIDED_DB:
        yield "one_sided", "one of its two channels is silent"
    elif measures.difference_db < SAME_DB:
        yield "mono_as_stereo", "both channels hold the same sound"


def _bandwidth(measures: Measures) -> Iterator[tuple[FindingKind, str]]:
    if measures.bandwidth_hz is None or measures.codec.startswith(ALWAYS_48K):
        return
    share = measures.bandwidth_hz / (measures.sample_rate / 2)
    ends = f"ends at {measures.bandwidth_hz / 1000:.1f} kHz of {measures.sample_rate / 2000:.1f}"
    if share <= UPSAMPLED_SHARE:
        yield "upsampled", f"its sound {ends} kHz: made from a lower sample rate"
    elif measures.lossless and share <= LOSSY_SHARE:
        yield "upsampled", f"its sound {ends} kHz: perhaps made from a lossy file"
