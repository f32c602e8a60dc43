"""An opened source: the back-end that reads it, the next one when that fails, and what was odd."""

from collections.abc import Iterator
from typing import Self

from ..errors import AudioError, CorruptAudio, EmptyAudio, TooShort, UnsupportedAudio
from ..types import FloatArray
from .formats import sniff
from .mixdown import in_words, mix_to_mono
from .mp3 import is_intact
from .ogg import has_end_mark
from .pyav import PyavReader
from .reader import WRONG_LENGTH, AudioInfo, CannotOpen, NoAudioTrack, NoSamples, Reader
from .sndfile import SndfileReader
from .source import OpenSource, Source, open_source

MIN_DURATION_S = 0.1
"""Less sound than this says nothing."""

_TOLERANCE_S, _TOLERANCE = 0.5, 0.01
"""A file this much shorter than its header says, absolutely or relatively, is not truncated."""

_BACK_ENDS: tuple[tuple[str, type[Reader]], ...] = (
    ("libsndfile", SndfileReader),
    ("FFmpeg", PyavReader),
)


class Sound:
    """A source that is being heard, as mono at its own sample rate.

    Attributes:
        name: how messages call it.
        info: what the header says.
        n_frames: frames yielded so far, by all calls.
    """

    def __init__(self, source: Source) -> None:
        """Open a source with the first back-end that reads it.

        Raises:
            UnreadableFile: see ``open_source``.
            EmptyAudio: no bytes.
            UnsupportedAudio: a format that no back-end knows, or no audio in it.
            CorruptAudio: a known format that no back-end can open.
        """
        self._source = open_source(source)
        self.name = self._source.name
        self.n_frames = 0
        self._warnings: list[str] = []
        self._n_damaged = 0
        self._untried = list(_BACK_ENDS[::-1] if _prefers_ffmpeg(self._source) else _BACK_ENDS)
        self._refusals: list[tuple[str, CannotOpen]] = []
        reader = self._open_next()
        if reader is None:
            self._source.close()
            raise self._cannot_open()
        self._reader: Reader = reader
        self.info: AudioInfo = reader.info

    def _open_next(self) -> Reader | None:
        """Return the next back-end that reads the source; None when none is left."""
        while self._untried:
            label, back_end = self._untried.pop(0)
            try:
                return back_end(self._source)
            except CannotOpen as error:
                self._refusals.append((label, error))
        return None

    def _cannot_open(self) -> AudioError:
        """Return the error that fits, with the reason of each back-end."""
        reasons = "; ".join(f"{label}: {error}" for label, error in self._refusals)
        known = sniff(self._source.head)
        if self._was_refused_for(NoSamples):
            return EmptyAudio(f"{self.name}: holds no samples ({reasons})")
        if self._was_refused_for(NoAudioTrack):
            return UnsupportedAudio(f"{self.name}: holds no audio track ({reasons})")
        if known is None:
            return UnsupportedAudio(f"{self.name}: not a known audio format ({reasons})")
        return CorruptAudio(f"{self.name}: looks like {known}, but is damaged ({reasons})")

    def _was_refused_for(self, reason: type[CannotOpen]) -> bool:
        """Tell whether a back-end refused the source for this reason."""
        return any(isinstance(error, reason) for _, error in self._refusals)

    def mono_blocks(
        self, start_s: float = 0.0, length_s: float | None = None
    ) -> Iterator[FloatArray]:
        """Yield the mean of all channels from ``start_s`` on, at most ``length_s`` seconds.

        Yields:
            New arrays of shape (n_frames,), finite.

        Raises:
            CorruptAudio: nothing at all could be decoded.
        """
        for block in self.blocks(start_s, length_s):
            mono, n_damaged = mix_to_mono(block)
            self._n_damaged += n_damaged
            yield mono

    def blocks(self, start_s: float = 0.0, length_s: float | None = None) -> Iterator[FloatArray]:
        """Yield all channels from ``start_s`` on, at most ``length_s`` seconds.

        Where one back-end cannot go on, the other takes over behind the damage.

        Yields:
            Arrays of shape (n_frames, n_channels) as decoded, valid until the next one.

        Raises:
            CorruptAudio: nothing at all could be decoded.
        """
        while True:
            n_before = self.n_frames
            try:
                for block in self._reader.blocks(start_s, length_s):
                    self.n_frames += len(block)
                    yield block
                return
            except CorruptAudio as error:
                done_s = (self.n_frames - n_before) / self.info.sample_rate
                start_s += done_s
                length_s = None if length_s is None else length_s - done_s
                if not self._goes_on_behind(error, start_s):
                    return

    def _goes_on_behind(self, damage: CorruptAudio, at_s: float) -> bool:
        """Change to the next back-end, if there is one that reads the source as the same sound.

        Raises:
            CorruptAudio: the given damage, if there is none and nothing was decoded before.
        """
        reader = self._open_next()
        if reader is None and self.n_frames == 0:
            raise damage
        if reader is None or reader.info.sample_rate != self.info.sample_rate:
            self.warn(f"damaged at {at_s:.1f} s: nothing after it was heard")
            return False
        self.warn(f"damaged at {at_s:.1f} s: the damaged part was left out")
        self._warnings.extend(self._reader.warnings)
        self._reader.close()
        self._reader = reader
        return True

    def check_whole(self) -> None:
        """Look back on a pass from the beginning to the end.

        Raises:
            CorruptAudio: damage left nothing.
            EmptyAudio: no samples.
            TooShort: less than ``MIN_DURATION_S``.
        """
        heard_s = self.n_frames / self.info.sample_rate
        if self.n_frames == 0:
            if self._reader.warnings:
                raise CorruptAudio(f"{self.name}: damaged, nothing could be decoded")
            raise EmptyAudio(f"{self.name}: holds no samples")
        if round(heard_s, 2) < MIN_DURATION_S:  # a codec may lose some milliseconds
            raise TooShort(f"{self.name}: {heard_s:.3f} s of sound, {MIN_DURATION_S} s are needed")
        claimed_s = self.info.duration_s or 0.0
        missing_s = claimed_s - heard_s
        if self._is_cut_ogg():
            self.warn("the Ogg stream has no end mark: it may be truncated")
        elif self._reader.duration_is_exact and missing_s > _TOLERANCE_S + _TOLERANCE * claimed_s:
            self.warn(
                f"truncated or damaged: {heard_s:.1f} s of {claimed_s:.1f} s could be decoded"
            )

    def _is_cut_ogg(self) -> bool:
        """Tell whether this is an Ogg file without an end mark; its header claims no length."""
        is_ogg = sniff(self._source.head) == "ogg"
        return is_ogg and not has_end_mark(self._source.file, self._source.size)

    def warn(self, sentence: str) -> None:
        """Keep a plain sentence about what is odd."""
        self._warnings.append(sentence)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was odd so far, each sentence once."""
        found = [*self._warnings, *self._reader.warnings]
        if self._was_refused_for(NoSamples) and self.n_frames:
            found.append(WRONG_LENGTH)
        if self._n_damaged:
            found.append(in_words(self._n_damaged))
        return tuple(dict.fromkeys(found))

    def close(self) -> None:
        """Release the codec and the file."""
        self._reader.close()
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _prefers_ffmpeg(source: OpenSource) -> bool:
    """Tell whether FFmpeg is the better first choice.

    It is for MP4, which libsndfile never reads; for Ogg: it decodes Vorbis and Opus in half the
    time of libsndfile, reads chained streams to their end and goes on behind damage; and for an
    MP3 that is damaged or cut.
    """
    known = sniff(source.head)
    return known in ("mp4", "ogg") or (known == "mp3" and not is_intact(source.file))
