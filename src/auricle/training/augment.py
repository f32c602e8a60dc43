"""Augmentation of log-mel batches: the random draw is apart from its application.

``draw`` decides (with NumPy's generator), ``apply`` computes: freeze a draw and the effect
can be tested exactly. All effects work in the mel domain, so that a cached spectrogram stands
for many recordings: other levels, bandwidths, equalisers, noises and codecs.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..features import FeatureSpec
from ..features.log_mel import band_centres
from .recipe_parts import AugmentRecipe

FLOOR_DB = -100.0


@dataclass(frozen=True, slots=True)
class Draw:
    """One random decision per clip of the batch; arrays have the batch as first axis.

    Attributes:
        curve_db: level change per mel band, shape (batch, n_mels): gain, equaliser, band limit.
        noise_db: level of the added noise per mel band relative to the clip's mean power,
            shape (batch, n_mels); -inf adds none.
        codec_range_db: cells this far below their frame's peak are dropped, shape (batch,);
            inf drops none.
        time_masks: (start, stop) frames, shape (batch, masks, 2).
        mel_masks: (start, stop) bands, shape (batch, masks, 2).
        shift_mels: bands by which each clip is transposed, shape (batch,).
        speed: frames of the source per frame of the result, shape (batch,).
        partner: index of the clip that is mixed in, shape (batch,).
        share: of the own clip in the mix, shape (batch,); 1 mixes nothing.
    """

    curve_db: NDArray[np.float32]
    noise_db: NDArray[np.float32]
    codec_range_db: NDArray[np.float32]
    time_masks: NDArray[np.int64]
    mel_masks: NDArray[np.int64]
    shift_mels: NDArray[np.int64]
    speed: NDArray[np.float32]
    partner: NDArray[np.int64]
    share: NDArray[np.float32]


def draw(
    rng: np.random.Generator,
    recipe: AugmentRecipe,
    spec: FeatureSpec,
    shape: tuple[int, int],
) -> Draw:
    """Decide what happens to a batch of ``shape`` (batch, n_frames)."""
    n_batch, n_frames = shape
    mask_frames = max(1, int(recipe.mask_s * spec.frame_rate))
    mixed = rng.random(n_batch) < recipe.mixup
    return Draw(
        curve_db=_draw_curve(rng, recipe, spec, n_batch),
        noise_db=_draw_noise(rng, recipe, spec.n_mels, n_batch),
        codec_range_db=_sometimes(
            rng, recipe.codec, rng.uniform(*recipe.codec_range_db, n_batch), np.inf
        ),
        time_masks=_draw_masks(rng, (n_batch, recipe.masks), mask_frames, n_frames),
        mel_masks=_draw_masks(rng, (n_batch, recipe.masks), recipe.mask_mels, spec.n_mels),
        shift_mels=rng.integers(-recipe.shift_mels, recipe.shift_mels + 1, n_batch),
        speed=rng.uniform(1 - recipe.stretch, 1 + recipe.stretch, n_batch).astype(np.float32),
        partner=rng.permutation(n_batch),
        share=np.where(mixed, rng.uniform(0.5, 1.0, n_batch), 1.0).astype(np.float32),
    )


def apply(log_mel: Tensor, decision: Draw) -> Tensor:
    """Return the augmented batch; the input, shape (batch, n_mels, n_frames) in dB, is kept."""
    x = _mix(_replay(log_mel, decision), decision)
    x = x + torch.from_numpy(decision.curve_db)[:, :, None]
    x = _add_noise(x, torch.from_numpy(decision.noise_db))
    peak = x.amax(dim=1, keepdim=True)
    dropped = x < peak - torch.from_numpy(decision.codec_range_db)[:, None, None]
    x = torch.where(dropped, FLOOR_DB, x)
    _mask(x, decision)
    return x.clamp_(min=FLOOR_DB)


def mix_targets(targets: Tensor, decision: Draw) -> Tensor:
    """Mix targets, shape (batch, ...), in the same shares as the sounds.

    What is not known (NaN) of a partner leaves alone what is not mixed with it.
    """
    share = torch.from_numpy(decision.share).to(targets.dtype)
    share = share.reshape(-1, *[1] * (targets.ndim - 1))
    mixed = share * targets + (1 - share) * targets[torch.from_numpy(decision.partner)]
    return torch.where(share < 1, mixed, targets)


def follow(steps: Tensor, decision: Draw) -> Tensor:
    """Play and mix targets in time, shape (batch, n_steps, d), as the sounds are."""
    n_batch, n_steps, _ = steps.shape
    heard = (np.arange(n_steps) * decision.speed[:, None]).astype(np.int64) % n_steps
    return mix_targets(steps[torch.arange(n_batch)[:, None], torch.from_numpy(heard)], decision)


def _sometimes(
    rng: np.random.Generator, probability: float, value: NDArray[np.float64], otherwise: float
) -> NDArray[np.float32]:
    """Keep each value with a probability, else put ``otherwise`` in its place."""
    return np.where(rng.random(len(value)) < probability, value, otherwise).astype(np.float32)


def _draw_curve(
    rng: np.random.Generator, recipe: AugmentRecipe, spec: FeatureSpec, n_batch: int
) -> NDArray[np.float32]:
    """Draw gain, a smooth equaliser and a steep low-pass, as one curve over the mel bands."""
    position = np.linspace(0.0, 1.0, spec.n_mels)
    curve = rng.uniform(-recipe.gain_db, recipe.gain_db, (n_batch, 1)) + np.zeros(spec.n_mels)
    for cycles in (0.5, 1.0, 2.0):
        phase = rng.uniform(0, 2 * np.pi, (n_batch, 1))
        size = rng.uniform(0, recipe.equaliser_db / 2, (n_batch, 1))
        chosen = rng.random((n_batch, 1)) < recipe.equaliser
        curve += chosen * size * np.sin(2 * np.pi * cycles * position + phase)
    cutoff = rng.uniform(*recipe.band_limit_hz, (n_batch, 1))
    slope_db_per_octave = rng.uniform(40.0, 300.0, (n_batch, 1))
    chosen = rng.random((n_batch, 1)) < recipe.band_limit
    octaves = np.log2(np.maximum(band_centres(spec)[None, :] / cutoff, 1.0))
    return (curve - chosen * slope_db_per_octave * octaves).astype(np.float32)


def _draw_noise(
    rng: np.random.Generator, recipe: AugmentRecipe, n_mels: int, n_batch: int
) -> NDArray[np.float32]:
    """Draw noise with a random tilt over the bands."""
    level = -rng.uniform(*recipe.noise_snr_db, (n_batch, 1))
    tilt = rng.uniform(-15.0, 15.0, (n_batch, 1)) * np.linspace(-1.0, 1.0, n_mels)
    chosen = rng.random((n_batch, 1)) < recipe.noise
    return np.where(chosen, level + tilt, -np.inf).astype(np.float32)


def _draw_masks(
    rng: np.random.Generator, shape: tuple[int, int], longest: int, size: int
) -> NDArray[np.int64]:
    """Draw (start, stop) pairs inside an axis of ``size``."""
    length = rng.integers(0, min(longest, size) + 1, shape)
    start = (rng.random(shape) * (size - length + 1)).astype(np.int64)
    return np.stack([start, start + length], axis=-1)


def _replay(x: Tensor, decision: Draw) -> Tensor:
    """Transpose and play faster or slower; edges repeat, time goes round."""
    _, n_mels, n_frames = x.shape
    bands = np.arange(n_mels) - decision.shift_mels[:, None]
    frames = np.arange(n_frames) * decision.speed[:, None]
    rows = torch.from_numpy(np.clip(bands, 0, n_mels - 1))[:, :, None]
    columns = torch.from_numpy(frames.astype(np.int64) % n_frames)[:, None, :]
    return x[torch.arange(len(x))[:, None, None], rows, columns]


def _mix(x: Tensor, decision: Draw) -> Tensor:
    """Add the partner's power at the drawn share, after levelling both clips."""
    share = torch.from_numpy(decision.share)[:, None, None]
    if bool((share == 1).all()):
        return x.clone()
    level = x.amax(dim=(1, 2), keepdim=True)
    levelled = x - level
    other = levelled[torch.from_numpy(decision.partner)]
    mixed = _power_sum(levelled + 10 * torch.log10(share), other + 10 * torch.log10(1 - share))
    return torch.where(share < 1, mixed + level, x)


def _add_noise(x: Tensor, noise_db: Tensor) -> Tensor:
    """Add steady noise to each band, relative to the clip's mean power."""
    mean_power = 10 * torch.log10(torch.pow(10.0, x / 10).mean(dim=(1, 2), keepdim=True))
    noisy = _power_sum(x, mean_power + noise_db[:, :, None])
    return torch.where(torch.isinf(noise_db[:, :, None]), x, noisy)


def _power_sum(a_db: Tensor, b_db: Tensor) -> Tensor:
    """Add two levels as powers."""
    scale = np.log(10.0) / 10
    total: Tensor = torch.logaddexp(a_db * scale, b_db * scale) / scale
    return total


def _mask(x: Tensor, decision: Draw) -> None:
    """Blank the masked frames and bands with the clip's mean level, in place."""
    mean = x.mean(dim=(1, 2))
    for index in range(len(x)):
        for start, stop in decision.time_masks[index]:
            x[index, :, start:stop] = mean[index]
        for start, stop in decision.mel_masks[index]:
            x[index, start:stop] = mean[index]
