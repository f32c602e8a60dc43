"""The leak audit: what must not be on both sides of a split, and is."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from ..audio import decode
from ..errors import AuricleError, ManifestError
from ..features.fingerprint import SPEC, Fingerprint, find_matches, fingerprint
from ..models.bundle import DIGEST_DIGITS, digest_of
from .manifest import Track

LeakKind = Literal["recording", "artist", "album", "file"]

SHOWN = 5
"""Leaks that an error names."""

LEARNT_FILES = "learnt_files"
"""Key in a taught head's ``meta``: digests of the files that it learnt from."""


@dataclass(frozen=True, slots=True)
class Leak:
    """Something two parts share.

    Attributes:
        kind: ``file`` (same SHA-256, else path), ``recording`` (same sound), ``artist`` or
            ``album``.
        parts: the two parts.
        what: the artist, album or digest; for a recording, how it was recognised.
        tracks: clip_ids, those of the first part first.
    """

    kind: LeakKind
    parts: tuple[str, str]
    what: str
    tracks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What the audit found.

    Attributes:
        column: which column tells the parts apart: ``split`` or ``fold``.
        scope: the source that was audited, empty for all.
        leaks: between two parts.
        repeats: the same recording twice inside one part: counted twice, but no leak.
        heard: number of recordings compared by sound; 0 when only names were compared.
        unheard: clip_ids whose audio could not be read.
        unknown_artists: tracks without artist_id, about which nothing can be said.
    """

    column: str
    leaks: tuple[Leak, ...]
    repeats: tuple[Leak, ...] = ()
    heard: int = 0
    unheard: tuple[str, ...] = ()
    unknown_artists: int = 0
    scope: str = ""


def audit_names(tracks: Sequence[Track], column: str = "split") -> LeakReport:
    """Find artists, albums and identical files that occur in two parts.

    Args:
        tracks: of the manifest; those without a part are left out.
        column: ``split`` or ``fold``.
    """
    placed = [track for track in tracks if _part(track, column)]
    shared: list[Leak] = []
    for kind, value_of in _NAMED.items():
        shared += _shared(placed, column, kind, value_of)
    unknown = sum(not track.artist_id for track in placed)
    return LeakReport(column, tuple(shared), unknown_artists=unknown)


def audit_recordings(
    tracks: Sequence[Track], prints: Mapping[str, Fingerprint], column: str = "split"
) -> LeakReport:
    """Find artists, albums, files, and by listening also recordings that occur in two parts.

    Different stretches of one recording are found where they overlap by at least a second.

    Args:
        tracks: of the manifest; those without a part are left out.
        prints: by clip_id, from ``fingerprints_of``.
        column: ``split`` or ``fold``.
    """
    named = audit_names(tracks, column)
    placed = [track for track in tracks if _part(track, column)]
    heard = [track for track in placed if track.clip_id in prints]
    found = _same_sound(heard, [prints[track.clip_id] for track in heard], column)
    return LeakReport(
        column,
        named.leaks + tuple(leak for leak in found if leak.parts[0] != leak.parts[1]),
        tuple(leak for leak in found if leak.parts[0] == leak.parts[1]),
        len(heard),
        tuple(track.clip_id for track in placed if track.clip_id not in prints),
        named.unknown_artists,
    )


def fingerprints_of(tracks: Sequence[Track], *, jobs: int = 1) -> dict[str, Fingerprint]:
    """Return fingerprints by clip_id; audio that cannot be read is left out."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        prints = pool.map(_fingerprint_of, tracks)
        return {
            track.clip_id: found
            for track, found in zip(tracks, prints, strict=True)
            if found is not None
        }


def count_learnt(tracks: Sequence[Track], learnt_from: frozenset[str]) -> int:
    """Return how many tracks are files that a model learnt from; what it says of them flatters it.

    Args:
        tracks: of the manifest.
        learnt_from: digests of files, from ``Bundle.learnt_from`` and ``LEARNT_FILES``.
    """
    return sum(file_digest(track) in learnt_from for track in tracks) if learnt_from else 0


def file_digest(track: Track) -> str:
    """Return the first digits of the file's SHA-256; of one that cannot be read, none."""
    if track.sha256:
        return track.sha256[:DIGEST_DIGITS]
    try:
        return digest_of(track.path)
    except OSError:
        return ""


def refuse_leaks(report: LeakReport) -> None:
    """Stop an evaluation whose parts overlap.

    Raises:
        ManifestError: naming the first leaks and how to go on.
    """
    if not report.leaks:
        return
    listed = "; ".join(describe(leak) for leak in report.leaks[:SHOWN])
    more = f"; and {len(report.leaks) - SHOWN} more" if len(report.leaks) > SHOWN else ""
    raise ManifestError(
        f"{len(report.leaks)} leaks between values of '{report.column}': {listed}{more}. "
        "Figures on these tracks would flatter: mend the manifest, or pass --allow-leaks"
    )


def describe(leak: Leak) -> str:
    """Return a leak as one line of text."""
    shown = ", ".join(leak.tracks[:4]) + (", ..." if len(leak.tracks) > 4 else "")
    where = " and ".join(dict.fromkeys(leak.parts))
    return f"{leak.kind} in {where}: {leak.what} ({shown})"


_NAMED: Mapping[LeakKind, Callable[[Track], str]] = {
    "file": lambda track: track.sha256 or os.path.normpath(track.path),
    "artist": lambda track: track.artist_id,
    "album": lambda track: f"{track.artist_id} / {track.album}" if track.album else "",
}


def _part(track: Track, column: str) -> str:
    return track.fold if column == "fold" else track.split


def _shared(
    tracks: Iterable[Track], column: str, kind: LeakKind, value_of: Callable[[Track], str]
) -> list[Leak]:
    by_value: dict[str, dict[str, list[str]]] = {}
    for track in tracks:
        if value_of(track):
            parts = by_value.setdefault(value_of(track), {})
            parts.setdefault(_part(track, column), []).append(track.clip_id)
    return [
        Leak(kind, (first, second), value, (*parts[first], *parts[second]))
        for value, parts in by_value.items()
        for first, second in combinations(sorted(parts), 2)
    ]


def _same_sound(tracks: Sequence[Track], prints: Sequence[Fingerprint], column: str) -> list[Leak]:
    found = []
    for match in find_matches(prints) if prints else []:
        pair = sorted(
            (tracks[match.left], tracks[match.right]), key=lambda track: _part(track, column)
        )
        what = f"{match.overlap_s:.1f} s in common, {match.bit_errors:.0%} bit errors"
        parts = (_part(pair[0], column), _part(pair[1], column))
        found.append(Leak("recording", parts, what, (pair[0].clip_id, pair[1].clip_id)))
    return found


def _fingerprint_of(track: Track) -> Fingerprint | None:
    try:
        return fingerprint(decode(track.path, sample_rate=SPEC.sample_rate).waveform)
    except AuricleError:
        return None
