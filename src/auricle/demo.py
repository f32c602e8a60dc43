"""A short piece of music by synthesis, for a newcomer without a song at hand.

Twelve bars at 120 beats per minute in A minor: four bars of chords, then bass and drums come in,
then a lead over everything. Every sound is arithmetic on sines and noise.
"""

import io
import wave

import numpy as np

from .types import FloatArray

SAMPLE_RATE = 44_100
BEAT_S = 0.5
BARS = 12
BEATS_PER_BAR = 4
DURATION_S = BARS * BEATS_PER_BAR * BEAT_S

CHORDS = ((57, 60, 64, 69), (53, 57, 60, 65), (48, 55, 60, 64), (55, 59, 62, 67))
"""One chord per bar as MIDI notes: A minor, F, C, G."""

ROOTS = (33, 29, 36, 31)
"""The bass note of each chord."""

SCALE = (69, 72, 74, 76, 79, 81)
"""A minor pentatonic, for the lead."""

DRUMS_FROM_BAR, LEAD_FROM_BAR = 4, 8


def compose(*, seed: int = 0) -> FloatArray:
    """Return the piece; the seed decides the melody and the noise of the drums.

    Returns:
        Mono waveform, shape (n_samples,), at ``SAMPLE_RATE``, peak at -1 dBFS.
    """
    rng = np.random.default_rng(seed)
    mix = _Track()
    _play_chords(mix)
    _play_bass(mix)
    _play_drums(mix, rng)
    _play_lead(mix, rng)
    waveform = np.tanh(1.2 * mix.samples)
    return np.asarray(waveform * (10 ** (-1 / 20) / np.abs(waveform).max()), dtype=np.float32)


def wav_bytes(waveform: FloatArray, sample_rate: int = SAMPLE_RATE) -> bytes:
    """Return a mono waveform, shape (n_samples,), as the bytes of a 16-bit WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes((np.clip(waveform, -1, 1) * 32_767).astype("<i2").tobytes())
    return buffer.getvalue()


class _Track:
    """The mix: sounds are added at a beat, and what would ring past the end is cut."""

    def __init__(self) -> None:
        self.samples = np.zeros(round(DURATION_S * SAMPLE_RATE), dtype=np.float32)

    def add(self, beat: float, sound: FloatArray, level: float) -> None:
        first = round(beat * BEAT_S * SAMPLE_RATE)
        room = self.samples[first : first + sound.size]
        room += level * sound[: room.size]


def _play_chords(mix: _Track) -> None:
    for bar in range(BARS):
        for note in CHORDS[bar % len(CHORDS)]:
            for detune in (-0.06, 0.06):
                pad = _saw(note + detune, BEATS_PER_BAR * BEAT_S, brightness=6 + bar)
                mix.add(bar * BEATS_PER_BAR, pad * _fade(pad.size, attack_s=0.08), 0.05)


def _play_bass(mix: _Track) -> None:
    for bar in range(DRUMS_FROM_BAR, BARS):
        for eighth in range(2 * BEATS_PER_BAR):
            note = ROOTS[bar % len(ROOTS)] + 12 * (eighth % 4 == 3)
            tone = _saw(note, 0.22, brightness=8)
            level = 0.16 if eighth % 2 == 0 else 0.26  # louder off the beat, where no kick is
            mix.add(bar * BEATS_PER_BAR + eighth / 2, tone * _fade(tone.size), level)


def _play_drums(mix: _Track, rng: np.random.Generator) -> None:
    kick, snare = _kick(), _snare(rng)
    for bar in range(DRUMS_FROM_BAR, BARS):
        first = bar * BEATS_PER_BAR
        for beat in range(BEATS_PER_BAR):
            mix.add(first + beat, kick, 0.75)
            mix.add(first + beat + 0.5, _hat(rng, 0.12), 0.16)
            mix.add(first + beat + 0.25, _hat(rng, 0.03), 0.08)
        mix.add(first + 1, snare, 0.4)
        mix.add(first + 3, snare, 0.4)


def _play_lead(mix: _Track, rng: np.random.Generator) -> None:
    """A walk over the scale in eighths with rests, and two echoes."""
    step = int(rng.integers(len(SCALE)))
    for eighth in range(2 * BEATS_PER_BAR * (BARS - LEAD_FROM_BAR)):
        step = int(np.clip(step + rng.integers(-2, 3), 0, len(SCALE) - 1))
        if eighth % 8 in (0, 3, 6) or rng.random() < 0.35:
            tone = _saw(SCALE[step], 0.3, brightness=10)
            tone = tone * _fade(tone.size, release_s=0.2)
            for echo, level in enumerate((0.16, 0.07, 0.03)):
                mix.add(LEAD_FROM_BAR * BEATS_PER_BAR + (eighth + 1.5 * echo) / 2, tone, level)


def _time_s(duration_s: float) -> FloatArray:
    return (np.arange(round(duration_s * SAMPLE_RATE)) / SAMPLE_RATE).astype(np.float32)


def _saw(note: float, duration_s: float, *, brightness: float) -> FloatArray:
    """Return a sawtooth of a MIDI note without aliases: its first harmonics, softly fading out.

    Each harmonic follows from the two before it: sin kx = 2 cos x sin (k-1)x - sin (k-2)x.
    """
    hz = 440.0 * 2 ** ((note - 69) / 12)
    phase = 2 * np.pi * hz * _time_s(duration_s).astype(np.float64)
    last, this, twice_cosine = np.zeros_like(phase), np.sin(phase), 2 * np.cos(phase)
    tone = np.zeros_like(phase)
    for harmonic in range(1, min(round(2 * brightness), int(0.45 * SAMPLE_RATE / hz)) + 1):
        tone += this * (np.exp(-((harmonic / brightness) ** 2)) / harmonic)
        last, this = this, twice_cosine * this - last
    return tone.astype(np.float32)


def _fade(n_samples: int, *, attack_s: float = 0.005, release_s: float = 0.06) -> FloatArray:
    """Return an envelope, shape (n_samples,), that rises and falls linearly."""
    place_s = np.arange(n_samples) / SAMPLE_RATE
    rise, fall = place_s / attack_s, place_s[::-1] / release_s
    return np.minimum(1.0, np.minimum(rise, fall)).astype(np.float32)


def _kick() -> FloatArray:
    """Return a sine that falls from 160 Hz to 45 Hz."""
    time_s = _time_s(0.35)
    phase = 2 * np.pi * (45 * time_s + 115 * 0.03 * (1 - np.exp(-time_s / 0.03)))
    fall = np.exp(-time_s / 0.11) * _fade(time_s.size, attack_s=0.002)
    return np.asarray(np.sin(phase) * fall, dtype=np.float32)


def _snare(rng: np.random.Generator) -> FloatArray:
    """Return a burst of noise over a short tone."""
    time_s = _time_s(0.2)
    noise = rng.standard_normal(time_s.size, dtype=np.float32)
    tone = np.sin(2 * np.pi * 190 * time_s) * np.exp(-time_s / 0.04)
    return np.asarray(0.45 * noise * np.exp(-time_s / 0.06) + tone, dtype=np.float32)


def _hat(rng: np.random.Generator, ring_s: float) -> FloatArray:
    """Return noise without its low frequencies, which are gone after two differences."""
    time_s = _time_s(3 * ring_s)
    noise = rng.standard_normal(time_s.size + 2, dtype=np.float32)
    return np.asarray(0.3 * np.diff(noise, 2) * np.exp(-time_s / ring_s), dtype=np.float32)
