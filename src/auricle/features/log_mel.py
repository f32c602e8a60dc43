"""The log-mel spectrogram in NumPy: blocked, float32, equal to librosa's to 1e-3 dB."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..types import FloatArray
from .spec import FeatureSpec

FRAMES_PER_BLOCK = 64
"""Frames transformed at once: 64 x 512 samples and their spectra stay in a core's own caches."""

PRODUCT_SIZE = 2**17
"""Multiply-adds of one matrix product: below the size at which OpenBLAS wakes its threads, which
on a busy machine cost ten times what they save."""


def log_mel(waveform: FloatArray, spec: FeatureSpec) -> FloatArray:
    """Return the log-mel spectrogram in dB.

    Centred frames with zero padding, Hann window, power spectrum, Slaney mel filters,
    ``10 log10(max(power, amin))``: ``librosa.feature.melspectrogram`` + ``power_to_db(ref=1)``.

    Args:
        waveform: mono, shape (n_samples,), at ``spec.sample_rate``.
        spec: the parameters.

    Returns:
        Array of shape (n_mels, n_frames), float32.

    Raises:
        ValueError: if the waveform is not one-dimensional, or empty.
    """
    if waveform.ndim != 1 or waveform.size == 0:
        raise ValueError(f"waveform must have shape (n_samples,), not {waveform.shape}")
    padded = np.pad(waveform.astype(np.float32, copy=False), spec.n_fft // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, spec.n_fft)[:: spec.hop_length]
    mel = np.empty((spec.n_mels, len(frames)), dtype=np.float32)
    window, groups = _hann(spec.n_fft), _filter_groups(spec)
    scratch = np.empty((FRAMES_PER_BLOCK, spec.n_fft))  # of NumPy's FFT, which converts slowly
    for first in range(0, len(frames), FRAMES_PER_BLOCK):
        block = frames[first : first + FRAMES_PER_BLOCK]
        power = _power(np.multiply(block, window, out=scratch[: len(block)]))
        for bands, bins, weights in groups:
            np.matmul(weights, power[:, bins].T, out=mel[bands, first : first + len(block)])
    np.maximum(mel, spec.amin, out=mel)
    np.log10(mel, out=mel)
    mel *= 10.0
    return mel


def _power(frames: NDArray[np.float64]) -> FloatArray:
    """Return the power spectra of windowed frames, (n, n_fft) -> (n, n_fft / 2 + 1)."""
    spectra = np.fft.rfft(frames).astype(np.complex64)
    parts = spectra.view(np.float32)  # real and imaginary parts in turn
    np.square(parts, out=parts)
    return np.add(parts[:, ::2], parts[:, 1::2])


@lru_cache(maxsize=8)
def _filter_groups(spec: FeatureSpec) -> tuple[tuple[slice, slice, FloatArray], ...]:
    """Return the filters in groups of neighbours: which bands, from which bins, by which weights.

    Most weights are zero: a filter uses the bins between its neighbours' centres. In groups, each
    with the bins that it uses, a third of the multiplications remains.
    """
    filters = mel_filters(spec)
    groups = []
    for bands in _neighbours(filters):
        used = np.flatnonzero(filters[bands].any(axis=0))
        bins = slice(int(used[0]), int(used[-1]) + 1) if used.size else slice(0, 1)
        groups.append((bands, bins, np.ascontiguousarray(filters[bands, bins])))
    return tuple(groups)


def _neighbours(filters: FloatArray) -> Iterator[slice]:
    """Yield slices of filters, as many as one product for a block of frames can take."""
    cells = PRODUCT_SIZE // FRAMES_PER_BLOCK
    first = 0
    for last in range(1, len(filters) + 1):
        used = np.flatnonzero(filters[first : last + 1].any(axis=0))
        width = used[-1] + 1 - used[0] if used.size else 1
        if last == len(filters) or (last + 1 - first) * width > cells:
            yield slice(first, last)
            first = last


@lru_cache(maxsize=8)
def _hann(n_fft: int) -> FloatArray:
    """Return the periodic Hann window, shape (n_fft,)."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)).astype(np.float32)


@lru_cache(maxsize=8)
def mel_filters(spec: FeatureSpec) -> FloatArray:
    """Return triangular mel filters of unit area, shape (n_mels, n_bins).

    After M. Slaney, Auditory Toolbox (1998): linear below 1 kHz, logarithmic above.
    """
    edges = _band_edges(spec)
    bins = np.arange(spec.n_bins) * spec.sample_rate / spec.n_fft
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    area = 2.0 / (edges[2:] - edges[:-2])
    return (triangles * area[:, None]).astype(np.float32)


def band_centres(spec: FeatureSpec) -> NDArray[np.float64]:
    """Return the centre frequency of each mel band in Hz, shape (n_mels,)."""
    return _band_edges(spec)[1:-1]


def _band_edges(spec: FeatureSpec) -> NDArray[np.float64]:
    """Return where the triangles start, peak and end, in Hz, shape (n_mels + 2,)."""
    return mel_to_hz(np.linspace(hz_to_mel(spec.f_min), hz_to_mel(spec.f_max), spec.n_mels + 2))


_LINEAR_HZ_PER_MEL = 200.0 / 3
_BREAK_HZ = 1_000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


def hz_to_mel(hz: float) -> float:
    """Convert Hz to mel (Slaney)."""
    if hz < _BREAK_HZ:
        return hz / _LINEAR_HZ_PER_MEL
    return float(_BREAK_MEL + np.log(hz / _BREAK_HZ) / _LOG_STEP)


def mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert mel to Hz (Slaney), element-wise."""
    logarithmic = _BREAK_HZ * np.exp(_LOG_STEP * (mel - _BREAK_MEL))
    return np.where(mel < _BREAK_MEL, mel * _LINEAR_HZ_PER_MEL, logarithmic)
