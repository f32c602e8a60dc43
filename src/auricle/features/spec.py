"""What the network sees: the parameters of the log-mel spectrogram."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """Parameters of a log-mel spectrogram; a wrong combination cannot be built.

    Attributes:
        sample_rate: of the waveform, in Hz.
        n_fft: FFT and Hann window length, in samples.
        hop_length: samples between two frames.
        n_mels: number of mel bands (Slaney's scale and area normalisation).
        f_min: lowest frequency of the filter bank, in Hz.
        f_max: highest frequency of the filter bank, in Hz.
        amin: power below which the logarithm is clipped (1e-10 is -100 dB).
    """

    sample_rate: int = 16_000
    n_fft: int = 512
    hop_length: int = 320
    n_mels: int = 64
    f_min: float = 30.0
    f_max: float = 7_600.0
    amin: float = 1e-10

    def __post_init__(self) -> None:
        """Refuse parameters that no spectrogram can have.

        Raises:
            ValueError: naming the parameter, its value and what was expected.
        """
        for name in ("f_min", "f_max", "amin"):  # 30 and 30.0 are the same spec, and hash alike
            object.__setattr__(self, name, float(getattr(self, name)))
        for name in ("sample_rate", "n_fft", "hop_length", "n_mels"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be positive, not {getattr(self, name)}")
        if self.n_fft % 2:
            raise ValueError(f"n_fft must be even, not {self.n_fft}")
        if self.hop_length > self.n_fft:
            raise ValueError(f"hop_length {self.hop_length} leaves gaps: n_fft is {self.n_fft}")
        if not 0 <= self.f_min < self.f_max <= self.sample_rate / 2:
            raise ValueError(
                f"0 <= f_min < f_max <= {self.sample_rate / 2:g} must hold, "
                f"not f_min={self.f_min:g}, f_max={self.f_max:g}"
            )
        if self.amin <= 0:
            raise ValueError(f"amin must be positive, not {self.amin}")

    @property
    def n_bins(self) -> int:
        """Number of FFT bins."""
        return self.n_fft // 2 + 1

    @property
    def frame_rate(self) -> float:
        """Frames per second."""
        return self.sample_rate / self.hop_length

    def n_frames(self, n_samples: int) -> int:
        """Return the number of frames of a waveform of ``n_samples`` samples."""
        return 1 + n_samples // self.hop_length

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a spec from its JSON form.

        Raises:
            ValueError: for unknown names or impossible values.
        """
        cls.check_names(values)
        return cls(**values)

    @classmethod
    def check_names(cls, names: Iterable[str]) -> None:
        """Refuse what is no parameter.

        Raises:
            ValueError: naming it.
        """
        if unknown := set(names) - {field.name for field in fields(cls)}:
            raise ValueError(f"unknown feature parameters: {', '.join(sorted(unknown))}")

    @property
    def hash(self) -> str:
        """Twelve hex digits that change whenever a parameter does."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:12]
