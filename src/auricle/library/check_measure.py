"""Measure one file in one pass: level, clipping, channels, bandwidth."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..audio import open_channels
from ..types import FloatArray
from .check_ogg import ogg_damage
from .identity_members import codec_of

N_FFT = 4_096
BANDS_HZ = 250.0
"""About the width of the bands in which the spectrum is smoothed before its edge is sought."""

EDGE_DB = 24.0
"""A fall this steep, within a kilohertz and for good, is a filter's; music fades out gently."""

LOWEST_EDGE_HZ = 2_000.0

FLAT_STEP = 1.5 / 32_768
"""Samples that differ by less are equal at 16 bits."""

FLAT_PEAK = 0.9
"""Only loud plateaus are clipped; quieter ones are a matter of sound."""

OVER = 10 ** (0.1 / 20)
"""A decoded lossy sample beyond this (+0.1 dBFS) was cut off, or will be when it is played."""

MIN_RUN = 3
"""Equal or exceeding samples in a row that make one clipped place."""

_FLOOR = 1e-16


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured in a file.

    Attributes:
        path: the file.
        codec: of the header.
        sample_rate: in Hz.
        channels: number of channels.
        duration_s: what could be decoded.
        peak: largest absolute sample; 1 is full scale.
        level_db: RMS of all channels in dBFS.
        clipped: number of clipped places.
        flat_share: share of all samples in plateaus: large in square waves, tiny in clipped music.
        difference_db: level of left minus right against that of both; 0 without two channels.
        balance_db: level of the quieter of two channels against the louder.
        bandwidth_hz: where the spectrum is cut off; None when it fades out or reaches the end.
        lossless: the codec keeps every sample.
        warnings: of decoding.
    """

    path: str
    codec: str
    sample_rate: int
    channels: int
    duration_s: float
    peak: float
    level_db: float
    clipped: int
    flat_share: float
    difference_db: float
    balance_db: float
    bandwidth_hz: float | None
    lossless: bool
    warnings: tuple[str, ...] = ()


def measure(path: str) -> Measures:
    """Measure a file; it is decoded once, from beginning to end.

    Raises:
        AudioError: nothing in it can be decoded.
    """
    with open_channels(path) as stream:
        codec, lossless = codec_of(stream.info)
        meter = Meter(stream.info.sample_rate, lossless=lossless)
        for block in stream:
            meter.hear(block)
        return Measures(
            path=path,
            codec=codec,
            sample_rate=stream.info.sample_rate,
            channels=stream.info.channels,
            duration_s=stream.duration_s,
            peak=meter.peak,
            level_db=_db(meter.power_of_all()),
            clipped=meter.clipped,
            flat_share=meter.flat_share(),
            difference_db=meter.difference_db(),
            balance_db=meter.balance_db(),
            bandwidth_hz=cut_off(meter.spectrum(), stream.info.sample_rate),
            lossless=lossless,
            warnings=(*stream.warnings, *ogg_damage(path)),
        )


@dataclass(slots=True)
class Meter:
    """Adds up what blocks of sound say.

    Attributes:
        sample_rate: in Hz.
        lossless: plateaus are clipping; in lossy sound only samples beyond full scale are.
    """

    sample_rate: int
    lossless: bool
    peak: float = 0.0
    clipped: int = 0
    _n_frames: int = 0
    _n_flat: int = 0
    _power: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    _difference: float = 0.0
    _spectrum: NDArray[np.float64] = field(default_factory=lambda: np.zeros(N_FFT // 2 + 1))
    _n_spectra: int = 0

    def hear(self, block: FloatArray) -> None:
        """Take a block, shape (n_frames, n_channels)."""
        if block.size == 0:
            return
        power = np.einsum("ij,ij->j", block, block, dtype=np.float64)
        if len(power) != len(self._power):
            self._power = np.resize(self._power, len(power))
        self._power += power
        self._n_frames += len(block)
        peak = max(float(block.max()), -float(block.min()))
        self.peak = max(self.peak, peak)
        if block.shape[1] == 2:
            apart = block[:, 0] - block[:, 1]
            self._difference += float(np.einsum("i,i->", apart, apart, dtype=np.float64))
        if peak >= (FLAT_PEAK if self.lossless else OVER):
            self._count_clipped(block, peak)
        self._add_spectra(block[:, int(power.argmax())])

    def _count_clipped(self, block: FloatArray, peak: float) -> None:
        for channel in block.T:
            if self.lossless:
                found = np.abs(channel) >= max(peak - FLAT_STEP, FLAT_PEAK)
            else:
                found = np.abs(channel) > OVER
            runs = _run_lengths(found)
            long = runs[runs >= MIN_RUN]
            self.clipped += len(long)
            self._n_flat += int(long.sum())

    def _add_spectra(self, channel: FloatArray) -> None:
        n = len(channel) // N_FFT
        if n:
            frames = channel[: n * N_FFT].reshape(n, N_FFT) * np.hanning(N_FFT).astype(np.float32)
            spectra = np.fft.rfft(frames, axis=1)
            self._spectrum += (np.square(spectra.real) + np.square(spectra.imag)).sum(axis=0)
            self._n_spectra += n

    def power_of_all(self) -> float:
        """Return the mean square of all samples."""
        return float(self._power.sum()) / max(1, self._n_frames * len(self._power))

    def flat_share(self) -> float:
        """Return the share of samples in clipped places."""
        return self._n_flat / max(1, self._n_frames * len(self._power))

    def difference_db(self) -> float:
        """Return the level of left minus right against that of both; 0 without two channels."""
        if len(self._power) != 2:
            return 0.0
        return _db(self._difference) - _db(float(self._power.sum()))

    def balance_db(self) -> float:
        """Return the level of the quieter of two channels against the louder."""
        if len(self._power) != 2:
            return 0.0
        return _db(float(self._power.min())) - _db(float(self._power.max()))

    def spectrum(self) -> NDArray[np.float64]:
        """Return the mean power per bin in dB of full scale, shape (N_FFT // 2 + 1,)."""
        scale = max(1, self._n_spectra) * (N_FFT / 4) ** 2
        return np.asarray(10 * np.log10(self._spectrum / scale + _FLOOR))


def cut_off(spectrum: NDArray[np.float64], sample_rate: int) -> float | None:
    """Return where a spectrum falls off for good, in Hz, or None.

    Args:
        spectrum: dB per bin from 0 Hz to half the sample rate, shape (n_bins,).
        sample_rate: in Hz.
    """
    bin_hz = sample_rate / 2 / (len(spectrum) - 1)
    bins = max(1, round(BANDS_HZ / bin_hz))
    n_bands = (len(spectrum) - 1) // bins
    bands = np.median(spectrum[: n_bands * bins].reshape(n_bands, bins), axis=1)
    first = round(LOWEST_EDGE_HZ / (bins * bin_hz))
    drops = [
        float(np.min(bands[at - 2 : at]) - np.max(bands[at + 2 :]))
        for at in range(first, n_bands - 3)
    ]
    if not drops or max(drops) < EDGE_DB:
        return None
    at = first + int(np.argmax(drops))
    return float((at + 1) * bins * bin_hz)


def _run_lengths(found: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the lengths of all runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], found, [False]]).astype(np.int8)))
    return np.asarray(edges[1::2] - edges[::2], dtype=np.int64)


def _db(power: float) -> float:
    return float(10 * np.log10(power + _FLOOR))
