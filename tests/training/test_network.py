"""The backbone: shapes, length and gain do what the design says."""

import numpy as np
import pytest
import torch

from auricle.training.losses import embedding_loss, similarity_loss, steps_loss
from auricle.training.network import LOUDNESS, Backbone, Hints, Learnt, Loudness, Student
from auricle.training.recipe import NetworkRecipe


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    torch.manual_seed(0)
    return Backbone(NetworkRecipe()).eval()


def log_mels(n_frames: int, n_batch: int = 2) -> torch.Tensor:
    rng = np.random.default_rng(n_frames)
    return torch.from_numpy(rng.uniform(-70, 0, (n_batch, 1, 64, n_frames)).astype(np.float32))


def test_at_most_three_million_parameters(backbone: Backbone) -> None:
    assert sum(p.numel() for p in backbone.parameters()) < 3_000_000


@pytest.mark.parametrize("n_frames", [1, 51, 100, 333, 501])
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
    bank = backbone.front.banks[0]
    x = torch.zeros(1, 1, 64, 9)
    x[0, 0, 24:34, 4] = 1.0
    with torch.inference_mode():
        moved = torch.roll(x, NetworkRecipe().stride, dims=2)
        torch.testing.assert_close(bank(x), bank(moved))
        assert not torch.allclose(bank(x), bank(torch.roll(x, 1, dims=3)))


def test_student_adds_only_what_is_learnt(backbone: Backbone) -> None:
    x = log_mels(96)
    guess = Student(backbone, Learnt(n_outputs=7))(x)
    assert guess.embedding.shape == (2, 256)
    assert guess.outputs is not None
    assert guess.outputs.shape == (2, 7)
    assert guess.steps is None
    assert guess.logits is None
    assert Student(backbone, Learnt(n_labels=3))(x).logits.shape == (2, 3)


@pytest.mark.parametrize("step", [1, 2])
def test_the_student_speaks_at_every_step(step: int) -> None:
    backbone = Backbone(NetworkRecipe(step=step))
    student = Student(backbone, Learnt(n_step_outputs=90)).eval()
    with torch.inference_mode():
        guess = student(log_mels(96))
        torch.testing.assert_close(guess.embedding, backbone(log_mels(96)))
    assert guess.steps.shape == (2, 96 // step, 90)


def test_a_filter_answers_for_one_of_the_teacher_s() -> None:
    heard = torch.randn(2, 10, 5)
    hints = Hints(n_filters=4, n_channels=10, n_outputs=7)
    with torch.inference_mode():
        said = hints(heard)
        torch.testing.assert_close(said[:, :, :4], heard[:, :4].transpose(1, 2))
        heard[:, 4:] += 1
        torch.testing.assert_close(hints(heard)[:, :, :4], said[:, :, :4])
        assert not torch.allclose(hints(heard)[:, :, 4:], said[:, :, 4:])
    assert Hints(n_filters=4, n_channels=10, n_outputs=3)(heard).shape == (2, 5, 3)


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
