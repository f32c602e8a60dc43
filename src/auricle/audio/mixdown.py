"""From blocks of any number of channels to mono: mix, and clean."""

import numpy as np

from ..types import FloatArray

LOUDEST = 1e6
"""A sample beyond this is damage. Full scale is 1, or 32,768 where a program forgot to scale."""


def mix_to_mono(block: FloatArray) -> tuple[FloatArray, int]:
    """Return the mean of all channels, and how many samples were damaged.

    Args:
        block: shape (n_frames, n_channels); damaged samples count as 0, see ``clean``. Such that
            cancel each other between the channels do no harm and are not looked for.

    Returns:
        The mono waveform, shape (n_frames,), a new array; and the number of samples replaced.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        mono = _mean(block)
    if _is_sound(mono, LOUDEST / block.shape[1]):
        return mono, 0
    cleaned, n_damaged = clean(block)
    return _mean(cleaned), n_damaged


def clean(block: FloatArray) -> tuple[FloatArray, int]:
    """Return a block whose damaged samples are 0, and how many those are.

    Damaged are samples that are not finite, or beyond ``LOUDEST``.
    """
    if _is_sound(block):
        return block, 0
    sound = np.abs(block) <= LOUDEST
    return np.where(sound, block, np.float32(0)), int(sound.size - np.count_nonzero(sound))


def in_words(n_damaged: int) -> str:
    """Return what was done about damaged samples, as a plain sentence."""
    return f"{n_damaged} samples were NaN, infinite or absurdly large and were set to 0"


def _is_sound(samples: FloatArray, limit: float = LOUDEST) -> bool:
    """Tell whether no sample is beyond a limit; a NaN makes both comparisons false."""
    return bool(samples.min(initial=0.0) >= -limit and samples.max(initial=0.0) <= limit)


def _mean(block: FloatArray) -> FloatArray:
    """Return the mean of all channels, channel by channel.

    As fast as a matrix product, which would wake the threads of the BLAS library.
    """
    channels: list[FloatArray] = list(block.T)
    if len(channels) == 1:
        return channels[0].copy()
    mono = np.add(channels[0], channels[1])
    for channel in channels[2:]:
        mono += channel
    mono *= np.float32(1 / len(channels))
    return mono
