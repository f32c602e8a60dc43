"""Golden vectors: does the model hear here what it heard where it was made?

The sounds are synthesised by code, so no audio travels with the bundle. Their noise comes from
an integer generator (splitmix64) that is the same on every platform and NumPy version.
"""

from dataclasses import dataclass

import numpy as np

from ..errors import BundleCorrupt
from ..features import log_mel
from ..types import FloatArray
from .bundle import GOLDEN, Bundle
from .model import Model
from .npz import from_npz, to_npz
from .spec import ModelSpec

LOG_MEL_TOLERANCE_DB = 0.01
EMBEDDING_TOLERANCE = 1e-3
"""Allowed length of the difference, as a part of the expected embedding's length."""

_NOISE_FLOOR = 1e-3


@dataclass(frozen=True, slots=True)
class GoldenReport:
    """How far this machine is from the golden vectors.

    Attributes:
        sounds: names of the sounds that were heard.
        log_mel_error_db: largest difference of a sound's log-mel statistics.
        embedding_error: largest relative difference of an embedding.
    """

    sounds: tuple[str, ...]
    log_mel_error_db: float
    embedding_error: float

    @property
    def ok(self) -> bool:
        """Whether both are within tolerance (a NaN is not)."""
        features_agree = self.log_mel_error_db <= LOG_MEL_TOLERANCE_DB
        return features_agree and self.embedding_error <= EMBEDDING_TOLERANCE


def golden_waveforms(spec: ModelSpec) -> dict[str, FloatArray]:
    """Return the golden sounds by name: mono, at the model's sample rate."""
    rate = spec.features.sample_rate
    time_s = np.arange(round(spec.excerpt_s * rate)) / rate
    notes = sum(np.sin(2 * np.pi * hz * time_s) for hz in (220.0, 277.18, 329.63))
    bursts = _noise(time_s.size, seed=1) * (time_s % 0.5 < 0.1)
    sweep_hz = 50.0 + 0.2 * rate * time_s / spec.excerpt_s
    short = np.sin(2 * np.pi * 440.0 * time_s[: max(1, spec.min_samples // 3)])
    sounds = {
        "chord": 0.2 * notes * np.exp(-2.0 * (time_s % 1.0)),
        "bursts": 0.3 * bursts,
        "chirp": 0.5 * np.sin(2 * np.pi * sweep_hz * time_s),
        "short": 0.5 * short,
    }
    floor = _NOISE_FLOOR * _noise(time_s.size, seed=2)
    return {name: (x + floor[: x.size]).astype(np.float32) for name, x in sounds.items()}


def make_golden(model: Model) -> bytes:
    """Return the bytes of ``golden.npz`` for a model, as it runs here."""
    sounds = golden_waveforms(model.spec)
    return to_npz(
        {
            "sounds": np.array(list(sounds)),
            "log_mels": _log_mel_statistics(model.spec, sounds),
            "embeddings": model.embed(list(sounds.values())),
        }
    )


def check_golden(model: Model, bundle: Bundle) -> GoldenReport:
    """Run the golden sounds through a model and compare with what its bundle expects.

    Raises:
        BundleCorrupt: if the bundle has no usable golden vectors.
    """
    names, log_mels, embeddings = _read_golden(bundle)
    sounds = golden_waveforms(model.spec)
    found_log_mels = _log_mel_statistics(model.spec, sounds)
    found = model.embed(list(sounds.values()))
    if tuple(sounds) != names or log_mels.shape != found_log_mels.shape:
        raise BundleCorrupt(f"{bundle.folder}/{GOLDEN}: made for other sounds: {names}")
    if embeddings.shape != found.shape:
        raise BundleCorrupt(
            f"{bundle.folder}/{GOLDEN}: shape {embeddings.shape}, not {found.shape}"
        )
    lengths = np.maximum(np.linalg.norm(embeddings, axis=1), np.finfo(np.float32).tiny)
    errors = np.linalg.norm(found - embeddings, axis=1) / lengths
    return GoldenReport(names, float(np.abs(found_log_mels - log_mels).max()), float(errors.max()))


def _read_golden(bundle: Bundle) -> tuple[tuple[str, ...], FloatArray, FloatArray]:
    where = f"{bundle.folder}/{GOLDEN}"
    arrays = from_npz(bundle.read(GOLDEN), where)
    try:
        names = tuple(str(name) for name in arrays["sounds"])
        return names, arrays["log_mels"], arrays["embeddings"]
    except (KeyError, TypeError) as error:
        raise BundleCorrupt(f"{where}: not golden vectors ({error!r})") from error


def _log_mel_statistics(spec: ModelSpec, sounds: dict[str, FloatArray]) -> FloatArray:
    """Return mean, standard deviation and maximum of each log-mel in dB, shape (n_sounds, 3)."""
    log_mels = [log_mel(waveform, spec.features) for waveform in sounds.values()]
    return np.array([(x.mean(), x.std(), x.max()) for x in log_mels], dtype=np.float32)


def _noise(n_samples: int, *, seed: int) -> FloatArray:
    """Return white noise in [-1, 1), shape (n_samples,).

    Source: splitmix64 (S. Vigna), counter form.
    """
    step = np.uint64(0x9E3779B97F4A7C15)
    state = (np.arange(1, n_samples + 1, dtype=np.uint64) + np.uint64(seed << 32)) * step
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    return ((state >> np.uint64(40)).astype(np.float32) / np.float32(2**23) - 1).astype(np.float32)
