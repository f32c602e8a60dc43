"""Excerpts of a source: every second in one pass, or a few by seeking."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from ..errors import CorruptAudio
from ..types import FloatArray
from .resample import Resampler
from .sound import MIN_DURATION_S, Sound
from .source import Source

MIN_LAST_S = 1.0
"""A remainder shorter than this is dropped, unless it is all there is."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a track.

    Attributes:
        start_s: from the start of the track, in seconds.
        waveform: mono, shape (n_samples,), float32, at the sample rate that was asked for.
    """

    start_s: float
    waveform: FloatArray


def open_excerpts(
    source: Source, *, sample_rate: int, excerpt_s: float, count: int | None = None
) -> "ExcerptStream":
    """Open a source as a stream of excerpts.

    Args:
        source: a path, the bytes of a file, or a binary file object.
        sample_rate: of the excerpts, in Hz.
        excerpt_s: length of an excerpt in seconds; the last may be shorter.
        count: None hears every second, in excerpts that touch each other. A number reads that
            many, evenly spread, without decoding what lies between; a track too short
            for them, or of unknown length, is heard in full.

    Returns:
        An iterator of ``Excerpt`` in order of time, and a context manager.

    Raises:
        ValueError: a parameter that makes no sense.
        AudioError: the source cannot be opened, see ``decode``; iterating raises them too.
    """
    if sample_rate < 1:
        raise ValueError(f"sample_rate must be positive, not {sample_rate}")
    if excerpt_s < MIN_DURATION_S:
        raise ValueError(f"excerpt_s must be at least {MIN_DURATION_S}, not {excerpt_s}")
    if count is not None and count < 1:
        raise ValueError(f"count must be positive, not {count}")
    return ExcerptStream(Sound(source), sample_rate, round(excerpt_s * sample_rate), count)


class ExcerptStream(Iterator[Excerpt]):
    """Excerpts of one source; memory is that of one excerpt. See ``open_excerpts``.

    Attributes:
        info: what the header says.
    """

    def __init__(self, sound: Sound, sample_rate: int, n_samples: int, count: int | None) -> None:
        """Take over an opened sound; ``n_samples`` is the length of an excerpt."""
        self.info = sound.info
        self._sound = sound
        self._sample_rate = sample_rate
        self._n_samples = n_samples
        self._excerpt_s = n_samples / sample_rate
        claimed_s = sound.info.duration_s or 0.0
        self._by_seeking = count is not None and claimed_s >= count * self._excerpt_s
        self._excerpts = self._sought(count) if count and self._by_seeking else self._all()

    @property
    def duration_s(self) -> float:
        """Length of the track in seconds: what was decoded so far, or the header's when seeking."""
        if self._by_seeking:
            return self.info.duration_s or 0.0
        return self._sound.n_frames / self.info.sample_rate

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was odd, in plain words; complete when all excerpts have been read."""
        return self._sound.warnings

    def __next__(self) -> Excerpt:
        """Return the next excerpt in order of time."""
        return next(self._excerpts)

    def _all(self) -> Iterator[Excerpt]:
        """Yield every second; raise what ``Sound.check_whole`` raises."""
        cuts = cut(self._resampled(0.0, None), self._n_samples)
        for index, waveform in enumerate(cuts):
            is_short = len(waveform) < self._n_samples
            if is_short and index > 0 and len(waveform) < MIN_LAST_S * self._sample_rate:
                continue
            if is_short and index == 0:
                break
            yield Excerpt(index * self._excerpt_s, waveform)
        else:
            waveform = None
        self._sound.check_whole()
        if waveform is not None:
            yield Excerpt(0.0, waveform)

    def _sought(self, count: int) -> Iterator[Excerpt]:
        """Yield ``count`` excerpts around the middles of as many equal parts."""
        n_read = 0
        for index in range(count):
            middle_s = (index + 0.5) / count * (self.info.duration_s or 0.0)
            start_s = max(0.0, middle_s - self._excerpt_s / 2)
            waveform = self._read_at(start_s)
            if len(waveform) >= min(MIN_LAST_S * self._sample_rate, self._n_samples):
                n_read += 1
                yield Excerpt(start_s, waveform)
        if n_read < count:
            self._sound.warn(f"truncated or damaged: {n_read} of {count} excerpts could be read")
        if n_read == 0:
            self._by_seeking, self._sound.n_frames = False, 0
            yield from self._all()

    def _read_at(self, start_s: float) -> FloatArray:
        """Return the excerpt that begins at ``start_s``; shorter or empty where data is missing."""
        try:
            blocks = list(self._resampled(start_s, self._excerpt_s))
        except CorruptAudio:
            return np.zeros(0, dtype=np.float32)
        nothing = np.zeros(0, dtype=np.float32)  # beyond the end of a truncated file
        return np.concatenate([nothing, *blocks])[: self._n_samples]

    def _resampled(self, start_s: float, length_s: float | None) -> Iterator[FloatArray]:
        """Yield blocks at the asked sample rate."""
        resampler = Resampler(self.info.sample_rate, self._sample_rate)
        return resampler.resample(self._sound.mono_blocks(start_s, length_s))

    def close(self) -> None:
        """Release the codec and the file."""
        self._sound.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def cut(blocks: Iterable[FloatArray], n_samples: int) -> Iterator[FloatArray]:
    """Cut a stream of blocks into arrays of ``n_samples``; the last may be shorter."""
    piece, filled = np.empty(n_samples, dtype=np.float32), 0
    for block in blocks:
        taken = 0
        while taken < len(block):
            n = min(n_samples - filled, len(block) - taken)
            piece[filled : filled + n] = block[taken : taken + n]
            filled, taken = filled + n, taken + n
            if filled == n_samples:
                yield piece
                piece, filled = np.empty(n_samples, dtype=np.float32), 0
    if filled:
        yield piece[:filled]
