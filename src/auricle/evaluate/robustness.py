"""Whether the answer stays the same when the sound gets worse in ways that do not matter."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..analysis import analyze
from ..audio import decode
from ..audio.encode import encode_mp3, encode_wav
from ..errors import AudioError
from ..models import Model
from ..types import Analysis, FloatArray
from .bootstrap import Interval, group_bootstrap
from .manifest import Track

MAX_SECONDS = 60.0
"""Of each track, the first minute is used."""

NOISE_SEED = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to make a recording worse.

    Attributes:
        name: in words.
        change: takes a mono waveform and its sample rate and returns a sound file.
        min_duration_s: of a track for the condition to change anything; shorter ones sit out.
    """

    name: str
    change: Callable[[FloatArray, int], bytes]
    min_duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Robustness:
    """What became of the answers under one condition.

    Attributes:
        condition: its name.
        agreement: share of tracks whose most probable label stayed, with its interval.
        cosine: mean cosine between the two embeddings.
        kind_agreement: share of tracks whose kind (music, speech ...) stayed.
        lost: tracks that could not be analysed any more.
    """

    condition: str
    agreement: Interval
    cosine: float
    kind_agreement: float
    lost: int


def conditions() -> tuple[Condition, ...]:
    """Return the battery."""
    return (
        Condition("MP3 128 kbit/s", lambda x, rate: encode_mp3(x, rate, 128_000)),
        Condition("MP3 64 kbit/s", lambda x, rate: encode_mp3(x, rate, 64_000)),
        Condition("8 kHz band limit", lambda x, rate: encode_wav(band_limit(x, rate, 8_000), rate)),
        Condition("4 kHz band limit", lambda x, rate: encode_wav(band_limit(x, rate, 4_000), rate)),
        Condition("gain +12 dB", lambda x, rate: encode_wav(x * decibels(12), rate)),
        Condition("gain -12 dB", lambda x, rate: encode_wav(x * decibels(-12), rate)),
        Condition("noise, 20 dB below", lambda x, rate: encode_wav(add_noise(x, 20), rate)),
        Condition("noise, 10 dB below", lambda x, rate: encode_wav(add_noise(x, 10), rate)),
        Condition("stereo, one side quieter", lambda x, rate: encode_wav(to_stereo(x), rate)),
        Condition("30 s", lambda x, rate: encode_wav(middle(x, 30 * rate), rate), 31),
        Condition("10 s", lambda x, rate: encode_wav(middle(x, 10 * rate), rate), 11),
        Condition("3 s", lambda x, rate: encode_wav(middle(x, 3 * rate), rate), 4),
    )


def measure(
    tracks: Sequence[Track],
    model: Model,
    *,
    battery: Iterable[Condition] | None = None,
    step: Callable[[], None] = lambda: None,
) -> tuple[Robustness, ...]:
    """Analyse every track plain and under each condition.

    Args:
        tracks: whose audio is decoded; unreadable and silent ones sit out.
        model: the whole chain is run, from the encoded file to the label.
        battery: the conditions; all when left out.
        step: is called after each track.
    """
    chosen = tuple(battery or conditions())
    pairs: dict[str, list[tuple[str, Analysis, Analysis | None]]] = {c.name: [] for c in chosen}
    for track in tracks:
        heard = _plain(track, model)
        if heard is not None:
            waveform, rate, before = heard
            for condition in chosen:
                if len(waveform) >= condition.min_duration_s * rate:
                    after = _analyze(condition.change(waveform, rate), model)
                    pairs[condition.name].append((track.group, before, after))
        step()
    return tuple(_summary(name, found) for name, found in pairs.items() if found)


def band_limit(waveform: FloatArray, sample_rate: int, cutoff_hz: float) -> FloatArray:
    """Return the waveform, shape (n,), without anything above a frequency."""
    spectrum = np.fft.rfft(waveform)
    spectrum[np.fft.rfftfreq(len(waveform), 1 / sample_rate) > cutoff_hz] = 0
    return np.asarray(np.fft.irfft(spectrum, len(waveform)), dtype=np.float32)


def add_noise(waveform: FloatArray, snr_db: float) -> FloatArray:
    """Return the waveform with white noise, so many dB below its mean power."""
    noise = np.random.default_rng(NOISE_SEED).standard_normal(len(waveform), dtype=np.float32)
    level = float(np.sqrt(np.mean(np.square(waveform)))) * decibels(-snr_db)
    return np.asarray(waveform + np.float32(level) * noise, dtype=np.float32)


def middle(waveform: FloatArray, n_samples: int) -> FloatArray:
    """Return the middle of a waveform, at most so many samples."""
    first = max(0, (len(waveform) - n_samples) // 2)
    return waveform[first : first + n_samples]


def to_stereo(waveform: FloatArray) -> FloatArray:
    """Return shape (n, 2): the right side 12 dB quieter."""
    return np.stack([waveform, waveform * decibels(-12)], axis=1)


def decibels(gain_db: float) -> np.float32:
    """Return the factor of a gain."""
    return np.float32(10 ** (gain_db / 20))


def _plain(track: Track, model: Model) -> tuple[FloatArray, int, Analysis] | None:
    """Return the sound and its analysis under no condition at all."""
    try:
        audio = decode(track.path)
    except AudioError:
        return None
    rate = audio.sample_rate
    waveform = audio.waveform[: int(MAX_SECONDS * rate)]
    before = _analyze(encode_wav(waveform, rate), model)
    return None if before is None or before.kind == "silence" else (waveform, rate, before)


def _analyze(file: bytes, model: Model) -> Analysis | None:
    try:
        return analyze(file, model)
    except AudioError:
        return None


def _first(analysis: Analysis) -> str:
    """Return the most probable genre, however improbable; empty without a head for genres."""
    return analysis.genres[0].label if analysis.genres else ""


def _summary(name: str, pairs: Sequence[tuple[str, Analysis, Analysis | None]]) -> Robustness:
    kept = [after is not None and _first(before) == _first(after) for _, before, after in pairs]
    same = np.asarray(kept, dtype=float)
    both = [(before, after) for _, before, after in pairs if after is not None]
    cosines = [float(before.embedding @ after.embedding) for before, after in both]
    return Robustness(
        condition=name,
        agreement=group_bootstrap(
            lambda rows: float(np.mean(same[rows])), [group for group, _, _ in pairs]
        ),
        cosine=float(np.mean(cosines)) if cosines else 0.0,
        kind_agreement=sum(before.kind == after.kind for before, after in both) / len(pairs),
        lost=len(pairs) - len(both),
    )
