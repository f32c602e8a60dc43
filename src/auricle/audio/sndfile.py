"""The first back-end: libsndfile, for WAV, FLAC, MP3, AIFF, AU and their kin."""

import os
import re
from collections.abc import Iterator

import numpy as np
import soundfile

from ..errors import CorruptAudio
from ..types import FloatArray
from .mp3 import frame_count
from .reader import PREROLL_S, WRONG_LENGTH, AudioInfo, CannotOpen, NoSamples
from .source import OpenSource

BLOCK_FRAMES = 1 << 17
"""Frames read at once: 3 s of 44.1 kHz stereo, 1 MB."""

_UNKNOWN_FRAMES = 1 << 62
"""libsndfile reports a number beyond this when a stream's length is not known."""

_WRONG_LENGTH_NOTE = "(should be"
"""libsndfile's log says this where a header's length is not the file's."""


class _Sequential(soundfile.SoundFile):  # type: ignore[misc]
    """A sound file whose ``read`` leaves the codec where it is.

    After each read, soundfile seeks to where the codec already stands. An MP3 decoder then forgets
    the frames before, from which the next one borrows bits, and up to 50 ms are silent. It does so
    only in files that say they can seek; ``seek`` itself does not ask.
    """

    def seekable(self) -> bool:
        """Keep ``read`` from seeking."""
        return False


class SndfileReader:
    """A source opened by libsndfile; see ``Reader``."""

    def __init__(self, source: OpenSource) -> None:
        """Open the source.

        Raises:
            CannotOpen: libsndfile does not read it.
        """
        self._name = source.name
        self._sound = _open(source)
        self._position = 0
        frames, rate = self._sound.frames, self._sound.samplerate
        if not 0 < frames < _UNKNOWN_FRAMES:
            self._sound.close()
            raise CannotOpen("unknown length") if frames else NoSamples("the length is stated as 0")
        self.info = AudioInfo(
            format=_format_name(self._sound.format),
            codec=self._sound.subtype.lower(),
            sample_rate=rate,
            channels=self._sound.channels,
            duration_s=frames / rate,
            bits=_bits(self._sound.subtype),
        )
        is_guess = self.info.format == "mp3" and frame_count(source.file) is None
        self.duration_is_exact = not is_guess
        lies = _WRONG_LENGTH_NOTE in self._sound.extra_info
        self.warnings = [WRONG_LENGTH] if lies else []

    def blocks(self, start_s: float = 0.0, length_s: float | None = None) -> Iterator[FloatArray]:
        """Yield arrays of shape (n_frames, n_channels); see ``Reader.blocks``."""
        rate = self.info.sample_rate
        left = _UNKNOWN_FRAMES if length_s is None else round(length_s * rate)
        buffer = np.empty((min(left, BLOCK_FRAMES), self.info.channels), dtype=np.float32)
        try:
            self._seek(round(start_s * rate))
            while left > 0:
                block = self._sound.read(out=buffer[: min(left, len(buffer))])
                if len(block) == 0:
                    return
                self._position += len(block)
                left -= len(block)
                yield block
        except soundfile.SoundFileError as error:
            at_s = self._position / rate
            raise CorruptAudio(f"{self._name}: damaged at {at_s:.1f} s ({error})") from error

    def _seek(self, frame: int) -> None:
        """Go to a frame, or to the end when the file has fewer."""
        if frame == self._position:
            return
        self._position = min(frame, self._sound.frames)
        is_mp3 = self.info.format == "mp3"
        preroll = min(self._position, round(PREROLL_S * self.info.sample_rate)) if is_mp3 else 0
        self._sound.seek(self._position - preroll)
        self._sound.read(out=np.empty((preroll, self.info.channels), dtype=np.float32))

    def close(self) -> None:
        """Release the codec; the source stays open."""
        self._sound.close()


def _open(source: OpenSource) -> _Sequential:
    """Open by descriptor where there is one, which saves a call into Python for each read.

    A descriptor has no name: libsndfile must tell the format from the content.
    """
    source.file.seek(0)
    by_descriptor = os.name == "posix" and source.has_descriptor
    handle = os.dup(source.file.fileno()) if by_descriptor else source.file
    try:
        return _Sequential(handle)
    except soundfile.SoundFileError as error:
        reason = getattr(error, "error_string", str(error))
        raise CannotOpen(reason.rstrip(".")) from error


def _format_name(name: str) -> str:
    """Return the common name of libsndfile's format."""
    return {"WAVEX": "wav", "RF64": "wav"}.get(name, name.lower())


def _bits(subtype: str) -> int:
    """Return the bits per sample that a subtype keeps, 0 for lossy ones."""
    named = re.fullmatch(r"(?:PCM|ALAC)_[SU]?(\d+)", subtype)
    return int(named[1]) if named else {"FLOAT": 32, "DOUBLE": 64}.get(subtype, 0)
