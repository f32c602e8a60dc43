"""The trace of a track: fingerprint words of a few windows of it, a few kilobytes to keep.

The words are like those of ``fingerprint``. They stand on one grid of frames from the start of
the track, so that two traces compare at an offset, like two whole fingerprints with gaps. The
windows lie around the middles of equal parts of the track: where the fast profile listens anyway.
A copy that lost a few seconds has its windows a few seconds further, and they still overlap.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..types import FloatArray
from .fingerprint import FLOOR_DB, N_BITS, count_bits
from .log_mel import log_mel
from .spec import FeatureSpec

SPEC = FeatureSpec(
    sample_rate=4_000, n_fft=1_024, hop_length=256, n_mels=33, f_min=300.0, f_max=1_900.0
)
"""Frames of 256 ms and bands as in ``fingerprint``, but at 4 kHz and 16 frames per second, which
costs a sixth. Copies then agree in as many bits: what shifts them against each other and what
they are compared over both grow with the time between frames."""

FRAME_S = SPEC.hop_length / SPEC.sample_rate

N_WINDOWS = 3
WINDOW_S = 10.0
"""What is kept: every excerpt that reaches into one of three windows of ten seconds."""

EDGE_FRAMES = SPEC.n_fft // 2 // SPEC.hop_length
"""Frames at both ends of an excerpt that look beyond it; they are left out."""

GAP = np.uint32(0)
"""The word of a frame that is silent or was not heard. In sound no word has all bits unset."""

VERSION = 2
"""Traces of different versions do not compare: bump it when the words change."""

_HEADER = np.dtype([("first", "<u4"), ("length", "<u4")])

Words = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two traces agree at one offset.

    Attributes:
        frames: number of frames heard in both.
        bit_errors: share of differing bits there; unrelated sound is near 0.5.
    """

    frames: int
    bit_errors: float

    @property
    def seconds(self) -> float:
        """Length of what both hold, in seconds."""
        return self.frames * FRAME_S


class Tracer:
    """Collects the trace of one track from excerpts that pass by."""

    def __init__(self, sample_rate: int, duration_s: float | None) -> None:
        """Prepare for excerpts at a sample rate, of a track of a length that may be unknown."""
        self._sample_rate, self._duration_s = sample_rate, duration_s
        self._runs: list[tuple[int, Words]] = []

    def hear(self, start_s: float, waveform: FloatArray) -> None:
        """Take an excerpt, shape (n_samples,), that begins at ``start_s``."""
        end_s = start_s + waveform.size / self._sample_rate
        if self._duration_s is None or _is_wanted(start_s, end_s, self._duration_s):
            first = int(np.ceil(start_s / FRAME_S - 1e-6))
            skip = round((first * FRAME_S - start_s) * self._sample_rate)
            self._runs.append((first + EDGE_FRAMES, _words(waveform[skip:], self._sample_rate)))

    def to_bytes(self, duration_s: float) -> bytes:
        """Return the trace of a track that turned out to be ``duration_s`` long."""
        return pack(
            (first, words)
            for first, words in self._runs
            if _is_wanted(first * FRAME_S, (first + len(words)) * FRAME_S, duration_s)
        )


def _is_wanted(start_s: float, end_s: float, duration_s: float) -> bool:
    """Tell whether a stretch reaches into one of the windows, if only by a hair."""
    middles = (np.arange(N_WINDOWS) + 0.5) / N_WINDOWS * duration_s
    half = WINDOW_S / 2
    return bool(np.any((start_s < middles + half - 0.1) & (end_s > middles - half + 0.1)))


def _words(waveform: FloatArray, sample_rate: int) -> Words:
    """Return the words of an excerpt without its edges, shape (n_frames,)."""
    waveform, rate = _halved(waveform, sample_rate)
    spec = _spec_at(rate)
    if waveform.size < spec.n_fft:
        return np.zeros(0, dtype=np.uint32)
    bands = log_mel(waveform, spec)
    rising = np.diff(np.diff(bands, axis=0), axis=1).T > 0
    octets = np.ascontiguousarray(np.packbits(rising, axis=1, bitorder="little"))
    words = octets.view("<u4")[:, 0].astype(np.uint32)
    words[words == GAP] = 1
    words[bands.max(axis=0)[1:] <= FLOOR_DB] = GAP
    return words[EDGE_FRAMES - 1 : len(words) - EDGE_FRAMES]


def _halved(waveform: FloatArray, sample_rate: int) -> tuple[FloatArray, int]:
    """Halve the sample rate until it is near that of ``SPEC``; binomial filter of four taps."""
    while sample_rate >= 2 * SPEC.sample_rate and sample_rate % 2 == 0:
        pairs = waveform[: waveform.size // 2 * 2].reshape(-1, 2)
        even, odd = pairs[:, 0], pairs[:, 1]
        half = even + odd
        half *= 3.0
        half[1:] += odd[:-1]
        half[:-1] += even[1:]
        half *= 0.125
        waveform, sample_rate = half, sample_rate // 2
    return waveform, sample_rate


def _spec_at(sample_rate: int) -> FeatureSpec:
    """Return ``SPEC`` for another sample rate: the same seconds and the same Hz."""
    ratio = sample_rate / SPEC.sample_rate
    return FeatureSpec(
        sample_rate=sample_rate,
        n_fft=round(SPEC.n_fft * ratio / 2) * 2,
        hop_length=round(SPEC.hop_length * ratio),
        n_mels=SPEC.n_mels,
        f_min=SPEC.f_min,
        f_max=SPEC.f_max,
    )


def pack(runs: Iterable[tuple[int, Words]]) -> bytes:
    """Return runs of words, each with the number of its first frame, as bytes; b"" for none."""
    kept = [(first, words) for first, words in runs if len(words)]
    if not kept:
        return b""
    header = np.array([(first, len(words)) for first, words in kept], dtype=_HEADER)
    words = np.concatenate([words for _, words in kept]).astype("<u4")
    return bytes([VERSION, len(kept)]) + header.tobytes() + words.tobytes()


def is_comparable(trace: bytes) -> bool:
    """Tell whether a trace is whole and of this version; an empty one is not."""
    start = 2 + trace[1] * _HEADER.itemsize if len(trace) > 2 else len(trace) + 1
    if len(trace) <= start or (len(trace) - start) % 4 or trace[0] != VERSION:
        return False
    header = np.frombuffer(trace, dtype=_HEADER, count=trace[1], offset=2)
    return int(header["length"].sum()) * 4 == len(trace) - start


def unpack(trace: bytes) -> Words:
    """Return the words of a trace on the grid of frames, shape (n_frames,), ``GAP`` between runs.

    There are none in what is not comparable.
    """
    if not is_comparable(trace):
        return np.zeros(0, dtype=np.uint32)
    runs = list(_runs(trace))
    grid = np.full(max(first + len(words) for first, words in runs), GAP, dtype=np.uint32)
    for first, words in runs:
        grid[first : first + len(words)] = words
    return grid


def _runs(trace: bytes) -> Iterator[tuple[int, Words]]:
    header = np.frombuffer(trace, dtype=_HEADER, count=trace[1], offset=2)
    words = np.frombuffer(trace, dtype="<u4", offset=2 + header.nbytes)
    at = 0
    for first, length in zip(header["first"].tolist(), header["length"].tolist(), strict=True):
        yield first, words[at : at + length]
        at += length


def agreement(left: Words, right: Words, offset: int) -> Agreement:
    """Compare two traces, when frame 0 of ``right`` is frame ``offset`` of ``left``."""
    first, last = max(0, offset), min(len(left), offset + len(right))
    if last <= first:
        return Agreement(0, 1.0)
    a, b = left[first:last], right[first - offset : last - offset]
    both = (a != GAP) & (b != GAP)
    frames = int(both.sum())
    if frames == 0:
        return Agreement(0, 1.0)
    return Agreement(frames, float(count_bits(a[both] ^ b[both]).mean()) / N_BITS)
