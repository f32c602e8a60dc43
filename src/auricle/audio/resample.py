"""From one sample rate to another, block by block: by matrix products where the ratio is simple.

An output sample is a weighted sum of the input around it, and after a step the weights repeat.
``COLUMNS`` neighbouring outputs are the product of a piece of the input with a small matrix, and
the pieces one step apart are the rows of that product. They are windows on the input: nothing is
copied. That takes half the time of soxr, which is left the other ratios.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, lcm

import numpy as np
import soxr
from numpy.typing import NDArray

from ..types import FloatArray

ATTENUATION_DB = 80.0
PASS, STOP = 0.9125, 1.05
"""Edges of the filter, as shares of half the lower rate. Up to the first all is kept, as soxr does.
What lies below the second folds back no further than 0.95: at 16 kHz, above 7.6 kHz."""

COLUMNS = 32
"""Outputs of one product; 16 need fewer multiplications, but 1.2 times the time."""

PRODUCT_SIZE = 2**18
"""Multiply-adds of one product: with more, OpenBLAS wakes its threads."""

PRODUCTS_AT_ONCE = 12
"""So many wait for each other, as small blocks would cost more calls."""

LONGEST_STEP = 2**9
"""Input samples; with longer ones, of high rates or odd ratios, soxr is as fast or faster."""

SOXR_QUALITY = "HQ"
"""soxr's recipe. MQ saves nothing measurable, QQ and LQ let aliases through, VHQ costs 1.7x."""


class Resampler:
    """Resamples a stream of mono blocks; what comes out equals resampling the whole."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        """Prepare to go from one sample rate to another, in Hz; equal rates cost nothing."""
        self._rates = from_rate, to_rate

    def resample(self, blocks: Iterable[FloatArray]) -> Iterator[FloatArray]:
        """Yield resampled blocks, shape (n_samples,), some perhaps empty."""
        from_rate, to_rate = self._rates
        if from_rate == to_rate:
            yield from blocks
        elif products := _products(from_rate, to_rate):
            yield from products.resample(blocks)
        else:
            stream = soxr.ResampleStream(from_rate, to_rate, 1, "float32", SOXR_QUALITY)
            for block in blocks:
                yield stream.resample_chunk(block)
            yield stream.resample_chunk(np.zeros(0, dtype=np.float32), last=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Products:
    """The matrices of one ratio.

    Attributes:
        n_in: samples of a step in the input.
        n_out: samples of a step in the output.
        reach: samples on either side of its place that an output is made of.
        shift: samples from the beginning of one piece to that of the next.
        matrices: for the pieces of a step, shape (n_out / COLUMNS, length, COLUMNS).
    """

    n_in: int
    n_out: int
    reach: int
    shift: int
    matrices: FloatArray

    def resample(self, blocks: Iterable[FloatArray]) -> Iterator[FloatArray]:
        """Yield resampled blocks; before the beginning and behind the end there is silence."""
        taken, made = self._n_rows * self.n_in, self._n_rows * self.n_out
        length = self.matrices.shape[1]
        waiting, n_waiting = [np.zeros(self.reach, dtype=np.float32)], self.reach
        n_read = n_done = 0
        for block in blocks:
            waiting.append(block)
            n_read += len(block)
            n_waiting += len(block)
            n_products = (n_waiting - length) // taken
            if n_products >= PRODUCTS_AT_ONCE:
                waveform = np.concatenate(waiting)
                yield self._multiply(waveform, n_products)
                waiting = [waveform[n_products * taken :]]
                n_waiting -= n_products * taken
                n_done += n_products * made
        n_left = ceil(Fraction(n_read * self.n_out, self.n_in)) - n_done
        n_products = ceil(n_left / made)
        n_missing = max(0, n_products * taken + length - n_waiting)
        waiting.append(np.zeros(n_missing, dtype=np.float32))
        yield self._multiply(np.concatenate(waiting), n_products)[:n_left]

    @property
    def _n_rows(self) -> int:
        """Steps that go into one product: a multiple of what a core does at once."""
        return int(PRODUCT_SIZE // self.matrices[0].size // 8 * 8)

    def _multiply(self, waveform: FloatArray, n_products: int) -> FloatArray:
        """Return the output of ``n_products`` by each matrix, from a waveform's beginning on."""
        n_matrices, length, _ = self.matrices.shape
        n_rows, size = self._n_rows, waveform.itemsize
        step = self.n_in * size
        shape = (n_products, n_matrices, n_rows, length)
        strides = (n_rows * step, self.shift * size, step, size)
        pieces: FloatArray = np.ndarray(shape, np.float32, waveform, strides=strides)
        result = np.empty((n_products, n_rows, n_matrices, COLUMNS), dtype=np.float32)
        np.matmul(pieces, self.matrices, out=result.transpose(0, 2, 1, 3))
        return result.reshape(-1)


@lru_cache(maxsize=8)
def _products(from_rate: int, to_rate: int) -> _Products | None:
    """Return the matrices from one sample rate to another; None when they would be too large.

    The low-pass is a sinc in J. F. Kaiser's window (1974).
    """
    ratio = Fraction(from_rate, to_rate)
    lower = min(from_rate, to_rate) / 2 / from_rate  # half the lower rate, in cycles per sample
    width = 2 * np.pi * (STOP - PASS) * lower
    reach = ceil((ATTENUATION_DB - 7.95) / 2.285 / width / 2)
    length = ceil(COLUMNS * ratio) + 2 * reach
    shift = int(COLUMNS * ratio)
    n_matrices = lcm(ratio.denominator, COLUMNS) // COLUMNS
    n_matrices *= ceil(length / (n_matrices * max(1, shift)))  # rows that overlap would be slow
    n_out = n_matrices * COLUMNS
    n_in = int(n_out * ratio)
    if n_in > LONGEST_STEP or shift == 0:
        return None
    length += n_in - n_matrices * shift  # the pieces fall behind a little
    first = np.arange(n_matrices) * shift - reach
    places = (np.arange(n_out) * n_in / n_out).reshape(-1, 1, COLUMNS)
    offsets = (first[:, None] + np.arange(length))[:, :, None] - places
    matrices = np.sinc((PASS + STOP) * lower * offsets) * _kaiser(offsets / reach)
    matrices /= matrices.sum(axis=1, keepdims=True)
    return _Products(n_in, n_out, reach, shift, matrices.astype(np.float32))


def _kaiser(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Kaiser's window between -1 and 1, not normalised, and 0 elsewhere."""
    beta = 0.1102 * (ATTENUATION_DB - 8.7)
    return np.where(np.abs(x) <= 1, np.i0(beta * np.sqrt(np.maximum(0.0, 1 - x * x))), 0.0)
