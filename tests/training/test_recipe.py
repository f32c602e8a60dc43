"""Recipes: read from TOML, refuse what they do not know."""

from pathlib import Path

import pytest

from auricle.errors import TrainingError
from auricle.training.recipe import Recipe

SHIPPED = sorted((Path(__file__).parents[2] / "recipes").glob("*.toml"))

MINIMAL = """
name = "mine"
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
    assert recipe.hash != read(tmp_path, MINIMAL + "[schedule]\nema = 0.9\n").hash


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = 'x'", "needs at least one"),
        (MINIMAL + "[schedule]\nepoch = 3\n", "unknown settings in ScheduleRecipe: epoch"),
        (MINIMAL + "[features]\nmels = 3\n", "unknown"),
        (MINIMAL + "[features]\nn_mels = 0\n", "n_mels must be positive"),
        ("[[sources]]\nname = 'a'\nmanifest = 'm'\naudio_dir = '.'", "name"),
        ("name = ", "not valid TOML"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        read(tmp_path, text)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="gone.toml"):
        Recipe.read(tmp_path / "gone.toml")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("timbre_filters = [22]", r"timbre_filters: one number for each of \[25, 45\]"),
        ("rhythm_filters = [3, 4]", r"rhythm_filters: one number for each of \[61\]"),
        ("timbre_frames = 4", "4 frames are even"),
        ("rhythm_frames = [40]", "40 frames are even"),
        ("timbre_bands = [25, 65]", "65 are more than n_mels"),
    ],
)
def test_filters_that_cannot_be_built(tmp_path: Path, setting: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        read(tmp_path, f"{MINIMAL}[network]\n{setting}\n")
