"""The tables of a recipe refuse what they cannot mean."""

from typing import Any

import pytest
from pydantic import ValidationError

from auricle.training.recipe_parts import AugmentRecipe, NetworkRecipe


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"timbre_filters": [22]}, r"timbre_filters: one number for each of \[25, 45\]"),
        ({"rhythm_filters": [3, 4]}, r"rhythm_filters: one number for each of \[61\]"),
        ({"timbre_frames": 4}, "4 frames are even"),
        ({"rhythm_frames": [40]}, "40 frames are even"),
        ({"dropout": 1.0}, "less than 1"),
    ],
)
def test_filters_that_cannot_be_built(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        NetworkRecipe(**settings)


@pytest.mark.parametrize("limits", [(3.0, 2.0), (-1.0, 2.0), (0.0, 0.0), (1.0,), (1.0, 2.0, 3.0)])
def test_a_range_rises_from_above_0(limits: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError):
        AugmentRecipe(crop_s=limits)  # type: ignore[arg-type]


def test_a_level_may_be_below_0() -> None:
    assert AugmentRecipe(noise_snr_db=(-5.0, 20.0)).noise_snr_db == (-5.0, 20.0)


def test_whole_numbers_stand_for_seconds_too() -> None:
    assert AugmentRecipe(crop_s=(2, 4)).crop_s == (2.0, 4.0)
