"""The second back-end: FFmpeg through PyAV, for MP4, WMA, Ogg, video and whatever else."""

import math
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import av
import numpy as np
import soxr
from numpy.typing import NDArray

from ..errors import CorruptAudio
from ..types import FloatArray
from .formats import DEMUXERS, ESTIMATING_DEMUXERS
from .mp3 import frame_count
from .reader import PREROLL_S, AudioInfo, CannotOpen, NoAudioTrack
from .source import OpenSource

BLOCK_FRAMES = 1 << 15
"""Frames joined at once: 0.7 s of 44.1 kHz. Four times as many leave the cache before they are
mixed, and joining them takes twice as long."""

_DTYPES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}
"""NumPy's names for FFmpeg's sample formats, which are followed by "p" where planar."""

_OPTIONS = {"format_whitelist": ",".join(DEMUXERS), "protocol_whitelist": "none"}


class PyavReader:
    """A source opened by FFmpeg; see ``Reader``. Of several audio tracks, the first is read."""

    def __init__(self, source: OpenSource) -> None:
        """Open the source.

        Raises:
            CannotOpen: FFmpeg does not read it, or it holds no audio.
        """
        self._name = source.name
        self._container = open_container(source)
        try:
            self._stream = _first_audio(self._container)
            self.info, is_exact = _describe(self._container, self._stream)
        except CannotOpen:
            self._container.close()
            raise
        has_count = self.info.format == "mp3" and frame_count(source.file) is not None
        self.duration_is_exact = is_exact or has_count
        self._is_at_start = True
        self._n_damaged = 0

    @property
    def warnings(self) -> list[str]:
        """Return plain sentences about damage met so far."""
        if self._n_damaged == 0:
            return []
        return [f"{self._n_damaged} damaged packet(s) were skipped"]

    def blocks(self, start_s: float = 0.0, length_s: float | None = None) -> Iterator[FloatArray]:
        """Yield arrays of shape (n_frames, n_channels); see ``Reader.blocks``."""
        self._seek(start_s)
        frames = self._frames()
        first = next(frames, None)
        if first is None:
            return
        skip = self._n_before(first, start_s) if start_s > 0 else 0
        frames = chain([first], frames)
        wanted = None if length_s is None else round(length_s * self.info.sample_rate)
        enough = math.inf if wanted is None else skip + wanted
        yield from _trim(_join(frames, self.info.sample_rate, enough), skip, wanted)

    def _seek(self, start_s: float) -> None:
        """Go a little before a position.

        Raises:
            CorruptAudio: the container has no such position.
        """
        if start_s <= 0 and self._is_at_start:
            self._is_at_start = False
            return
        self._is_at_start = False
        target = round(max(0.0, start_s - PREROLL_S) / self._time_base) + self._first_pts
        try:
            self._container.seek(target, stream=self._stream)
        except av.FFmpegError as error:
            raise CorruptAudio(f"{self._name}: cannot go to {start_s:.1f} s ({error})") from error

    @property
    def _time_base(self) -> float:
        return float(self._stream.time_base or 1 / av.time_base)

    @property
    def _first_pts(self) -> int:
        return self._stream.start_time or 0

    def _n_before(self, frame: av.AudioFrame, start_s: float) -> int:
        """Return how many samples lie between a frame's beginning and ``start_s``."""
        if frame.time is None:
            return 0
        time_s = frame.time - self._first_pts * self._time_base
        return max(0, round((start_s - time_s) * self.info.sample_rate))

    def _frames(self) -> Iterator[av.AudioFrame]:
        """Yield decoded frames from here on; damaged packets are counted and skipped."""
        try:
            for packet in self._container.demux(self._stream):
                try:
                    frames = packet.decode()
                except EOFError:
                    return
                except av.FFmpegError:
                    self._n_damaged += 1
                    continue
                yield from frames
        except (av.FFmpegError, EOFError):
            self._n_damaged += 1

    def close(self) -> None:
        """Release the codec; the source stays open."""
        self._container.close()


def open_container(source: OpenSource) -> "av.container.InputContainer":
    """Open a container, from its content alone: no playlists, no network, no other file.

    Raises:
        CannotOpen: FFmpeg does not read it.
    """
    source.file.seek(0)
    try:
        return av.open(source.file, "r", options=dict(_OPTIONS), metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise CannotOpen(getattr(error, "strerror", None) or str(error)) from error


def _first_audio(container: "av.container.InputContainer") -> "av.AudioStream":
    """Return the first audio stream, set to decode in this thread."""
    if not container.streams.audio:
        raise NoAudioTrack("no audio track")
    stream = container.streams.audio[0]
    context = stream.codec_context
    if context is None:
        raise CannotOpen("no decoder for its audio codec")
    context.thread_type = "NONE"
    context.thread_count = 1
    return stream


def _describe(
    container: "av.container.InputContainer", stream: "av.AudioStream"
) -> tuple[AudioInfo, bool]:
    """Return the header's claims, and whether its duration was counted, not estimated."""
    context = stream.codec_context
    if not context.sample_rate or not context.channels:
        raise CannotOpen("its audio track states no sample rate or channels")
    name = container.format.name.split(",")[0]
    if stream.duration is not None and stream.time_base is not None:
        duration_s, is_exact = float(stream.duration * stream.time_base), True
    else:
        duration_s = (container.duration or 0) / av.time_base
        is_exact = duration_s > 0 and not container.streams.video
    info = AudioInfo(
        format={"mov": "mp4"}.get(name, name),
        codec=context.name,
        sample_rate=context.sample_rate,
        channels=context.channels,
        duration_s=duration_s if duration_s > 0 else None,
        bits=_bits(context),
    )
    return info, is_exact and name not in ESTIMATING_DEMUXERS


def _bits(context: "av.AudioCodecContext") -> int:
    """Return the bits per sample that are kept; FFmpeg has places for 32 where there are 24."""
    if named := re.match(r"pcm_[a-z]*(\d+)", context.name):
        return int(named[1])
    if context.name.startswith("dsd"):
        return 8  # so many make one of the samples that the rate counts
    form = context.format.name if context.format else ""
    return {"u8": 8, "s16": 16, "s32": 24}.get(form.removesuffix("p"), 0)


def _join(frames: Iterator[av.AudioFrame], sample_rate: int, enough: float) -> Iterator[FloatArray]:
    """Join codec frames (about 1000 samples each) into blocks of (n_frames, n_channels).

    A stream may change its format on the way (chained Ogg, broadcasts): then a block ends. It also
    ends where there is ``enough``, so that no more is decoded than is wanted.
    """
    joint = None
    n_frames, end = 0, min(BLOCK_FRAMES, enough)
    for frame in frames:
        if joint is None or not joint.append(frame):
            if joint is not None:
                yield from joint.drain(sample_rate)
            joint = _Joint(frame)
        n_frames += frame.samples
        if n_frames >= end:
            yield from joint.drain(sample_rate)
            end = min(n_frames + BLOCK_FRAMES, enough)
    if joint is not None:
        yield from joint.drain(sample_rate)


class _Joint:
    """Codec frames of one kind, one after the other; FFmpeg's own queue would copy them thrice."""

    def __init__(self, frame: av.AudioFrame) -> None:
        """Begin with a frame, with room for more of its kind."""
        n_channels, is_planar = frame.layout.nb_channels, frame.format.is_planar
        self._kind = _kind_of(frame)
        self._dtype = np.dtype(_DTYPES[frame.format.name.removesuffix("p")])
        self._n_columns = 1 if is_planar else n_channels
        self._width = self._dtype.itemsize * self._n_columns
        self._size = (BLOCK_FRAMES + frame.samples) * self._width
        self._planes = np.empty((n_channels if is_planar else 1, self._size), dtype=np.uint8)
        self._rows = [plane.data for plane in self._planes]
        self._n_bytes = 0
        self.append(frame)

    def append(self, frame: av.AudioFrame) -> bool:
        """Copy a frame behind the others; False if it is of another kind, or too long."""
        end = self._n_bytes + frame.samples * self._width
        if _kind_of(frame) != self._kind or end > self._size:
            return False
        for row, plane in zip(self._rows, frame.planes, strict=False):  # of 7.1, PyAV names a ninth
            row[self._n_bytes : end] = memoryview(plane)[: end - self._n_bytes]
        self._n_bytes = end
        return True

    def drain(self, sample_rate: int) -> Iterator[FloatArray]:
        """Yield all frames as one block at ``sample_rate``; the next ones will take its place."""
        if self._n_bytes == 0:
            return
        planes = self._planes[:, : self._n_bytes].view(self._dtype)
        block = _to_float(planes.T if self._n_columns == 1 else planes.reshape(-1, self._n_columns))
        self._n_bytes = 0
        own_rate = self._kind[1]
        yield block if own_rate == sample_rate else soxr.resample(block, own_rate, sample_rate)


def _kind_of(frame: av.AudioFrame) -> tuple[int, int, str]:
    return frame.layout.nb_channels, frame.sample_rate, frame.format.name


def _to_float(samples: NDArray[Any]) -> FloatArray:
    """Return samples as float32; integers become -1..1."""
    if samples.dtype.kind == "f":
        return samples.astype(np.float32, copy=False)
    scale = np.float32(2.0 ** (1 - 8 * samples.itemsize))
    block = samples.astype(np.float32) * scale
    return block - np.float32(1) if samples.dtype.kind == "u" else block


def _trim(blocks: Iterator[FloatArray], skip: int, wanted: int | None) -> Iterator[FloatArray]:
    """Drop the first ``skip`` frames, and all after ``wanted`` more."""
    for block in blocks:
        kept = block[skip:] if wanted is None else block[skip : skip + wanted]
        skip -= min(skip, len(block))
        if len(kept):
            yield kept
        if wanted is not None:
            wanted -= len(kept)
            if wanted <= 0:
                return
