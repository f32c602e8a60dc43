import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.audio.resample import (
    COLUMNS,
    PASS,
    PRODUCT_SIZE,
    PRODUCTS_AT_ONCE,
    STOP,
    Resampler,
    _products,
)

from .synth import level_db

BY_PRODUCTS = [(44_100, 16_000), (48_000, 16_000), (22_050, 16_000), (8_000, 16_000)]
BY_SOXR = [(192_000, 16_000), (44_056, 16_000), (48_000, 44_100)]
MIDDLE = slice(1_000, -1_000)


def resampled(waveform: np.ndarray, rates: tuple[int, int], cuts: list[int] | None = None):
    blocks = np.split(waveform.astype(np.float32), sorted(cuts or []))
    return np.concatenate(list(Resampler(*rates).resample(blocks)))


def tone(frequency: float, rate: int, seconds: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)


@given(
    cuts=st.lists(st.integers(0, 150_000), max_size=6),
    rates=st.sampled_from([*BY_PRODUCTS, (16_000, 16_000), (96_000, 16_000)]),
)
@settings(max_examples=30, deadline=None)
def test_resampling_in_blocks_equals_resampling_the_whole(
    cuts: list[int], rates: tuple[int, int]
) -> None:
    whole = np.random.default_rng(0).standard_normal(150_000).astype(np.float32)
    in_blocks, at_once = resampled(whole, rates, cuts), resampled(whole, rates)
    np.testing.assert_allclose(in_blocks, at_once, atol=2e-6)
    assert len(in_blocks) == pytest.approx(150_000 * rates[1] / rates[0], abs=1)


@pytest.mark.parametrize("rates", BY_PRODUCTS)
def test_what_comes_out_is_as_long_as_what_goes_in(rates: tuple[int, int]) -> None:
    for n_samples in (0, 1, rates[0] // 10, rates[0], 2 * rates[0] + 1):
        found = len(resampled(np.ones(n_samples), rates))
        assert found == -(-n_samples * rates[1] // rates[0])


@pytest.mark.parametrize(
    ("rates", "edge"),
    [(rates, PASS) for rates in BY_PRODUCTS] + [(rates, 0.5) for rates in BY_SOXR],
)
def test_all_below_the_edge_is_kept(rates: tuple[int, int], edge: float) -> None:
    for share in (0.01, 0.3 * edge, 0.7 * edge, edge):
        frequency = share * min(rates) / 2
        found, expected = resampled(tone(frequency, rates[0]), rates), tone(frequency, rates[1])
        assert level_db(found[MIDDLE] - expected[MIDDLE], expected[MIDDLE]) < -70


@pytest.mark.parametrize("rates", [(44_100, 16_000), (48_000, 16_000), (22_050, 16_000)])
def test_all_above_the_edge_is_removed(rates: tuple[int, int]) -> None:
    for frequency in np.linspace(STOP * rates[1] / 2, rates[0] / 2, 9):
        sound = tone(frequency - 1, rates[0])
        assert level_db(resampled(sound, rates)[MIDDLE], sound) < -75


@pytest.mark.parametrize("rates", BY_PRODUCTS)
def test_it_agrees_with_soxr(rates: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).standard_normal(rates[0]).astype(np.float32)
    low = soxr.resample(soxr.resample(noise, rates[0], 6_000), 6_000, rates[0])
    theirs = soxr.resample(low, *rates)[MIDDLE]
    assert level_db(resampled(low, rates)[MIDDLE] - theirs, theirs) < -70


def test_a_constant_stays_one() -> None:
    found = resampled(np.full(44_100, 0.5), (44_100, 16_000))
    np.testing.assert_allclose(found[MIDDLE], 0.5, atol=1e-6)


@pytest.mark.parametrize("rates", BY_PRODUCTS)
def test_products_are_small_and_need_no_copy(rates: tuple[int, int]) -> None:
    products = _products(*rates)
    n_matrices, length, columns = products.matrices.shape
    assert (n_matrices * columns, columns) == (products.n_out, COLUMNS)
    assert products.n_in * rates[1] == products.n_out * rates[0]
    assert 0 < products._n_rows * length * columns <= PRODUCT_SIZE
    assert length <= products.n_in  # else rows overlap, and NumPy multiplies them without BLAS


@pytest.mark.parametrize("rates", [*BY_SOXR, (1_000, 44_100)])
def test_long_steps_are_left_to_soxr(rates: tuple[int, int]) -> None:
    assert _products(*rates) is None


def test_output_does_not_wait_for_the_end() -> None:
    products = _products(44_100, 16_000)
    n_at_once = PRODUCTS_AT_ONCE * products._n_rows * products.n_in
    n_read = 0

    def blocks():
        nonlocal n_read
        for _ in range(10):
            n_read += n_at_once
            yield np.ones(n_at_once, np.float32)

    n_made = 0
    for block in Resampler(44_100, 16_000).resample(blocks()):
        n_made += len(block)
        assert n_read * 16_000 / 44_100 - n_made < 2 * n_at_once
    assert n_made == -(-n_read * 160 // 441)
