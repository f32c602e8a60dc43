"""What both back-ends offer: open a source, say what it is, read blocks from any position."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..types import FloatArray
from .source import OpenSource

PREROLL_S = 0.2
"""Decoded and dropped before a position that was sought, until a lossy codec has settled: MP3
frames borrow bits from those before (the first 50 ms would be silent), AAC and Opus overlap."""


WRONG_LENGTH = "the header states a wrong length: all that the file holds was decoded"


class CannotOpen(Exception):
    """A back-end does not read this source; the text is its reason. Never leaves this room."""


class NoSamples(CannotOpen):
    """The header was read, and it speaks of no samples. Never leaves this room."""


class NoAudioTrack(CannotOpen):
    """The container was read, but there is no sound in it. Never leaves this room."""


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What the header says.

    Attributes:
        format: the container, such as ``"wav"``, ``"mp3"``, ``"mp4"``.
        codec: the codec in it, such as ``"pcm_16"``, ``"vorbis"``, ``"aac"``.
        sample_rate: in Hz.
        channels: number of channels.
        duration_s: the header's claim in seconds; None if it makes none.
        bits: per sample of a codec that keeps samples; 0 where that is not told.
    """

    format: str
    codec: str
    sample_rate: int
    channels: int
    duration_s: float | None
    bits: int = 0


class Reader(Protocol):
    """An opened source of one back-end.

    Attributes:
        info: what the header says.
        duration_is_exact: the duration was counted by whoever wrote the file, not estimated
            from its size; what is missing then is really missing.
    """

    info: AudioInfo
    duration_is_exact: bool

    @property
    def warnings(self) -> Sequence[str]:
        """Return plain sentences about damage met so far."""
        ...

    def __init__(self, source: OpenSource) -> None:
        """Open a source.

        Raises:
            CannotOpen: this back-end does not read it.
        """
        ...

    def blocks(self, start_s: float = 0.0, length_s: float | None = None) -> Iterator[FloatArray]:
        """Yield samples from ``start_s`` on, at most ``length_s`` seconds of them.

        Yields:
            Arrays of shape (n_frames, n_channels), valid until the next one is asked for.

        Raises:
            CorruptAudio: decoding cannot go on.
        """
        ...

    def close(self) -> None:
        """Release the codec; the source stays open."""
        ...
