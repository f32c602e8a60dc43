"""The spectrogram of a whole track at the resolution of a picture, in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..audio import ExcerptStream, Source, open_excerpts
from ..features import FeatureSpec, log_mel
from ..types import FloatArray

PICTURE_SPEC = FeatureSpec(
    sample_rate=32_000, n_fft=2_048, hop_length=512, n_mels=160, f_min=30.0, f_max=15_000.0
)
"""Finer than what the network sees: this is for eyes."""

BLOCK_S = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """A spectrogram to look at.

    Attributes:
        levels: in dB, shape (n_mels, n_columns).
        column_s: time that each column spans, in seconds.
        duration_s: of the track, in seconds; the end of it may be without columns.
        spec: sample rate and mel bands.
    """

    levels: FloatArray
    column_s: float
    duration_s: float
    spec: FeatureSpec


def hear_overview(
    source: Source, *, spec: FeatureSpec = PICTURE_SPEC, max_columns: int = 1_600
) -> Overview:
    """Return the spectrogram of a track in at most ``max_columns`` columns.

    Args:
        source: a path, the bytes of a file, or a binary file object.
        spec: sample rate and mel bands.
        max_columns: the width of the picture; frames that share a column are averaged in dB.

    Raises:
        AudioError: the source cannot be read as audio.
    """
    columns = Columns(spec.n_mels, max_columns)
    with open_excerpts(source, sample_rate=spec.sample_rate, excerpt_s=BLOCK_S) as stream:
        for frames in _frames(stream, spec):
            columns.add(frames)
    return Overview(columns.levels(), columns.span / spec.frame_rate, stream.duration_s, spec)


class Columns:
    """Averages a stream of frames of unknown length into a bounded number of columns.

    When there are twice as many columns as wanted, neighbours are joined and each column
    spans twice the time from then on.

    Attributes:
        span: frames per column.
    """

    def __init__(self, n_mels: int, max_columns: int) -> None:
        """Begin with one frame per column."""
        self._sums = np.zeros((n_mels, 0), dtype=np.float32)
        self._rest = np.zeros((n_mels, 0), dtype=np.float32)
        self._max, self.span = max_columns, 1

    def add(self, frames: FloatArray) -> None:
        """Add frames, shape (n_mels, n_frames)."""
        frames = np.concatenate([self._rest, frames], axis=1)
        whole = frames.shape[1] // self.span * self.span
        self._rest = frames[:, whole:]
        joined = frames[:, :whole].reshape(len(frames), -1, self.span).mean(axis=2)
        self._sums = np.concatenate([self._sums, joined], axis=1)
        while self._sums.shape[1] > self._max:
            self._halve()

    def _halve(self) -> None:
        n_pairs = self._sums.shape[1] // 2
        last = np.repeat(self._sums[:, 2 * n_pairs :], self.span, axis=1)
        self._rest = np.concatenate([last, self._rest], axis=1)
        self._sums = self._sums[:, : 2 * n_pairs].reshape(len(self._sums), n_pairs, 2).mean(axis=2)
        self.span *= 2

    def levels(self) -> FloatArray:
        """Return the columns, shape (n_mels, n_columns); frames that fill no column form one."""
        if self._rest.shape[1] and self._sums.shape[1] < self._max:
            last = self._rest.mean(axis=1, keepdims=True)
            return np.concatenate([self._sums, last], axis=1)
        return self._sums


def _frames(stream: ExcerptStream, spec: FeatureSpec) -> Iterator[FloatArray]:
    """Yield log-mel frames without seams: each block begins with the end of the one before."""
    edge = -(-spec.n_fft // 2 // spec.hop_length)  # frames that reach over the edge of a block
    kept, first = np.zeros(0, dtype=np.float32), 0
    for excerpt in stream:
        kept = np.concatenate([kept, excerpt.waveform])
        frames = log_mel(kept, spec)
        last = frames.shape[1] - edge - 1
        if last > max(first, edge):
            yield frames[:, first:last]
            kept, first = kept[(last - edge) * spec.hop_length :], edge
    if kept.size:
        yield log_mel(kept, spec)[:, first:]
