"""From blocks of any number of channels to mono: mix, and clean."""

import numpy as np

from ..types import FloatArray


def mix_to_mono(block: FloatArray) -> tuple[FloatArray, int]:
    """Return the mean of all channels, and how many samples were not finite.

    Args:
        block: shape (n_frames, n_channels); samples that are not finite count as 0.

    Returns:
        The mono waveform, shape (n_frames,), a new array; and the number of samples replaced.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        mono = _mean(block)
        if np.isfinite(mono.sum()):
            return mono, 0
    finite = np.isfinite(block)
    clean = np.where(finite, block, np.float32(0))
    return _mean(clean), int(finite.size - np.count_nonzero(finite))


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
