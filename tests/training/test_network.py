"""The backbone: shapes, length and gain do what the design says."""

import copy

import numpy as np
import pytest
import torch

from auricle.training.losses import embedding_loss, similarity_loss, steps_loss
from auricle.training.network import (
    LOUDNESS,
    Backbone,
    Filters,
    Layer,
    Loudness,
    Standardise,
    best_fit,
    cosines,
    deviation,
)
from auricle.training.recipe_parts import NetworkRecipe

from .conftest import log_mels


def test_at_most_three_million_parameters(backbone: Backbone) -> None:
    assert sum(p.numel() for p in backbone.parameters()) < 3_000_000


@pytest.mark.parametrize("n_frames", [2, 51, 100, 333, 501])
def test_any_length_gives_one_embedding(backbone: Backbone, n_frames: int) -> None:
    with torch.inference_mode():
        assert backbone(log_mels(n_frames)).shape == (2, 256)


def test_gain_changes_nothing(backbone: Backbone) -> None:
    x = log_mels(200)
    with torch.inference_mode():
        torch.testing.assert_close(backbone(x), backbone(x - 12), atol=1e-4, rtol=1e-3)


def test_loudness_refers_to_the_mean_power() -> None:
    x = torch.full((1, 1, 64, 10), -37.0)
    assert Loudness()(x).flatten().tolist() == pytest.approx([np.log10(1 + LOUDNESS) - 2] * 640)
    x[..., 0] = -300.0
    assert Loudness()(x).min() == pytest.approx(-2.0)


def test_a_filter_says_how_well_it_fits_wherever_it_fits_best(backbone: Backbone) -> None:
    """A sound moved by a filter's stride changes nothing, away from the edges."""
    bank = backbone.front.timbre[0]
    x = torch.zeros(1, 1, 64, 9)
    x[0, 0, 24:34, 4] = 1.0
    with torch.inference_mode():
        moved = torch.roll(x, NetworkRecipe().stride, dims=2)
        torch.testing.assert_close(bank(x), bank(moved))
        assert not torch.allclose(bank(x), bank(torch.roll(x, 1, dims=3)))


def test_cosines_are_orthonormal_and_begin_with_the_mean() -> None:
    waves = cosines(9)
    torch.testing.assert_close(waves @ waves.T, torch.eye(9), atol=1e-6, rtol=0)
    torch.testing.assert_close(waves[0], torch.full((9,), 1 / 3))
    crossings = [int((wave.sign().diff() != 0).sum()) for wave in cosines(8)]
    assert crossings == list(range(8))


def test_a_filter_is_the_sum_of_its_cosines() -> None:
    bank = Filters(2, (4, 3))
    with torch.no_grad():
        bank.weights.zero_()
        bank.weights[0, 0, 0, 0] = 1.0
        bank.weights[1, 0, 0, 1] = 1.0
        flat, swinging = bank.waves(bank.weights)[:, 0]
    torch.testing.assert_close(flat, torch.full((4, 3), 12**-0.5))
    assert (swinging[:, 0] > 0).all()
    assert (swinging[:, 2] < 0).all()


def test_a_fixed_backbone_hears_the_same(backbone: Backbone) -> None:
    backbone = copy.deepcopy(backbone)
    standardise = backbone.readout.standardise
    standardise.running_mean.uniform_(0, 1)
    standardise.running_var.uniform_(0.1, 2)
    plain = copy.deepcopy(backbone)
    plain.fix()
    with torch.inference_mode():
        torch.testing.assert_close(
            plain(log_mels(60)), backbone(log_mels(60)), atol=1e-5, rtol=1e-4
        )
    assert not any("waves" in name for name, _ in plain.named_buffers())


def test_the_faster_maximum_is_the_maximum() -> None:
    fits = torch.randn(2, 3, 5, 7).to(memory_format=torch.channels_last)
    found, expected = (part.requires_grad_() for part in (fits.clone(), fits.clone()))
    torch.testing.assert_close(best_fit(found), expected.amax(2))
    best_fit(found).square().sum().backward()
    expected.amax(2).square().sum().backward()
    torch.testing.assert_close(found.grad, expected.grad)


def test_deviation_over_time_has_a_slope_even_where_nothing_changes() -> None:
    heard = torch.randn(2, 3, 50)
    torch.testing.assert_close(deviation(heard), heard.std(2, correction=0), atol=1e-5, rtol=1e-4)
    still = torch.ones(2, 3, 50, requires_grad=True)
    deviation(still).sum().backward()
    assert torch.isfinite(still.grad).all()


def test_excerpts_are_standardised_by_slow_averages_not_by_their_own_batch() -> None:
    """Batches differ in their means, as those of short and of long excerpts do."""
    standardise = Standardise(2).train()
    standardise(torch.full((4, 2), 5.0))
    torch.testing.assert_close(standardise.running_mean, torch.full((2,), 5.0))
    for index in range(1_000):
        standardise(5.0 + 3.0 * (-1) ** index + 0.1 * torch.randn(16, 2))
    short, long = (standardise(torch.full((4, 2), mean)) for mean in (2.0, 8.0))
    torch.testing.assert_close(short, torch.full((4, 2), -1.0), atol=0.1, rtol=0)
    torch.testing.assert_close(long, torch.full((4, 2), 1.0), atol=0.1, rtol=0)
    standardise.eval()
    before = standardise.running_mean.clone()
    standardise(torch.zeros(4, 2))
    torch.testing.assert_close(standardise.running_mean, before)


def test_a_layer_s_step_is_centred_on_its_frames() -> None:
    """Played backwards, the same is heard backwards."""
    layer = Layer(3, 4, step=2).eval()
    mirrored = Layer(3, 4, step=2).eval()
    mirrored[0].weight = torch.nn.Parameter(layer[0].weight.flip(2))
    frames = torch.randn(1, 3, 10)
    with torch.inference_mode():
        assert layer(frames).shape == (1, 4, 5)
        torch.testing.assert_close(mirrored(frames.flip(2)), layer(frames).flip(2))


def test_losses_vanish_on_the_target_and_only_there() -> None:
    target = torch.from_numpy(np.random.default_rng(0).standard_normal((8, 5)).astype(np.float32))
    assert embedding_loss(target, target) == pytest.approx(0.0, abs=1e-5)
    assert similarity_loss(target, target) == pytest.approx(0.0, abs=1e-5)
    turned = target[:, torch.tensor([1, 2, 3, 4, 0])]
    assert similarity_loss(turned, target) == pytest.approx(0.0, abs=1e-5)  # same geometry
    assert embedding_loss(turned, target) > 0.5
    assert similarity_loss(target.flip(0), target) > 0.1


def test_steps_that_nobody_heard_do_not_count() -> None:
    found = torch.zeros(2, 3, 4)
    wanted = torch.full((2, 3, 4), torch.nan)
    assert steps_loss(found, wanted) == 0
    wanted[1, 2] = 3.0
    assert steps_loss(found, wanted) == pytest.approx(9.0)
    assert steps_loss(torch.full_like(found, 3.0), wanted) == 0
