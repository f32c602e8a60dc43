"""musicnn (MSD_musicnn, Pons and Serra 2019) in PyTorch, as a teacher.

The weights come with the package ``musicnn`` on PyPI (ISC licence), as a TensorFlow checkpoint,
which is read here without TensorFlow:

    pip download --no-deps musicnn==0.1.0 && unzip musicnn-0.1.0-py3-none-any.whl -d musicnn

The mel spectrogram stays in float32; the package's own cast to float16 overflows on loud music.
Outputs equal the published ones to three digits.
"""

import functools
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from librosa.filters import mel as mel_filters
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

SAMPLE_RATE = 16_000
N_FFT, HOP_LENGTH, N_MELS = 512, 256, 96
PATCH_FRAMES = 187
PATCH_S = PATCH_FRAMES * HOP_LENGTH / SAMPLE_RATE
"""The network hears patches of 2.992 seconds."""

BATCH_NORM_EPSILON = 1e-3

LOUDNESS = 0.5
"""Mean power of a mel band in a record of usual loudness."""

SILENT = 1e-9

N_FRONT, N_DEEP = 5, 3
"""Layers of the front end, whose filters see the spectrogram, and of the mid end after it."""

FADED = 0.05
"""Weight decay left most filters without weight: their norm is below this, and the channel always
says the same. Of 561 filters 62 are alive, of 753 channels 210."""

Weights = dict[str, Tensor]


class MusicNN:
    """The network: 96-band mel patches in, embeddings (200) and tag probabilities (50) out."""

    def __init__(self, folder: Path) -> None:
        """Read the checkpoint in ``folder`` (``MSD_musicnn`` of the package)."""
        self.weights = {
            name: torch.from_numpy(values.copy()) for name, values in read_checkpoint(folder)
        }
        filters = mel_filters(sr=SAMPLE_RATE, n_fft=N_FFT, n_mels=N_MELS)
        self.filters, self.window = torch.from_numpy(filters), torch.hann_window(N_FFT)

    @property
    def alive(self) -> Tensor:
        """Which of the 753 channels say anything, shape (753,)."""
        front = [self._alive(number) for number in range(N_FRONT)]
        deep = [self._alive(N_FRONT)]
        for number in range(N_FRONT + 1, N_FRONT + N_DEEP):
            deep.append(self._alive(number) | deep[-1])
        return torch.cat(front + deep)

    def mel(self, waveform: NDArray[np.float32], mean_power: float | None = None) -> Tensor:
        """Return log10(10000 mel + 1) of a mono waveform at 16 kHz, shape (96, n_frames).

        With ``mean_power`` the excerpt is first made so loud on average; the network, which
        learnt from published records, tells genres better so (docs/experiments.md).
        """
        spectrum = torch.stft(
            torch.from_numpy(waveform),
            N_FFT,
            HOP_LENGTH,
            window=self.window,
            pad_mode="constant",
            return_complex=True,
        )
        mel = self.filters @ spectrum.abs().square()
        if mean_power is not None:
            mel *= mean_power / mel.mean().clamp(min=SILENT)
        return torch.log10(10_000 * mel + 1)

    def hear(self, patches: Tensor) -> tuple[Tensor, Tensor]:
        """Map patches (n, 96, 187) to embeddings (n, 200) and tag probabilities (n, 50)."""
        return self.summarise(self.features(patches))

    def features(self, mel: Tensor) -> Tensor:
        """Map mel spectrograms of any length (n, 96, frames) to what is heard in every frame.

        Returns:
            Shape (n, 753, frames).
        """
        with torch.inference_mode():
            return self._mid_end(self._front_end(mel))

    def summarise(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Map features to the embedding (n, 200) and tag probabilities (n, 50) of all frames."""
        with torch.inference_mode():
            pooled = torch.stack([features.amax(2), features.mean(2)], dim=2).flatten(1)
            scale, shift = self._batch_norm(9)
            dense = (pooled * scale + shift) @ self.weights["dense/kernel"]
            scale, shift = self._batch_norm(10)
            embedding = (dense + self.weights["dense/bias"]).relu() * scale + shift
            return embedding, self.tags(embedding)

    def tags(self, embedding: Tensor) -> Tensor:
        """Map embeddings (n, 200) to tag probabilities (n, 50)."""
        logits = embedding @ self.weights["dense_1/kernel"] + self.weights["dense_1/bias"]
        return torch.sigmoid(logits)

    def _front_end(self, patches: Tensor) -> Tensor:
        """Timbral (7 x 38, 7 x 67) and temporal (128, 64, 32 x 1) filters, maximum over bands."""
        scale, shift = self._batch_norm(0)
        x = patches * scale + shift
        found = [self._timbral(x, number) for number in (0, 1)]
        found += [self._temporal(x, number) for number in (2, 3, 4)]
        return torch.cat(found, dim=1)

    def _timbral(self, x: Tensor, number: int) -> Tensor:
        """Slide a filter of 7 frames over the bands, one matrix product per place."""
        kernel = self._kernel(number)[:, :, 0].transpose(0, 1).flatten(0, 1)  # (bands * 7, n)
        frames = functional.pad(x, (3, 3)).unfold(2, 7, 1)  # (batch, bands, frames, 7)
        rows = frames.transpose(1, 2).flatten(2).contiguous()
        first = range(0, rows.shape[2] - len(kernel) + 1, 7)
        return self._best([rows[:, :, at : at + len(kernel)] for at in first], kernel, number)

    def _temporal(self, x: Tensor, number: int) -> Tensor:
        """Filter every band over time ("same" padding as TensorFlow does it)."""
        kernel = self._kernel(number)[:, 0, 0]  # (time, channels)
        spare = len(kernel) - 1
        padded = functional.pad(x, (spare // 2, spare - spare // 2))
        bands = padded.unfold(2, len(kernel), 1).unbind(1)
        return self._best([band.contiguous() for band in bands], kernel, number)

    def _best(self, places: Sequence[Tensor], kernel: Tensor, number: int) -> Tensor:
        """Filter, ReLU, batch normalisation, maximum over places: (batch, channels, frames).

        All after the filter rises or falls steadily, so the maximum may come first; where the
        scale is negative the filter is turned round and finds the minimum.
        """
        scale, shift = self._batch_norm(number + 1)
        sign, alive = torch.where(scale >= 0, 1.0, -1.0), self._alive(number)
        turned = (kernel * sign)[:, alive]
        found = functools.reduce(torch.maximum, (rows @ turned for rows in places))
        highest = torch.zeros(*found.shape[:2], len(alive))
        highest[:, :, alive] = found.float() * sign[alive]
        return ((highest + self._bias(number)).relu() * scale + shift).transpose(1, 2)

    def _mid_end(self, front: Tensor) -> Tensor:
        """Three 1-D convolutions, two of them residual; all layers are joined."""
        found = [front, self._dense_layer(front, 5)]
        for number in (6, 7):
            found.append(self._dense_layer(found[-1], number) + found[-1])
        return torch.cat(found, dim=1)

    def _dense_layer(self, x: Tensor, number: int) -> Tensor:
        kernel = self._kernel(number)[:, :, 0].permute(2, 1, 0)
        y = functional.conv1d(functional.pad(x, (3, 3)), kernel, self._bias(number)).relu()
        scale, shift = self._batch_norm(number + 1)
        return y * scale[:, None] + shift[:, None]

    def _alive(self, number: int) -> Tensor:
        """Return which channels of a layer have any weight."""
        return self._kernel(number).flatten(0, 2).norm(dim=0) > FADED

    def _kernel(self, number: int) -> Tensor:
        return self.weights[f"{_numbered('conv2d', number)}/kernel"]

    def _bias(self, number: int) -> Tensor:
        return self.weights[f"{_numbered('conv2d', number)}/bias"]

    def _batch_norm(self, number: int) -> tuple[Tensor, Tensor]:
        """Return the scale and shift of a batch normalisation."""
        name = _numbered("batch_normalization", number)
        variance = self.weights[f"{name}/moving_variance"]
        scale = self.weights[f"{name}/gamma"] / torch.sqrt(variance + BATCH_NORM_EPSILON)
        return scale, self.weights[f"{name}/beta"] - self.weights[f"{name}/moving_mean"] * scale


def _numbered(name: str, number: int) -> str:
    """Name a layer as TensorFlow does."""
    return f"{name}_{number}" if number else name


def read_checkpoint(folder: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield the float tensors of a TensorFlow V2 checkpoint with one shard.

    The index is a table of sorted keys in LevelDB's format; each value is a ``BundleEntryProto``
    (1: type, 2: shape, 4: offset, 5: size).
    """
    index = (folder / ".index").read_bytes()
    data = (folder / ".data-00000-of-00001").read_bytes()
    place = 0
    handle = index[-48:]
    numbers = []
    for _ in range(4):  # handles of the meta-index and of the index: offset, size
        number, place = _varint(handle, place)
        numbers.append(number)
    for value in _entries(index, numbers[2], numbers[3]).values():
        offset, after = _varint(value, 0)
        size, _ = _varint(value, after)
        for key, entry in _entries(index, offset, size).items():
            fields = _message(entry)
            if key and fields.get(1) == [1]:  # DT_FLOAT
                yield key.decode(), _tensor(fields, data)


def _tensor(fields: dict[int, list[int | bytes]], data: bytes) -> NDArray[np.float32]:
    """Cut one tensor out of the data."""
    shape_field = fields.get(2, [b""])[0]
    sizes = _message(shape_field).get(2, []) if isinstance(shape_field, bytes) else []
    shape = [_message(size)[1][0] for size in sizes if isinstance(size, bytes)]
    offset, size = fields.get(4, [0])[0], fields[5][0]
    if not isinstance(offset, int) or not isinstance(size, int):
        raise ValueError("the checkpoint's index is damaged")
    values = np.frombuffer(data[offset : offset + size], dtype="<f4")
    return values.reshape([int(length) for length in shape])


def _entries(index: bytes, offset: int, size: int) -> dict[bytes, bytes]:
    """Return the keys and values of one block of the table; keys share prefixes."""
    block = index[offset : offset + size]
    (restarts,) = struct.unpack("<I", block[-4:])
    end, place, key, found = len(block) - 4 - 4 * restarts, 0, b"", {}
    while place < end:
        shared, place = _varint(block, place)
        unshared, place = _varint(block, place)
        length, place = _varint(block, place)
        key = key[:shared] + block[place : place + unshared]
        place += unshared
        found[key] = block[place : place + length]
        place += length
    return found


def _message(data: bytes) -> dict[int, list[int | bytes]]:
    """Read a protocol buffer: field number -> its values."""
    place, fields = 0, dict[int, list[int | bytes]]()
    while place < len(data):
        tag, place = _varint(data, place)
        value: int | bytes
        if tag & 7 == 0:
            value, place = _varint(data, place)
        else:
            length, place = (4, place) if tag & 7 == 5 else _varint(data, place)
            value, place = data[place : place + length], place + length
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """Read a number of seven bits per byte; return it and the place after it."""
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
