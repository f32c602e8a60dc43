"""A whole source channel by channel, block by block; for measuring files, not for hearing them."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..types import FloatArray
from .mixdown import clean, in_words
from .reader import AudioInfo
from .sound import Sound
from .source import Source


class ChannelStream:
    """Blocks of all channels; see ``open_channels``.

    Attributes:
        info: what the header says.
    """

    def __init__(self, sound: Sound) -> None:
        """Take over an opened sound."""
        self.info: AudioInfo = sound.info
        self._sound = sound

    @property
    def duration_s(self) -> float:
        """Seconds decoded so far."""
        return self._sound.n_frames / self.info.sample_rate

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was odd, in plain words; complete when all blocks have been read."""
        return self._sound.warnings

    def __iter__(self) -> Iterator[FloatArray]:
        """Yield arrays of shape (n_frames, n_channels), float32, valid until the next one.

        Damaged samples are 0.

        Raises:
            AudioError: nothing could be decoded, see ``decode``.
        """
        n_damaged = 0
        for block in self._sound.blocks():
            cleaned, n_bad = clean(block)
            n_damaged += n_bad
            yield cleaned
        if n_damaged:
            self._sound.warn(in_words(n_damaged))
        self._sound.check_whole()


@contextmanager
def open_channels(source: Source) -> Iterator[ChannelStream]:
    """Open a source as a stream of blocks with all channels, at its own sample rate.

    Raises:
        AudioError: the source cannot be opened, see ``decode``; iterating raises them too.
    """
    with Sound(source) as sound:
        yield ChannelStream(sound)
