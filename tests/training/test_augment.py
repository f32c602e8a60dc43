"""Drawing is random, applying is exact."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from auricle.features import FeatureSpec
from auricle.features.log_mel import band_centres
from auricle.training import augment
from auricle.training.augment import FLOOR_DB, Draw
from auricle.training.recipe_parts import AugmentRecipe

SPEC = FeatureSpec()
N_BATCH, N_FRAMES = 4, 50


def nothing() -> Draw:
    """A draw that changes nothing."""
    none = np.zeros((N_BATCH, 1, 2), dtype=np.int64)
    return Draw(
        curve_db=np.zeros((N_BATCH, SPEC.n_mels), np.float32),
        noise_db=np.full((N_BATCH, SPEC.n_mels), -np.inf, np.float32),
        codec_range_db=np.full(N_BATCH, np.inf, np.float32),
        time_masks=none,
        mel_masks=none,
        shift_mels=np.zeros(N_BATCH, np.int64),
        speed=np.ones(N_BATCH, np.float32),
        partner=np.arange(N_BATCH)[::-1].copy(),
        share=np.ones(N_BATCH, np.float32),
    )


@pytest.fixture
def batch() -> torch.Tensor:
    rng = np.random.default_rng(0)
    values = rng.uniform(-60, 0, (N_BATCH, SPEC.n_mels, N_FRAMES))
    return torch.from_numpy(values.astype(np.float32))


def draw(seed: int = 0, **changes: float) -> Draw:
    recipe = replace(AugmentRecipe(), **changes)  # type: ignore[arg-type]
    return augment.draw(np.random.default_rng(seed), recipe, SPEC, (N_BATCH, N_FRAMES))


def test_drawing_nothing_changes_nothing(batch: torch.Tensor) -> None:
    assert torch.equal(augment.apply(batch, nothing()), batch)


def test_input_is_kept(batch: torch.Tensor) -> None:
    before = batch.clone()
    augment.apply(batch, draw(1, noise=1.0, codec=1.0, mixup=1.0))
    assert torch.equal(batch, before)


def test_same_seed_same_draw() -> None:
    first, second = draw(7), draw(7)
    for name in Draw.__slots__:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert not np.array_equal(first.curve_db, draw(8).curve_db)


def test_curve_shifts_each_band(batch: torch.Tensor) -> None:
    curve = np.linspace(-6, 6, SPEC.n_mels, dtype=np.float32)[None].repeat(N_BATCH, 0)
    found = augment.apply(batch, replace(nothing(), curve_db=curve))
    torch.testing.assert_close(found - batch, torch.from_numpy(curve)[:, :, None].expand_as(batch))


def test_band_limit_leaves_what_is_below_it() -> None:
    decision = draw(3, gain_db=0.0, equaliser=0.0, band_limit=1.0, band_limit_hz=(4_000.0, 4_000.0))
    below = band_centres(SPEC) <= 4_000
    assert np.abs(decision.curve_db[:, below]).max() == 0
    assert (decision.curve_db[:, -1] < -30).all()
    assert (np.diff(decision.curve_db[:, ~below], axis=1) < 0).all()


def test_noise_of_equal_power_adds_three_db() -> None:
    flat = torch.full((N_BATCH, SPEC.n_mels, N_FRAMES), -20.0)
    level = np.zeros((N_BATCH, SPEC.n_mels), np.float32)
    found = augment.apply(flat, replace(nothing(), noise_db=level))
    torch.testing.assert_close(found, flat + 10 * np.log10(2), atol=1e-3, rtol=0)


def test_codec_drops_what_is_far_below_the_peak(batch: torch.Tensor) -> None:
    decision = replace(nothing(), codec_range_db=np.full(N_BATCH, 30.0, np.float32))
    found = augment.apply(batch, decision)
    masked = batch < batch.amax(1, keepdim=True) - 30
    assert masked.any()
    assert (found[masked] == FLOOR_DB).all()
    assert torch.equal(found[~masked], batch[~masked])


def test_masks_cover_their_frames_and_bands(batch: torch.Tensor) -> None:
    time = np.tile(np.array([[[5, 9]]]), (N_BATCH, 1, 1))
    mel = np.tile(np.array([[[60, 64]]]), (N_BATCH, 1, 1))
    found = augment.apply(batch, replace(nothing(), time_masks=time, mel_masks=mel))
    changed = (found != batch).all(0)
    assert changed[:, 5:9].all()
    assert changed[60:64].all()
    assert not changed[:60, :5].any()


def test_transposing_moves_the_bands(batch: torch.Tensor) -> None:
    found = augment.apply(batch, replace(nothing(), shift_mels=np.array([2, -1, 0, 0])))
    assert torch.equal(found[0, 2:], batch[0, :-2])
    assert torch.equal(found[0, 0], batch[0, 0])
    assert torch.equal(found[1, :-1], batch[1, 1:])
    assert torch.equal(found[2:], batch[2:])


def test_double_speed_takes_every_other_frame(batch: torch.Tensor) -> None:
    speed = np.array([2, 1, 1, 1], np.float32)
    found = augment.apply(batch, replace(nothing(), speed=speed))
    assert torch.equal(found[0, :, : N_FRAMES // 2], batch[0, :, ::2])
    assert torch.equal(found[1:], batch[1:])


def test_mixing_levels_both_and_shares_the_targets(batch: torch.Tensor) -> None:
    decision = replace(nothing(), share=np.full(N_BATCH, 0.75, np.float32))
    quiet = batch.clone()
    quiet[0] -= 40  # a partner's level must not matter
    np.testing.assert_allclose(
        augment.apply(quiet, decision)[3], augment.apply(batch, decision)[3], atol=1e-3
    )
    targets = torch.eye(N_BATCH)
    mixed = augment.mix_targets(targets, decision)
    assert mixed[0].tolist() == [0.75, 0, 0, 0.25]


def test_every_draw_stays_in_range() -> None:
    for seed in range(20):
        decision = draw(seed)
        assert (decision.time_masks >= 0).all()
        assert (decision.time_masks <= N_FRAMES).all()
        assert (decision.mel_masks <= SPEC.n_mels).all()
        assert ((decision.share >= 0.5) & (decision.share <= 1)).all()
        assert sorted(decision.partner) == list(range(N_BATCH))


def test_result_is_never_below_the_floor(batch: torch.Tensor) -> None:
    for seed in range(10):
        found = augment.apply(batch, draw(seed, band_limit=1.0, codec=1.0))
        assert torch.isfinite(found).all()
        assert found.min() >= FLOOR_DB


def test_targets_in_time_are_played_and_mixed_as_the_sounds_are() -> None:
    steps = torch.arange(N_BATCH * 10.0).reshape(N_BATCH, 10, 1)
    assert torch.equal(augment.follow(steps, nothing()), steps)
    speed = np.array([2, 1, 1, 1], np.float32)
    found = augment.follow(steps, replace(nothing(), speed=speed))
    assert found[0, :5, 0].tolist() == [0, 2, 4, 6, 8]
    assert torch.equal(found[1:], steps[1:])
    mixed = augment.follow(steps, replace(nothing(), share=np.full(N_BATCH, 0.75, np.float32)))
    torch.testing.assert_close(mixed[0], 0.75 * steps[0] + 0.25 * steps[3])


def test_what_is_not_known_of_a_partner_spoils_only_what_is_mixed_with_it() -> None:
    steps = torch.ones(N_BATCH, 3, 2)
    steps[3] = torch.nan  # the partner of the first
    share = np.array([1.0, 0.75, 1.0, 1.0], np.float32)
    assert torch.isfinite(augment.follow(steps, replace(nothing(), share=share))[:3]).all()
    share[0] = 0.75
    assert torch.isnan(augment.follow(steps, replace(nothing(), share=share))[0]).all()
