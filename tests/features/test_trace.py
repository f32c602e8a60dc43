"""The trace of a track: small, on one grid, and the same for copies of a recording."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import soxr

from auricle.features.fingerprint import N_BITS
from auricle.features.trace import (
    FRAME_S,
    GAP,
    N_WINDOWS,
    VERSION,
    WINDOW_S,
    Tracer,
    agreement,
    is_comparable,
    pack,
    unpack,
)

RATE = 16_000
LIMIT = 0.35


@cache
def melody(seed: int = 0, *, duration_s: float = 60.0, rate: int = RATE) -> np.ndarray:
    """Return notes that no other seed has, with a little noise."""
    rng = np.random.default_rng(seed)
    notes = np.repeat(rng.uniform(300, 1_800, (3, round(duration_s * 4))), rate // 4, axis=1)
    sound = np.sin(2 * np.pi * np.cumsum(notes, axis=1) / rate).sum(axis=0) / 6
    return (sound + 0.003 * rng.normal(size=sound.size)).astype(np.float32)


def trace(
    waveform: np.ndarray, *, excerpt_s: float = 10.0, known: bool = True, rate: int = RATE
) -> bytes:
    """Hear every second, as the full profile does."""
    duration_s = waveform.size / rate
    tracer = Tracer(rate, duration_s if known else None)
    n = round(excerpt_s * rate)
    for first in range(0, waveform.size, n):
        tracer.hear(first / rate, waveform[first : first + n])
    return tracer.to_bytes(duration_s)


def few(waveform: np.ndarray) -> bytes:
    """Hear three excerpts around the thirds, as the fast profile does."""
    duration_s = waveform.size / RATE
    tracer = Tracer(RATE, duration_s)
    for index in range(N_WINDOWS):
        start_s = (index + 0.5) / N_WINDOWS * duration_s - WINDOW_S / 2
        first = round(start_s * RATE)
        tracer.hear(start_s, waveform[first : first + round(WINDOW_S * RATE)])
    return tracer.to_bytes(duration_s)


def best(left: bytes, right: bytes, *, around_s: float = 0.0):
    """Return the best agreement near an offset in seconds."""
    a, b = unpack(left), unpack(right)
    middle = round(around_s / FRAME_S)
    found = [agreement(a, b, offset) for offset in range(middle - 2, middle + 3)]
    return min(found, key=lambda one: one.bit_errors)


def test_the_same_sound_agrees_completely() -> None:
    both = best(trace(melody()), trace(melody()))
    assert both.bit_errors == 0.0
    assert both.seconds > 30


def test_another_sound_disagrees_at_every_offset() -> None:
    a, b = unpack(trace(melody(1))), unpack(trace(melody(2)))
    errors = [agreement(a, b, offset).bit_errors for offset in range(-300, 300)]
    assert min(errors) > LIMIT


def test_gain_changes_nothing_much() -> None:
    assert best(trace(melody()), trace(0.1 * melody())).bit_errors < 0.05


def test_noise_changes_little() -> None:
    noise = 0.01 * np.random.default_rng(9).normal(size=melody().size).astype(np.float32)
    assert best(trace(melody()), trace(melody() + noise)).bit_errors < 0.2


def test_few_excerpts_compare_with_every_second() -> None:
    both = best(trace(melody()), few(melody()))
    assert both.seconds > 0.9 * N_WINDOWS * WINDOW_S - 3
    assert both.bit_errors < 0.05


@pytest.mark.parametrize("lost_s", [0.7, 3.0, 6.0])
def test_a_copy_without_its_beginning_still_overlaps(lost_s: float) -> None:
    sound = melody()
    copy = sound[round(lost_s * RATE) :]
    both = best(few(sound), few(copy), around_s=lost_s)
    assert both.seconds > 8
    assert both.bit_errors < 0.25


def test_another_sample_rate_compares() -> None:
    sound = melody()
    other = soxr.resample(sound, RATE, 22_050)
    assert best(trace(sound), trace(other, rate=22_050)).bit_errors < LIMIT


def test_only_windows_are_kept_of_a_long_track() -> None:
    long = melody(duration_s=180.0)
    assert 0 < len(trace(long)) <= N_WINDOWS * 2 * WINDOW_S / FRAME_S * 4 + 100
    heard = np.flatnonzero(unpack(trace(long)) != GAP) * FRAME_S
    assert not np.any((heard > 45) & (heard < 75))


def test_a_length_that_is_not_known_beforehand_changes_nothing() -> None:
    long = melody(duration_s=120.0)
    assert trace(long, known=False) == trace(long)


def test_silence_has_no_trace_worth_comparing() -> None:
    silence = np.zeros(30 * RATE, dtype=np.float32)
    assert not unpack(trace(silence)).any()
    assert agreement(unpack(trace(silence)), unpack(trace(melody())), 0).frames == 0


def test_a_blink_has_an_empty_trace() -> None:
    assert trace(melody(duration_s=0.5)[: RATE // 5]) == b""
    assert unpack(b"").size == 0


def test_runs_come_back_on_the_grid() -> None:
    words = np.array([7, 8, 9], dtype=np.uint32)
    grid = unpack(pack([(2, words), (10, words)]))
    assert grid.tolist() == [0, 0, 7, 8, 9, 0, 0, 0, 0, 0, 7, 8, 9]


def test_agreement_counts_bits_where_both_were_heard() -> None:
    left = np.array([0, 1, 3, 7], dtype=np.uint32)
    right = np.array([1, 1, 0], dtype=np.uint32)
    found = agreement(left, right, 1)  # 1 with 1, 3 with 1, and a gap
    assert found.frames == 2
    assert found.bit_errors == pytest.approx(1 / 2 / N_BITS)
    assert agreement(left, right, 50).frames == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: b[:-4],
        lambda b: b[:5],
        lambda b: bytes([VERSION + 1]) + b[1:],
        lambda b: bytes([VERSION]),
        lambda b: bytes([VERSION, 0]),
        lambda _: b"",
    ],
)
def test_what_is_damaged_or_of_another_version_does_not_compare(
    spoil: Callable[[bytes], bytes],
) -> None:
    whole = trace(melody(duration_s=15.0))
    assert is_comparable(whole)
    assert not is_comparable(spoil(whole))
    assert unpack(spoil(whole)).size == 0
