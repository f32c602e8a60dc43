"""A manifest with real sound in it, in the three genres of the tiny model."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from ..tiny import tone

HZ = {"low": 220.0, "mid": 1_500.0, "high": 5_000.0}
RATE = 16_000


def melody(hz: float, *, seed: int, duration_s: float = 3.0) -> np.ndarray:
    """Return notes around a frequency, different for every seed."""
    random = np.random.default_rng(seed)
    notes = [
        tone(hz * 2 ** (random.integers(-3, 4) / 12), duration_s=0.25)
        for _ in range(int(duration_s * 4))
    ]
    return np.concatenate(notes)


def write_songs(folder: Path, rows: Sequence[dict[str, str]], *, sound: bool = True) -> Path:
    """Write a melody per row, in the register of its label, and the manifest of all."""
    columns = sorted({"path", "label"} | {name for row in rows for name in row})
    with open(folder / "songs.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for index, row in enumerate(rows):
            path = row.get("path", f"{index}.wav")
            writer.writerow({"path": path, **row})
            if sound and row.get("label") in HZ:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                soundfile.write(folder / path, melody(HZ[row["label"]], seed=index), RATE)
    return folder / "songs.csv"


def usual_rows(n_artists: int = 2) -> list[dict[str, str]]:
    """Return rows of two sources and two splits, whole artists in each."""
    return [
        {"label": label, "source": source, "split": split, "artist_id": f"{split} {label} {artist}"}
        for split in ("train", "validation")
        for source in ("one", "two")
        for label in HZ
        for artist in range(n_artists)
    ]
