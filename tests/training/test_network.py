"""The backbone: shapes, length and gain do what the design says."""

import numpy as np
import pytest
import torch

from auricle.training.losses import embedding_loss, similarity_loss, steps_loss
from auricle.training.network import Backbone, Learnt, LevelNorm, Student
from auricle.training.recipe import NetworkRecipe


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    torch.manual_seed(0)
    return Backbone(NetworkRecipe(), 64).eval()


def log_mels(n_frames: int, n_batch: int = 2) -> torch.Tensor:
    rng = np.random.default_rng(n_frames)
    return torch.from_numpy(rng.uniform(-70, 0, (n_batch, 1, 64, n_frames)).astype(np.float32))


def test_at_most_three_million_parameters(backbone: Backbone) -> None:
    assert sum(p.numel() for p in backbone.parameters()) < 3_000_000


@pytest.mark.parametrize("n_frames", [51, 100, 333, 501])
def test_any_length_gives_one_embedding(backbone: Backbone, n_frames: int) -> None:
    with torch.inference_mode():
        assert backbone(log_mels(n_frames)).shape == (2, 256)


def test_gain_changes_nothing(backbone: Backbone) -> None:
    x = log_mels(200)
    with torch.inference_mode():
        torch.testing.assert_close(backbone(x), backbone(x - 12), atol=1e-4, rtol=1e-3)


def test_level_norm_refers_to_mean_power() -> None:
    x = torch.full((1, 1, 64, 10), -37.0)
    assert LevelNorm()(x).flatten().tolist() == pytest.approx([1.5] * 640, abs=1e-4)
    x[..., 0] = -300.0
    assert LevelNorm()(x).min() == pytest.approx(1.5 - 80 / 20)


def test_student_adds_only_what_is_learnt(backbone: Backbone) -> None:
    x = log_mels(96)
    guess = Student(backbone, Learnt(n_outputs=7))(x)
    assert guess.embedding.shape == (2, 256)
    assert guess.outputs is not None
    assert guess.outputs.shape == (2, 7)
    assert guess.steps is None
    assert guess.logits is None
    assert Student(backbone, Learnt(n_labels=3))(x).logits.shape == (2, 3)


def test_the_student_speaks_at_every_step_of_the_last_map(backbone: Backbone) -> None:
    student = Student(backbone, Learnt(n_step_outputs=9)).eval()
    with torch.inference_mode():
        guess = student(log_mels(96))
        torch.testing.assert_close(guess.embedding, backbone(log_mels(96)))
    assert guess.steps.shape == (2, 3, 9)


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
