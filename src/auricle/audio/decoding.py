"""A whole source as one mono waveform; and what its header says."""

from dataclasses import dataclass

import numpy as np

from ..types import FloatArray
from .reader import AudioInfo
from .resample import Resampler
from .sound import Sound
from .source import Source


@dataclass(frozen=True, slots=True)
class Audio:
    """Decoded sound.

    Attributes:
        waveform: mono, the mean of all channels, shape (n_samples,), float32, finite.
        sample_rate: of the waveform, in Hz.
        duration_s: what could be decoded, in seconds.
        warnings: what was odd about the source, in plain words.
    """

    waveform: FloatArray
    sample_rate: int
    duration_s: float
    warnings: tuple[str, ...]


def decode(source: Source, *, sample_rate: int | None = None) -> Audio:
    """Decode all of a source; for long files, ``open_excerpts`` needs less memory.

    Args:
        source: a path, the bytes of a file, or a binary file object.
        sample_rate: to resample to, in Hz; None keeps the source's own.

    Returns:
        The sound, mono.

    Raises:
        UnreadableFile: missing, a directory, a pipe or device, not permitted.
        EmptyAudio: no bytes, or no samples.
        TooShort: less than 0.1 s.
        UnsupportedAudio: no back-end knows the format.
        CorruptAudio: nothing could be decoded.
    """
    with Sound(source) as sound:
        rate = sample_rate or sound.info.sample_rate
        resampler = Resampler(sound.info.sample_rate, rate)
        blocks = list(resampler.resample(sound.mono_blocks()))
        sound.check_whole()
        duration_s = sound.n_frames / sound.info.sample_rate
        return Audio(np.concatenate(blocks), rate, duration_s, sound.warnings)


def probe(source: Source) -> AudioInfo:
    """Return what a source's header says, without decoding it.

    Raises:
        AudioError: the source cannot be opened; see ``decode``.
    """
    with Sound(source) as sound:
        return sound.info
