"""Sounds made for the tests, encoded in memory: no audio file is kept in the repository."""

import io
import tempfile
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_SMALL_BLOCK = 4096
"""libsndfile crashes on one large write of Vorbis."""

RAW_CODEC_FORMATS = {"aac": "fltp", "alac": "s16p", "wmav2": "fltp", "pcm_s16le": "s16"}


def chirp(duration_s: float, sample_rate: int = 44_100, channels: int = 2) -> Samples:
    """Return a tone that rises from 200 to 2000 Hz, shape (n_frames, channels), half scale."""
    t = np.arange(round(duration_s * sample_rate)) / sample_rate
    tone = np.sin(2 * np.pi * (200 * t + 900 * t**2 / max(duration_s, 1e-9)))
    gains = np.linspace(0.5, 0.25, channels) if channels > 1 else np.array([0.5])
    return np.asarray(tone[:, None] * gains, dtype=np.float32)


def encode(samples: Samples, sample_rate: int, format: str, subtype: str | None = None) -> bytes:
    """Encode with libsndfile."""
    file = io.BytesIO()
    channels = samples.shape[1]
    with soundfile.SoundFile(
        file, "w", sample_rate, channels, format=format, subtype=subtype
    ) as sound:
        for first in range(0, len(samples), _SMALL_BLOCK):
            sound.write(samples[first : first + _SMALL_BLOCK])
    return file.getvalue()


def encode_av(
    samples: Samples,
    sample_rate: int,
    container: str,
    codec: str,
    *,
    with_video: bool = False,
    tracks: int = 1,
    options: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    sample_format: str | None = None,
) -> bytes:
    """Encode with FFmpeg; further tracks hold silence."""
    folder = tempfile.TemporaryDirectory()
    file = Path(folder.name) / "sound"  # some containers are read again when they are finished
    with folder, av.open(file, "w", format=container, container_options=options or {}) as output:
        output.metadata.update(metadata or {})
        video = _video_stream(output) if with_video else None
        layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}[samples.shape[1]]
        streams = [output.add_stream(codec, rate=sample_rate) for _ in range(tracks)]
        for stream in streams:
            stream.layout = layout
            if sample_format:
                stream.format = sample_format
            stream.bit_rate = 128_000
        if video is not None:
            _encode_pictures(output, video)
        for index, stream in enumerate(streams):
            _encode_track(output, stream, samples * (index == 0), layout)
        output.close()
        return file.read_bytes()


def _encode_track(output, stream, samples, layout) -> None:
    sample_format = RAW_CODEC_FORMATS.get(stream.codec_context.name, "s16")
    for first in range(0, len(samples), 1024):
        block = samples[first : first + 1024]
        if sample_format.startswith("s16"):
            block = np.round(block * 32767).astype(np.int16)
        planar = sample_format.endswith("p")
        array = np.ascontiguousarray(block.T) if planar else block.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(array, format=sample_format, layout=layout)
        frame.sample_rate, frame.pts = stream.rate, first
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def _video_stream(output):
    stream = output.add_stream("mpeg4", rate=5)
    stream.width = stream.height = 32
    return stream


def _encode_pictures(output, stream) -> None:
    for _ in range(5):
        picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        output.mux(stream.encode(picture))
    output.mux(stream.encode(None))


def video_only() -> bytes:
    """Return an MP4 without sound."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        _encode_pictures(output, _video_stream(output))
    return file.getvalue()


def level_db(error: Samples, reference: Samples) -> float:
    """Return how loud an error is against its reference, in dB."""
    power = float(np.mean(np.square(error, dtype=np.float64)))
    return 10 * np.log10(power / float(np.mean(np.square(reference, dtype=np.float64))) + 1e-20)
