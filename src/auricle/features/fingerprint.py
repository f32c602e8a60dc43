"""Audio fingerprints: the same recording is found by its sound, whatever it is called.

After J. Haitsma and T. Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002): in
every frame, 32 bits say whether the energy difference of neighbouring bands rose or fell. Two
copies of a recording agree in most bits after re-encoding, a change of gain, or a cut.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..types import FloatArray
from .log_mel import log_mel
from .spec import FeatureSpec

DoubleArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SPEC = FeatureSpec(
    sample_rate=8_000, n_fft=2_048, hop_length=256, n_mels=33, f_min=300.0, f_max=2_000.0
)
"""Bands and frames of the fingerprint: 31 frames of 256 ms per second, 300 Hz to 2 kHz."""

N_BITS = SPEC.n_mels - 1
N_FLIPS = 3
"""Bits of a query frame, weakest first, that are also tried the other way round."""

MIN_FRAMES = 31
"""Frames that must overlap, 1 s: unrelated music then still differs in 0.4 of the bits."""

MAX_BIT_ERRORS = 0.35
"""Share of differing bits up to which two stretches count as one recording (as in the paper)."""

MAX_BUCKET = 64
"""A frame that occurs more often than this is no evidence (hum, silence)."""

FLOOR_DB = -45.0
"""Frames whose loudest band is below this are silent (noise of about -70 dBFS): what a codec makes
of silence is alike in all recordings."""


@dataclass(frozen=True)
class Fingerprint:
    """The bits of one recording.

    Attributes:
        words: one 32-bit word per frame, shape (n_frames,).
        weakest: the N_FLIPS least certain bits of each frame, shape (n_frames, N_FLIPS).
        audible: whether the frame is loud enough to compare, shape (n_frames,).
    """

    words: NDArray[np.uint32]
    weakest: IntArray
    audible: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Match:
    """Two recordings that hold the same sound.

    Attributes:
        left: index of the first.
        right: index of the second.
        offset_s: where the second begins in the first, in seconds.
        overlap_s: length of what they share, in seconds.
        bit_errors: share of differing bits there; unrelated recordings are near 0.5.
    """

    left: int
    right: int
    offset_s: float
    overlap_s: float
    bit_errors: float


def fingerprint(waveform: FloatArray) -> Fingerprint:
    """Return the fingerprint of a waveform at ``SPEC.sample_rate``, shape (n_samples,)."""
    bands = log_mel(waveform, SPEC).astype(np.float64)
    strength = np.ascontiguousarray(np.diff(np.diff(bands, axis=0), axis=1).T)
    words = np.packbits(strength > 0, axis=1, bitorder="little").view("<u4")[:, 0]
    weakest = np.argsort(np.abs(strength), axis=1)[:, :N_FLIPS]
    audible = bands.max(axis=0)[1:] > FLOOR_DB
    return Fingerprint(words.astype(np.uint32), weakest.astype(np.int64), audible)


def find_matches(fingerprints: Sequence[Fingerprint]) -> list[Match]:
    """Return every pair that shares sound, best overlap each, in order of the indices.

    Frames that agree bit for bit (or but for a flip of their weakest bits) propose an
    alignment; the bit error rate over the whole overlap decides.
    """
    index = _Index.build(fingerprints)
    best: dict[tuple[int, int], Match] = {}
    for right in range(len(fingerprints)):
        for left, offset in index.candidates(right, fingerprints[right]):
            match = compare(fingerprints, left, right, offset)
            known = best.get((left, right))
            if match and (known is None or match.bit_errors < known.bit_errors):
                best[left, right] = match
    return [best[pair] for pair in sorted(best)]


def compare(
    fingerprints: Sequence[Fingerprint], left: int, right: int, offset: int
) -> Match | None:
    """Return the match when ``right`` begins ``offset`` frames into ``left``, or None."""
    a, b = fingerprints[left], fingerprints[right]
    first = max(0, offset)
    last = min(len(a.words), offset + len(b.words))
    if last - first < MIN_FRAMES:
        return None
    both = a.audible[first:last] & b.audible[first - offset : last - offset]
    if both.sum() < MIN_FRAMES:
        return None
    differing = (a.words[first:last] ^ b.words[first - offset : last - offset])[both]
    errors = float(count_bits(differing).mean()) / N_BITS
    if errors > MAX_BIT_ERRORS:
        return None
    return Match(left, right, offset / SPEC.frame_rate, (last - first) / SPEC.frame_rate, errors)


@dataclass(frozen=True)
class _Index:
    """All frames of all recordings, sorted by their word."""

    words: NDArray[np.uint32]
    recording: IntArray
    frame: IntArray

    @classmethod
    def build(cls, fingerprints: Sequence[Fingerprint]) -> "_Index":
        words = np.concatenate([f.words[f.audible] for f in fingerprints])
        recording = np.repeat(np.arange(len(fingerprints)), [f.audible.sum() for f in fingerprints])
        frame = np.concatenate([np.flatnonzero(f.audible) for f in fingerprints])
        order = np.argsort(words, kind="stable")
        return cls(words[order], recording[order], frame[order])

    def candidates(self, query: int, given: Fingerprint) -> Iterator[tuple[int, int]]:
        """Yield (earlier recording, offset) alignments worth a full comparison."""
        frames = np.flatnonzero(given.audible)
        words = _with_flips(given.words[frames], given.weakest[frames])
        asked = np.tile(frames, len(words) // max(1, len(frames)))
        low = np.searchsorted(self.words, words, side="left")
        high = np.searchsorted(self.words, words, side="right")
        rare = high - low <= MAX_BUCKET
        low, high, asked = low[rare], high[rare], asked[rare]
        counts = high - low
        starts = np.repeat(low - np.append(0, np.cumsum(counts)[:-1]), counts)
        hits = starts + np.arange(counts.sum())
        earlier = self.recording[hits] < query
        pairs = np.stack([self.recording[hits], self.frame[hits] - np.repeat(asked, counts)])
        for left, offset in np.unique(pairs[:, earlier], axis=1).T:
            yield int(left), int(offset)


def _with_flips(words: NDArray[np.uint32], weakest: IntArray) -> NDArray[np.uint32]:
    """Return the words and each with every combination of its weakest bits flipped."""
    variants = [words]
    for position in range(weakest.shape[1]):
        flip = np.left_shift(np.uint32(1), weakest[:, position].astype(np.uint32))
        variants += [variant ^ flip for variant in variants]
    return np.concatenate(variants)


def count_bits(words: NDArray[np.uint32]) -> DoubleArray:
    """Return the number of set bits of each word."""
    octets = words.astype("<u4").view(np.uint8).reshape(len(words), 4)
    return np.asarray(np.unpackbits(octets, axis=1).sum(axis=1), dtype=np.float64)
