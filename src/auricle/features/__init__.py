"""SEE: turn a waveform into a log-mel spectrogram, the same for training and serving."""

from .log_mel import log_mel
from .spec import FeatureSpec

__all__ = ["FeatureSpec", "log_mel"]
