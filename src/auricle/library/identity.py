"""What is there twice: the same bytes, the same recording, versions of a recording."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..types import FloatArray
from .catalog import Catalog
from .catalog_rows import Track
from .identity_members import Member, members_of, rank
from .identity_search import Link, find_links

GroupKind = Literal["bytes", "recording", "version"]
KINDS: tuple[GroupKind, ...] = ("bytes", "recording", "version")

TRIM_S = 15.0
"""Copies of a recording differ in length by at most this; beyond it, they are versions."""

COPY_BIT_ERRORS = 0.25
"""Copies differ in at most this share of bits: re-encoded ones by 0.19, two mixes of one piece by
0.27 and more. What lies between, such as a heavily clipped copy, is called a version: kept."""

NEAR_COSINE = 0.77
N_NEAR = 3
"""Tracks of about the same length and at least so near in sound are compared, a few for each."""

MAX_LONGER = 8_192
"""A track is compared with so many that are longer, the next in length first, so that the effort
grows with the collection and not with its square. Other copies share words of their traces."""

_ROWS = 512


@dataclass(frozen=True, slots=True)
class Group:
    """Files that hold the same sound.

    Attributes:
        kind: ``"bytes"`` (equal files), ``"recording"`` (copies in other encodings or levels, or
            trimmed by seconds) or ``"version"`` (shares a part of the sound, or is another mix).
        members: the best first. Of equal files and copies, one is to be kept; versions are all.
        bit_errors: the largest share of differing bits between linked members; 0 for bytes.
        overlap_s: the shortest stretch that was compared, in seconds; 0 for bytes.
    """

    kind: GroupKind
    members: tuple[Member, ...]
    bit_errors: float = 0.0
    overlap_s: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "kind": self.kind,
            "bit_errors": round(self.bit_errors, 4),
            "overlap_s": round(self.overlap_s, 1),
            "members": [member.to_dict() for member in self.members],
        }


def find_duplicates(catalog: Catalog, among: Collection[int] | None = None) -> list[Group]:
    """Return all groups of a catalog; nothing is changed or deleted.

    Tracks without a trace are compared by their bytes only: ``traces.fill_traces`` comes first.

    Bytes first, then recordings, then versions, each in order of path. A file may be in a group
    of each kind.

    Args:
        catalog: the collection.
        among: only these tracks; None is all.
    """
    rows = catalog.columns("track_id", "duration_s", "fingerprint")
    columns = list(zip(*(row for row in rows if among is None or row[0] in among), strict=True))
    if not columns:
        return []
    track_ids, durations_s, traces = columns
    found = find_links([bytes(trace) for trace in traces], _near_in_sound(catalog, columns))
    wanted = [track_ids[at] for at in _ends(found)]
    tracks = {track.track_id: track for track in _tracks(catalog, wanted, among)}
    links = [link for link in found if _both_there(link, track_ids, tracks)]
    copies = [link for link in links if is_copy(link, durations_s)]
    versions = [link for link in links if not is_copy(link, durations_s)]
    recording = join(copies, len(track_ids))
    members = {at: members_of(tracks[track_ids[at]]) for at in _ends(links)}
    groups = [_equal_files(track) for track in tracks.values() if len(track.paths) > 1]
    groups += _groups("recording", copies, recording, members)
    best = {at: [_best_of(at, recording, members)] for at in _ends(versions)}
    groups += _groups("version", versions, _joined_further(versions, recording), best)
    return sorted(groups, key=lambda group: (KINDS.index(group.kind), group.members[0].path))


def is_copy(link: Link, durations_s: Sequence[float]) -> bool:
    """Tell whether a link joins copies of one recording, not versions of it."""
    return (
        link.bit_errors <= COPY_BIT_ERRORS
        and abs(durations_s[link.left] - durations_s[link.right]) <= TRIM_S
        and abs(link.offset_s) <= TRIM_S
    )


def join(links: Iterable[Link], n: int) -> list[int]:
    """Return for each of ``n`` positions the first one that links lead to from it."""
    return _joined_further(links, list(range(n)))


def _joined_further(links: Iterable[Link], roots: list[int]) -> list[int]:
    """Return the roots of a forest after more links."""
    roots = list(roots)

    def root(at: int) -> int:
        while roots[at] != at:
            roots[at] = at = roots[roots[at]]
        return at

    for link in links:
        low, high = sorted((root(link.left), root(link.right)))
        roots[high] = low
    return [root(at) for at in range(len(roots))]


def _both_there(link: Link, track_ids: Sequence[int], tracks: Collection[int]) -> bool:
    """Tell whether no other process has dropped a track meanwhile."""
    return track_ids[link.left] in tracks and track_ids[link.right] in tracks


def _ends(links: Iterable[Link]) -> list[int]:
    return sorted({at for link in links for at in (link.left, link.right)})


def _tracks(
    catalog: Catalog, linked: Iterable[int], among: Collection[int] | None
) -> Iterator[Track]:
    """Yield the tracks that are linked, and those with several files."""
    wanted = set(linked)
    for track in catalog.tracks(track_ids=among):
        if len(track.paths) > 1 or track.track_id in wanted:
            yield track


def _equal_files(track: Track) -> Group:
    return Group("bytes", rank(members_of(track)))


def _groups(
    kind: GroupKind, links: Sequence[Link], roots: Sequence[int], members: dict[int, list[Member]]
) -> Iterator[Group]:
    """Yield one group per root that links lead to."""
    inside: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        inside[roots[link.left]].append(link)
    for few in inside.values():
        files = {member.path: member for at in _ends(few) for member in members[at]}
        if len(files) > 1:
            yield Group(
                kind,
                rank(files.values(), keep_all=kind == "version"),
                max(link.bit_errors for link in few),
                min(link.overlap_s for link in few),
            )


def _best_of(at: int, recording: Sequence[int], members: dict[int, list[Member]]) -> Member:
    """Return the best file of the recording that a position belongs to."""
    same = [
        member
        for other in members
        if recording[other] == recording[at]
        for member in members[other]
    ]
    return rank(same)[0]


def _near_in_sound(catalog: Catalog, columns: Sequence[Sequence[Any]]) -> Iterator[tuple[int, int]]:
    """Yield positions of tracks of about the same length whose embeddings are near.

    Tracks are taken in order of length, so that each is compared only with those around it.
    """
    position = {track_id: at for at, track_id in enumerate(columns[0])}
    for model in catalog.models():
        track_ids, vectors = catalog.vectors(model)
        asked = np.isin(track_ids, columns[0])
        track_ids, vectors = track_ids[asked], vectors[asked]
        at = np.array([position[track_id] for track_id in track_ids.tolist()], dtype=np.int64)
        durations_s = np.array(columns[1], dtype=np.float64)[at]
        order = np.argsort(durations_s, kind="stable")
        rows = vectors[order].astype(np.float32)
        for left, right in nearest_in_order(rows, durations_s[order]):
            yield int(at[order[left]]), int(at[order[right]])


def nearest_in_order(
    rows: FloatArray, durations_s: NDArray[np.float64]
) -> Iterator[tuple[int, int]]:
    """Yield (row, a near row) for unit rows, shape (n, dim), that are in order of length."""
    ends = np.searchsorted(durations_s, durations_s + TRIM_S, side="right")
    ends = np.minimum(ends, np.arange(len(rows)) + 1 + MAX_LONGER)
    for first in range(0, len(rows), _ROWS):
        few = rows[first : first + _ROWS]
        last = int(ends[min(first + _ROWS, len(rows)) - 1])
        cosine = few @ rows[first:last].T
        behind = np.arange(last - first)[None, :] > np.arange(len(few))[:, None]
        within = np.arange(last - first)[None, :] < (ends[first : first + _ROWS] - first)[:, None]
        cosine[~(behind & within)] = -1.0
        n = min(N_NEAR, cosine.shape[1])
        best = np.argpartition(-cosine, n - 1, axis=1)[:, :n]
        for row, column in np.argwhere(np.take_along_axis(cosine, best, axis=1) >= NEAR_COSINE):
            yield first + int(row), first + int(best[row, column])
