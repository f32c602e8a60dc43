"""Components: what else is heard, beside what the readout says of it."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from auricle.errors import TrainingError
from auricle.models.session import Session
from auricle.training.components import Spread, add_components, components, spread
from auricle.training.export import to_onnx
from auricle.training.network import Backbone
from auricle.training.recipe import Recipe
from auricle.training.recipe_parts import NetworkRecipe
from auricle.types import FloatArray

N_MELS = 64
NETWORK = NetworkRecipe(
    timbre_filters=(5, 4), rhythm_filters=(6,), width=8, dim=16, components=6, components_weight=0.5
)


@pytest.fixture
def described(recipe: Recipe) -> Recipe:
    return replace(recipe, network=NETWORK)


@pytest.fixture
def backbone() -> Backbone:
    torch.manual_seed(0)
    return Backbone(NETWORK).eval()


@pytest.fixture
def log_mels() -> list[Tensor]:
    """Batches of two lengths, as loud in each band as chance has it."""
    random = torch.Generator().manual_seed(1)
    bands = [torch.randn(40, N_MELS, 1, generator=random) * 15 for _ in range(2)]
    frames = [torch.randn(40, N_MELS, n, generator=random) * 6 for n in (60, 90)]
    return [band + frame - 40 for band, frame in zip(bands, frames, strict=True)]


def embeddings(backbone: Backbone, log_mels: list[Tensor]) -> FloatArray:
    with torch.inference_mode():
        found: FloatArray = torch.cat([backbone(batch[:, None]) for batch in log_mels]).numpy()
    return found


def test_components_stand_beside_what_the_readout_says(
    backbone: Backbone, described: Recipe, log_mels: list[Tensor]
) -> None:
    before = embeddings(backbone, log_mels)
    add_components(backbone, described, log_mels)
    after = embeddings(backbone, log_mels)
    assert after.shape == (80, NETWORK.n_embedding) == (80, 22)
    np.testing.assert_array_equal(after[:, :16], before)


def test_components_are_uncorrelated_and_count_alike(
    backbone: Backbone, described: Recipe, log_mels: list[Tensor]
) -> None:
    add_components(backbone, described, log_mels)
    found = embeddings(backbone, log_mels)[:, 16:].astype(np.float64)
    covariance = np.cov(found.T, bias=True)
    one = covariance[0, 0]
    np.testing.assert_allclose(found.mean(0), 0, atol=0.01 * one**0.5)
    np.testing.assert_allclose(covariance, np.eye(6) * one, atol=0.02 * one)


def test_components_are_together_as_long_as_the_recipe_says(
    backbone: Backbone, described: Recipe, log_mels: list[Tensor]
) -> None:
    add_components(backbone, described, log_mels)
    found = embeddings(backbone, log_mels)
    said, heard = (np.sqrt(np.mean((x**2).sum(1))) for x in (found[:, :16], found[:, 16:]))
    assert heard / said == pytest.approx(NETWORK.components_weight, rel=0.02)


def test_what_a_disturbance_changes_is_left_out() -> None:
    """The first channel tells most, but a disturbed copy differs in it as much as another song."""
    covariance, disturbance = np.diag([9.0, 4.0, 1.0]), np.diag([900.0, 0.0, 0.0])
    network = replace(NETWORK, components=2)
    calm = components(Spread(np.zeros(3), covariance, 0 * disturbance, 1.0), network)
    told = components(Spread(np.zeros(3), covariance, disturbance, 1.0), network)
    assert calm.weight.abs().sum(0).count_nonzero() == 2  # without one any two are as good
    assert told.weight[:, 0].abs().max() < 1e-6
    assert (told.weight[:, 1:].abs().amax(0) > 0.1).all()


def test_copies_are_disturbed_as_the_recipe_says(
    backbone: Backbone, described: Recipe, log_mels: list[Tensor]
) -> None:
    louder = {"band_limit": 0.0, "equaliser": 0.0, "noise": 0.0, "codec": 0.0, "masks": 0}
    quiet = replace(described, augment=replace(described.augment, **louder))
    changed = (
        np.trace(spread(backbone, each, log_mels).disturbance) for each in (described, quiet)
    )
    loud, gain_only = changed
    assert gain_only < 1e-3 * loud  # what is heard does not depend on the level
    mixed = replace(quiet, augment=replace(quiet.augment, mixup=1.0))
    assert np.trace(spread(backbone, mixed, log_mels).disturbance) < 1e-3 * loud


def test_components_are_the_same_each_time(
    backbone: Backbone, described: Recipe, log_mels: list[Tensor]
) -> None:
    first, again = (components(spread(backbone, described, log_mels), NETWORK) for _ in range(2))
    torch.testing.assert_close(first.weight, again.weight, rtol=0, atol=0)


def test_onnx_tells_the_same(backbone: Backbone, described: Recipe, log_mels: list[Tensor]) -> None:
    add_components(backbone, described, log_mels)
    session = Session(to_onnx(backbone, N_MELS))
    found = np.concatenate([session.run(batch.numpy()) for batch in log_mels])
    np.testing.assert_allclose(found, embeddings(backbone, log_mels), atol=1e-4, rtol=1e-4)


def test_what_too_few_excerpts_tell_of_is_silent(
    backbone: Backbone, described: Recipe, log_mels: list[Tensor]
) -> None:
    add_components(backbone, described, [log_mels[0][:3]])  # three excerpts differ in two ways
    found = embeddings(backbone, log_mels)[:, 16:]
    assert (found[:, :2].std(0) > 0).all()
    np.testing.assert_array_equal(found[:, 2:], 0)


@pytest.mark.parametrize("level", [None, float("nan")])
def test_nothing_and_no_number_are_refused(
    backbone: Backbone, described: Recipe, level: float | None
) -> None:
    heard = [] if level is None else [torch.full((2, N_MELS, 60), level)]
    with pytest.raises(TrainingError, match="no components"):
        add_components(backbone, described, heard)


def test_opposite_channels_are_told() -> None:
    """What adds up to nothing has a sign, too."""
    spread = Spread(np.zeros(2), np.array([[1.0, -0.5], [-0.5, 1.0]]), np.zeros((2, 2)), 1.0)
    told = components(spread, replace(NETWORK, components=1)).weight
    assert told.abs().min() > 0.1


def test_a_recipe_without_components_changes_nothing(
    backbone: Backbone, described: Recipe, log_mels: list[Tensor]
) -> None:
    plain = replace(described, network=replace(NETWORK, components=0))
    add_components(backbone, plain, log_mels)
    assert backbone.components is None
    assert embeddings(backbone, log_mels).shape == (80, 16)


def test_more_components_than_channels_are_refused() -> None:
    with pytest.raises(ValueError, match="components: 78 channels"):
        replace(NETWORK, components=79)
