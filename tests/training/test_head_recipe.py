"""Heads in a recipe: read with their tables, and apart from the backbone."""

from pathlib import Path

import pytest

from auricle.errors import TrainingError
from auricle.training.head_recipe import HeadRecipe
from auricle.training.recipe import Recipe

BACKBONE = """
name = "mine"
loss = { label = 1.0 }
[[sources]]
name = "a"
manifest = "m.csv"
audio_dir = "."
"""

HEAD = """
[[heads]]
name = "genre"
balance = 0.5
by_source = true
labels = { jazz = "jazz", rock = "rock" }
[[heads.examples]]
manifest = "m.csv"
audio_dir = "."
[[heads.calibration]]
manifest = "m.csv"
audio_dir = "."
where = { split = ["validation"] }
"""


def read(tmp_path: Path, text: str) -> Recipe:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    return Recipe.read(path)


def test_a_head_with_its_tables(tmp_path: Path) -> None:
    recipe = read(tmp_path, BACKBONE + HEAD)
    (head,) = recipe.heads
    assert (head.balance, head.by_source) == (0.5, True)
    assert head.examples[0].where == {}
    assert head.calibration[0].where == {"split": ["validation"]}
    assert Recipe.from_dict(recipe.to_dict()) == recipe
    with pytest.raises(TrainingError, match="heads.0.calibration.0.wher: no such setting"):
        read(tmp_path, BACKBONE + HEAD.replace("where", "wher"))


def test_a_backbone_stays_what_it_is_whatever_its_heads(tmp_path: Path) -> None:
    assert read(tmp_path, BACKBONE + HEAD).hash == read(tmp_path, BACKBONE).hash


def test_labels_are_balanced_as_a_whole_unless_told() -> None:
    head = HeadRecipe("genre", {"rock": "rock"})
    assert (head.balance, head.by_source, head.bags) == (1.0, False, 1)
