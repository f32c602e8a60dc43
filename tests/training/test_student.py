"""The student: what is learnt beside the embedding, and by which weights."""

import pytest
import torch

from auricle.training.network import Backbone
from auricle.training.recipe_parts import NetworkRecipe
from auricle.training.student import Hints, Learnt, Student

from .conftest import log_mels


def test_what_hears_and_what_reads_it_off_are_all_of_the_student(backbone: Backbone) -> None:
    student = Student(backbone, Learnt(n_outputs=7, n_step_outputs=90, n_labels=3))
    hearing, reading = student.parts()
    assert len(hearing) + len(reading) == len(list(student.parameters()))
    n_reading = sum(weight.numel() for weight in reading)
    readers = (backbone.readout, student.teachers, student.labels)
    assert n_reading == sum(weight.numel() for part in readers for weight in part.parameters())


def test_student_adds_only_what_is_learnt(backbone: Backbone) -> None:
    x = log_mels(96)
    guess = Student(backbone, Learnt(n_outputs=7))(x)
    assert guess.embedding.shape == (2, 256)
    assert guess.outputs is not None
    assert guess.outputs.shape == (2, 7)
    assert guess.steps is None
    assert guess.logits is None
    assert Student(backbone, Learnt(n_labels=3))(x).logits.shape == (2, 3)


@pytest.mark.parametrize("step", [1, 2, 4])
def test_the_student_speaks_at_every_frame(step: int) -> None:
    backbone = Backbone(NetworkRecipe(step=step))
    student = Student(backbone, Learnt(n_step_outputs=90)).eval()
    with torch.inference_mode():
        guess = student(log_mels(96))
        torch.testing.assert_close(guess.embedding, backbone(log_mels(96)))
    assert guess.steps.shape == (2, 96, 90)


def test_a_held_student_learns_no_more_of_what_it_hears() -> None:
    student = Student(Backbone(NetworkRecipe()), Learnt(n_outputs=7, n_step_outputs=90)).train()
    student.hold()
    guess = student(log_mels(96))
    assert guess.steps is None
    (guess.embedding.sum() + guess.outputs.sum()).backward()
    hearing, reading = student.parts()
    assert all(weight.grad is None for weight in hearing)
    assert all(weight.grad is not None for weight in reading)


def test_a_filter_answers_for_one_of_the_teacher_s() -> None:
    backbone = Backbone(NetworkRecipe(timbre_filters=(1, 1), rhythm_filters=(2,), width=6, depth=1))
    filtered, layered = torch.randn(2, 4, 10), torch.randn(2, 6, 5)
    hints = Hints(backbone, n_outputs=7)
    with torch.inference_mode():
        said = hints((filtered, layered))
        torch.testing.assert_close(said[:, :, :4], filtered.transpose(1, 2))
        torch.testing.assert_close(said[:, ::2, 4:], said[:, 1::2, 4:])  # one answer per step
        moved = hints((filtered, layered + 1))
        torch.testing.assert_close(moved[:, :, :4], said[:, :, :4])
        assert not torch.allclose(moved[:, :, 4:], said[:, :, 4:])
    assert Hints(backbone, n_outputs=3)((filtered, layered)).shape == (2, 10, 3)
