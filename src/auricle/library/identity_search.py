"""Which of many traces hold the same sound, without comparing every pair.

Two tracks become candidates when several of their frames have the same word, at one offset. Only
a sample of all words is looked at, chosen by the word itself, so that copies choose the same
frames; the larger the collection, the smaller the sample. Candidates, and pairs that somebody
else proposes (the embedding), are then compared bit by bit where the traces overlap.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..features.trace import FRAME_S, GAP, WINDOW_S, Words, agreement, unpack

MAX_BIT_ERRORS = 0.36
"""Up to this share of differing bits two stretches hold the same sound. Among 33,670 pairs of
different pieces the least was 0.42; of 446 pairs of copies (lossy, quieter, trimmed at either end)
95 % had at most 0.16, and the most was 0.33."""

MIN_OVERLAP_S = 4.0
"""What two traces must share."""

MAX_WORDS = 1 << 24
"""Words looked at, of all tracks together: 300 MB, a few seconds of sorting."""

MAX_BUCKET = 64
"""A word that more frames share is no evidence (hum, a drum machine)."""

MAX_COLLISIONS = 1 << 24
"""Pairs of frames with the same word; when there were more, rarer words are demanded."""

MAX_CANDIDATES = 100_000
"""Alignments that are compared, those with the most common words first."""

MAX_DOUBTFUL = 20_000
"""Of these, how many may rest on a single common word."""

SHIFTS = range(-round(WINDOW_S / FRAME_S), round(WINDOW_S / FRAME_S) + 1)
"""By how many frames two proposed tracks are moved against each other."""

_OFFSET_BITS = 22
_HASH = np.uint32(2_654_435_761)  # Knuth's multiplicative hash

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Link:
    """Two tracks that hold the same sound.

    Attributes:
        left: position of the first in what was given.
        right: position of the second.
        offset_s: where the second begins in the first, in seconds.
        overlap_s: length of the traces' common stretches, in seconds.
        bit_errors: share of differing bits there.
    """

    left: int
    right: int
    offset_s: float
    overlap_s: float
    bit_errors: float


def find_links(traces: Sequence[bytes], proposed: Iterable[tuple[int, int]] = ()) -> list[Link]:
    """Return every pair that holds the same sound, ordered by position.

    Args:
        traces: of the tracks; empty ones are never linked.
        proposed: pairs that are compared whether or not they have words in common.
    """
    if len(traces) < 2:
        return []
    best: dict[tuple[int, int], Link] = {}
    for left, right, offset in _candidates(traces):
        link = _compare(traces, (left, right), range(offset - 1, offset + 2))
        known = best.get((left, right))
        if link and (known is None or link.bit_errors < known.bit_errors):
            best[left, right] = link
    for pair in {(min(pair), max(pair)) for pair in proposed} - set(best):
        link = _compare(traces, pair, SHIFTS)
        if link:
            best[pair] = link
    return [best[pair] for pair in sorted(best)]


def _compare(traces: Sequence[bytes], pair: tuple[int, int], offsets: Iterable[int]) -> Link | None:
    """Return the best match of a pair at one of some offsets, in frames."""
    left, right = (unpack(traces[index]) for index in pair)
    if not (left.size and right.size):
        return None
    best: Link | None = None
    for offset in offsets:
        found = agreement(left, right, offset)
        if found.seconds < MIN_OVERLAP_S or found.bit_errors > MAX_BIT_ERRORS:
            continue
        if best is None or found.bit_errors < best.bit_errors:
            best = Link(*pair, offset * FRAME_S, found.seconds, found.bit_errors)
    return best


@dataclass(frozen=True)
class _Index:
    """A sample of the words of all tracks, sorted, with where they stand."""

    words: Words
    track: IntArray
    frame: IntArray


def _candidates(traces: Sequence[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield (earlier track, later track, offset in frames), most common words first."""
    keys = np.concatenate([np.zeros(0, dtype=np.int64), *_collisions(_build(traces), len(traces))])
    alignments, votes = np.unique(keys, return_counts=True)
    first = np.argsort(-votes, kind="stable")[:MAX_CANDIDATES]
    first = first[: np.count_nonzero(votes[first] > 1) + MAX_DOUBTFUL]
    for key in alignments[first].tolist():
        pair, offset = divmod(key, 1 << _OFFSET_BITS)
        yield *divmod(pair, len(traces)), offset - (1 << _OFFSET_BITS - 1)


def _build(traces: Sequence[bytes]) -> _Index:
    """Sample the words of all tracks; how densely is decided by how many there are."""
    n_words = sum(map(len, traces)) // 4
    one_in = np.uint32(-(-n_words // MAX_WORDS) or 1)
    words: list[Words] = []
    frames: list[IntArray] = []
    for trace in traces:
        grid = unpack(trace)
        kept = np.flatnonzero((grid != GAP) & ((grid * _HASH >> np.uint32(8)) % one_in == 0))
        words.append(grid[kept])
        frames.append(kept)
    joined = np.concatenate([np.zeros(0, dtype=np.uint32), *words])
    tracks = np.repeat(np.arange(len(traces)), [len(kept) for kept in frames])
    order = np.argsort(joined, kind="stable")
    placed = np.concatenate([np.zeros(0, dtype=np.int64), *frames])
    return _Index(joined[order], tracks[order], placed[order])


def _largest_bucket(sizes: IntArray) -> int:
    """Return how many frames may share a word, so that there are not too many pairs of them."""
    n_words = np.bincount(np.minimum(sizes, MAX_BUCKET + 1), minlength=MAX_BUCKET + 2)
    size = np.arange(MAX_BUCKET + 1)
    n_pairs = np.cumsum(n_words[: MAX_BUCKET + 1] * (size * (size - 1) // 2))
    return max(2, int(np.flatnonzero(n_pairs <= MAX_COLLISIONS)[-1]))


def _collisions(index: _Index, n_tracks: int) -> Iterator[IntArray]:
    """Yield one key per pair of frames with the same word: both tracks and the offset."""
    words = index.words
    starts = np.flatnonzero(np.append(True, words[1:] != words[:-1]))[: words.size]
    sizes = np.diff(np.append(starts, words.size))
    rare = np.repeat(sizes <= _largest_bucket(sizes), sizes)
    for lag in range(1, min(MAX_BUCKET, words.size)):
        a = np.flatnonzero((words[lag:] == words[:-lag]) & rare[lag:])
        if a.size == 0:
            return
        b = a + lag
        left, right = index.track[a], index.track[b]  # the sort is stable: left <= right
        offset = index.frame[a] - index.frame[b]
        other = (left != right) & (np.abs(offset) < 1 << _OFFSET_BITS - 1)
        pair = left[other] * n_tracks + right[other]
        yield (pair << _OFFSET_BITS) + offset[other] + (1 << _OFFSET_BITS - 1)
