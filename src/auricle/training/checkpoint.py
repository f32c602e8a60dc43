"""Checkpoints: the whole state of a run, written atomically after each epoch."""

from pathlib import Path
from typing import Any

import torch

from ..errors import TrainingError
from ..files import replacing

FILE_NAME = "checkpoint.pt"


def save_checkpoint(folder: Path, state: dict[str, Any]) -> None:
    """Write the state so that a reader finds either the old or the new one, never half."""
    with replacing(folder / FILE_NAME) as unfinished:
        torch.save(state, unfinished)


def load_checkpoint(
    folder: Path, recipe_hash: str | None = None, data_hash: str | None = None
) -> dict[str, Any] | None:
    """Return the last state, or None if there is none.

    Only tensors and plain values are accepted (``weights_only``): no code runs on loading.

    Args:
        folder: of the run.
        recipe_hash: of the recipe that must have made it; None does not ask.
        data_hash: of the data that it must have learnt from; None does not ask.

    Raises:
        TrainingError: if the file is damaged or belongs to another recipe, or to other data.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise TrainingError(f"{path}: not a checkpoint, or damaged; delete it") from error
    wanted = {"recipe": recipe_hash, "data": data_hash}
    for what, now in wanted.items():
        before = state.get(f"{what}_hash", now)
        if now is not None and before != now:
            made = "made by another recipe" if what == "recipe" else "learnt from other data"
            raise TrainingError(
                f"{path}: {made} ({before}, now {now}); choose another output folder or delete "
                "this one"
            )
    return state
