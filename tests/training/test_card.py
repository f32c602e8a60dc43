"""What a new model says of itself before anyone has measured it."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from auricle.models import Head
from auricle.training.card import draft_card
from auricle.training.recipe import Recipe
from auricle.training.windows import read_windows


def test_the_card_says_what_was_learnt_from_and_claims_nothing(world: Path, recipe: Recipe) -> None:
    head = Head(
        name="genre",
        task="single",
        labels=("flute", "wind"),
        weights=np.zeros((2, 6), np.float32),
        bias=np.zeros(2, np.float32),
        mean=np.zeros(6, np.float32),
        scale=np.ones(6, np.float32),
        model_id="tiny@0",
        meta={"examples": {"flute": 4, "wind": 5}},
    )
    mine = replace(recipe, description="Tones and noise", licence="CC0-1.0")
    card = draft_card(mine, read_windows(mine.sources, world, 2.0), [head])
    assert card.startswith("# tiny 1.0\n\nTones and noise.\n")
    assert "Licence of the weights: CC0-1.0." in card
    assert "Not measured yet: `auricle evaluate" in card
    assert "8 windows of 8 tracks" in card
    assert "- world: manifest.csv, split train, with teachers (teachers.npz)" in card
    assert "| noise | 4 |\n| tone | 4 |" in card
    assert card.endswith("- genre: flute (4), wind (5)\n")
