"""Recipes: read from TOML, refuse what they do not know."""

from pathlib import Path

import pytest

from auricle.errors import TrainingError
from auricle.training.recipe import Recipe

SHIPPED = sorted((Path(__file__).parents[2] / "recipes").glob("*.toml"))

MINIMAL = """
name = "mine"
loss = { label = 1.0 }
[[sources]]
name = "a"
manifest = "m.csv"
audio_dir = "."
"""


def read(tmp_path: Path, text: str) -> Recipe:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    return Recipe.read(path)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_recipes_can_be_read(path: Path) -> None:
    recipe = Recipe.read(path)
    assert recipe.name == path.stem
    assert all(source.split != "test" for source in recipe.sources)


def test_defaults_fill_what_is_left_out(tmp_path: Path) -> None:
    recipe = read(tmp_path, MINIMAL)
    assert recipe.features.n_mels == 64
    assert recipe.network.dim == 256


def test_dictionary_form_is_complete(tmp_path: Path) -> None:
    recipe = read(tmp_path, MINIMAL + "[augment]\ncrop_s = [1.0, 3.0]\n")
    assert Recipe.from_dict(recipe.to_dict()) == recipe
    assert recipe.augment.crop_s == (1.0, 3.0)


def test_hash_follows_every_setting(tmp_path: Path) -> None:
    recipe = read(tmp_path, MINIMAL)
    assert recipe.hash == read(tmp_path, "licence = 'CC0-1.0'\n" + MINIMAL).hash
    assert recipe.hash == read(tmp_path, MINIMAL + "[network]\ncomponents = 3\n").hash
    assert recipe.hash != read(tmp_path, MINIMAL + "[network]\ndim = 3\n").hash
    assert recipe.hash != read(tmp_path, MINIMAL + "[schedule]\nema = 0.9\n").hash


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = 'x'\nsources = []", "sources: .* at least 1 item"),
        ("name = 'x'", "sources: Field required"),
        (MINIMAL.replace("label = 1.0", ""), "no source has teachers, and loss.label is 0"),
        (MINIMAL.replace("mine", "My Genres"), "name: it must be lower-case .* not 'My Genres'"),
        (MINIMAL + "[schedule]\nepoch = 3\n", "schedule.epoch: no such setting$"),
        (MINIMAL + "[schedule]\nepochs = 0\n", "schedule.epochs: should be .* 1, not 0"),
        (MINIMAL + "[schedule]\nepochs = 1.5\n", "schedule.epochs: should be .* not 1.5"),
        (MINIMAL + "[schedule]\nbatch_size = 'four'\nema = 1\n", "not 'four' .and 1 more."),
        (MINIMAL + "[schedule]\nlearning_rate = nan\n", "schedule.learning_rate: .* finite"),
        (MINIMAL + "[augment]\nmixup = 7\n", "augment.mixup: should be less than or equal to 1"),
        (MINIMAL + "[augment]\ncrop_s = [8, 2]\n", "augment.crop_s: the lower limit 8 is above"),
        (MINIMAL + "[augment]\ncrop_s = 3.0\n", "augment.crop_s: should be a valid tuple, not 3"),
        (MINIMAL + "[network]\ntimbre_bands = [25, 65]\n", "65 are more than n_mels"),
        (MINIMAL + "[network]\ndim = 0\n", "network.dim: should be greater than"),
        (MINIMAL + "[features]\nmels = 3\n", "features: unknown feature parameters: mels$"),
        (MINIMAL + "[features]\nn_mels = 0\n", "features: n_mels must be positive"),
        (MINIMAL + "[features]\nn_mels = '64'\n", "features: n_mels should be a number, not '64'"),
        (MINIMAL + "[features]\nn_mels = 6.5\n", "features.n_mels: .* not 6.5"),
        (MINIMAL + "[schedule]\nepochs = '40'\n", "schedule.epochs: should be .* not '40'"),
        (MINIMAL + "[network]\ndim = true\n", "network.dim: should be .* not True"),
        (MINIMAL + "[[heads]]\nname = 'genre'\n", "heads.0.labels: Field required"),
        (MINIMAL.replace('name = "a"', ""), "sources.0.name"),
        ("name = ", "not valid TOML"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        read(tmp_path, text)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="gone.toml"):
        Recipe.read(tmp_path / "gone.toml")
