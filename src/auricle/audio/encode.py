"""Sound files made in memory: to test what a codec does to the answer."""

import io
import struct

import av
import numpy as np
import soxr

from ..types import FloatArray

MP3_RATES = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
"""Sample rates in Hz at which MP3 goes up to 160 kbit/s."""


def encode_mp3(waveform: FloatArray, sample_rate: int, bit_rate: int) -> bytes:
    """Return an MP3 file of constant bit rate.

    Args:
        waveform: mono, shape (n,).
        sample_rate: in Hz; resampled to the next higher rate that MP3 knows, if it is none.
        bit_rate: in bits per second, from 32,000 to 160,000.
    """
    rate = min((known for known in MP3_RATES if known >= sample_rate), default=MP3_RATES[-1])
    samples = soxr.resample(waveform, sample_rate, rate) if rate != sample_rate else waveform
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as output:
        stream = output.add_stream("libmp3lame", rate=rate)
        stream.layout = "mono"
        stream.bit_rate = bit_rate
        plane = np.ascontiguousarray(samples, dtype=np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(plane, format="fltp", layout="mono")
        frame.sample_rate = rate
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def encode_wav(waveform: FloatArray, sample_rate: int) -> bytes:
    """Return a WAV file of 32-bit floats: nothing is clipped or rounded.

    Args:
        waveform: shape (n,), or (n, channels).
        sample_rate: in Hz.
    """
    data = np.ascontiguousarray(waveform, dtype="<f4").tobytes()
    channels = 1 if waveform.ndim == 1 else waveform.shape[1]
    block = 4 * channels
    form = struct.pack("<HHIIHH", 3, channels, sample_rate, sample_rate * block, block, 32)
    body = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"data", data)
    return _chunk(b"RIFF", body)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data
