"""Copies of a recording are found, other recordings are not."""

import numpy as np
import pytest

from auricle.features.fingerprint import (
    MAX_BIT_ERRORS,
    N_BITS,
    SPEC,
    compare,
    count_bits,
    find_matches,
    fingerprint,
)

RATE = SPEC.sample_rate


def piece(seed: int, duration_s: float = 8.0) -> np.ndarray:
    """Return a piece of music: chords of random notes over a little noise."""
    random = np.random.default_rng(seed)
    time_s = np.arange(int(0.25 * RATE)) / RATE
    chords = [
        sum(
            np.sin(2 * np.pi * 220 * 2 ** (note / 12) * time_s + phase)
            for note, phase in zip(random.integers(0, 36, 4), random.random(4) * 6, strict=True)
        )
        for _ in range(int(duration_s * 4))
    ]
    sound = 0.1 * np.concatenate(chords)
    return (sound + 0.003 * random.standard_normal(len(sound))).astype(np.float32)


def worse(waveform: np.ndarray) -> np.ndarray:
    """Return a quieter copy without its highs, with noise."""
    spectrum = np.fft.rfft(waveform)
    spectrum[np.fft.rfftfreq(len(waveform), 1 / RATE) > 2_500] = 0
    noise = 0.005 * np.random.default_rng(9).standard_normal(len(waveform))
    return (0.2 * (np.fft.irfft(spectrum, len(waveform)) + noise)).astype(np.float32)


def test_a_recording_equals_itself() -> None:
    (match,) = find_matches([fingerprint(piece(0)), fingerprint(piece(0))])
    assert (match.left, match.right, match.offset_s, match.bit_errors) == (0, 1, 0.0, 0.0)


@pytest.mark.parametrize("gain", [0.1, 4.0])
def test_gain_changes_no_bit(gain: float) -> None:
    (match,) = find_matches([fingerprint(piece(0)), fingerprint(np.float32(gain) * piece(0))])
    assert match.bit_errors < 0.01


def test_a_worse_and_shorter_copy_is_found_where_it_begins() -> None:
    start_s = 2.345
    copy = worse(piece(1))[int(start_s * RATE) : int((start_s + 3) * RATE)]
    prints = [fingerprint(piece(0)), fingerprint(piece(1)), fingerprint(copy)]
    (match,) = find_matches(prints)
    assert (match.left, match.right) == (1, 2)
    assert match.offset_s == pytest.approx(start_s, abs=0.05)
    assert match.overlap_s == pytest.approx(3, abs=0.1)


def test_different_pieces_do_not_match() -> None:
    assert find_matches([fingerprint(piece(seed)) for seed in range(12)]) == []


def test_silence_is_like_nothing() -> None:
    quiet = 1e-5 * np.random.default_rng(0).standard_normal(8 * RATE).astype(np.float32)
    zero = np.zeros(8 * RATE, np.float32)
    prints = [fingerprint(waveform) for waveform in (zero, zero, quiet, quiet)]
    assert not any(print_.audible.any() for print_ in prints)
    assert find_matches(prints) == []


def test_padding_with_silence_is_not_common_sound() -> None:
    pad = np.zeros(6 * RATE, np.float32)
    sounds = [np.concatenate([piece(seed, 1.5), pad]) for seed in (0, 1)]
    assert find_matches([fingerprint(sound) for sound in sounds]) == []


def test_too_short_an_overlap_is_no_evidence() -> None:
    prints = [fingerprint(piece(0)), fingerprint(piece(0))]
    assert compare(prints, 0, 1, len(prints[0].words) - 20) is None


def test_the_wrong_alignment_is_refused() -> None:
    prints = [fingerprint(piece(0)), fingerprint(piece(0))]
    assert compare(prints, 0, 1, 40) is None
    assert compare(prints, 0, 1, 0) is not None


def test_one_recording_has_no_pair() -> None:
    assert find_matches([fingerprint(piece(0))]) == []


def test_words_hold_every_bit() -> None:
    words = fingerprint(piece(0)).words
    assert words.dtype == np.uint32
    assert 0.3 < count_bits(words).mean() / N_BITS < 0.7
    assert count_bits(np.array([0, 1, 2**32 - 1], np.uint32)).tolist() == [0, 1, 32]
    assert 0 < MAX_BIT_ERRORS < 0.4
