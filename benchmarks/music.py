"""Music to measure with: synthesised, or cut from a folder of real files."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from auricle import decode
from auricle.demo import SAMPLE_RATE, compose

FORMATS = ("mp3", "flac", "m4a", "ogg")


def synthesise(duration_s: float, seed: int = 0) -> NDArray[np.float32]:
    """Return synthesised music, shape (n_samples, 2): the demo's piece again and again."""
    piece = compose(seed=seed)
    return _widen(np.resize(piece, int(duration_s * SAMPLE_RATE)))


def real(folder: Path, duration_s: float) -> NDArray[np.float32]:
    """Return real music of the asked length, files of the folder one after the other."""
    pieces: list[NDArray[np.float32]] = []
    missing = int(duration_s * SAMPLE_RATE)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if missing <= 0:
            break
        pieces.append(decode(path, sample_rate=SAMPLE_RATE).waveform[:missing])
        missing -= len(pieces[-1])
    if missing > 0:
        raise SystemExit(f"{folder} holds {missing / SAMPLE_RATE:.0f} s too little music")
    return _widen(np.concatenate(pieces))


def _widen(mono: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return two channels that differ, so that a codec has both to code."""
    return np.stack([mono, 0.7 * mono + 0.3 * np.roll(mono, 30)], axis=1)


def encode(waveform: NDArray[np.float32], path: Path) -> Path:
    """Write stereo music, the codec chosen by the suffix: usual settings of about 192 kbit/s."""
    if path.suffix == ".m4a":
        _encode_m4a(waveform, path)
    elif path.suffix == ".mp3":
        soundfile.write(path, waveform, SAMPLE_RATE, bitrate_mode="CONSTANT", compression_level=0.5)
    else:
        with soundfile.SoundFile(path, "w", SAMPLE_RATE, 2) as file:
            # libsndfile's Vorbis encoder overflows its stack on one large write.
            for first in range(0, len(waveform), SAMPLE_RATE):
                file.write(waveform[first : first + SAMPLE_RATE])
    return path


def _encode_m4a(waveform: NDArray[np.float32], path: Path) -> None:
    with av.open(str(path), "w", format="ipod") as container:
        stream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        stream.bit_rate = 192_000
        for frame in _frames(waveform):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _frames(waveform: NDArray[np.float32]) -> Iterator[av.AudioFrame]:
    for first in range(0, len(waveform), 1024):
        block = np.ascontiguousarray(waveform[first : first + 1024].T)
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = first
        yield frame
