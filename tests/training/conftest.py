"""A small world to learn from: tones against noise, with made-up teachers."""

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from auricle.training.network import Backbone
from auricle.training.recipe import Recipe
from auricle.training.recipe_parts import NetworkRecipe

RATE = 16_000
N_CLIPS = 12


def sound(index: int, duration_s: float = 2.0) -> np.ndarray:
    """Even clips are tones, odd ones noise: two labels that anyone can tell apart."""
    rng = np.random.default_rng(index)
    time = np.arange(int(RATE * duration_s)) / RATE
    if index % 2:
        return 0.1 * rng.standard_normal(time.size)
    return 0.3 * np.sin(2 * np.pi * rng.uniform(200, 800) * time)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder: audio, a manifest, and teachers whose embedding tells tone from noise."""
    root = tmp_path_factory.mktemp("world")
    (root / "audio").mkdir()
    rows = []
    for index in range(N_CLIPS):
        soundfile.write(root / "audio" / f"{index}.wav", sound(index), RATE)
        rows.append(
            {
                "path": f"audio/{index}.wav",
                "clip_id": f"clip{index}",
                "label": ("tone", "noise")[index % 2],
                "artist_id": f"artist{index // 2}",
                "split": "validation" if index >= N_CLIPS - 4 else "train",
                "duration_s": "2.0",
            }
        )
    with (root / "manifest.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    rng = np.random.default_rng(0)
    side = np.where(np.arange(N_CLIPS) % 2, 1.0, -1.0)
    np.savez(
        root / "teachers.npz",
        clip_id=np.array([row["clip_id"] for row in rows]),
        start_s=np.zeros(N_CLIPS, np.float32),
        duration_s=np.full(N_CLIPS, 2.0, np.float32),
        a_embedding=(side[:, None] * rng.standard_normal(8)).astype(np.float16),
        b_embedding=(side[:, None] * rng.standard_normal(4)).astype(np.float16),
        a_logits=rng.standard_normal((N_CLIPS, 5)).astype(np.float16),
        b_tags=rng.uniform(0, 1, (N_CLIPS, 3)).astype(np.float16),
    )
    return root


@pytest.fixture
def recipe() -> Recipe:
    """Two epochs of a very small network on that world."""
    source = {
        "name": "world",
        "manifest": "manifest.csv",
        "audio_dir": ".",
        "teachers": "teachers.npz",
    }
    return Recipe.from_dict(
        {
            "name": "tiny",
            "seed": 3,
            "window_s": 2.0,
            "sources": [{**source, "split": "train", "repeat": 2}],
            "validation": [{**source, "split": "validation"}],
            "network": {
                "step": 2,
                "timbre_bands": [9],
                "timbre_filters": [12],
                "rhythm_frames": [5],
                "rhythm_filters": [6],
                "width": 16,
                "depth": 2,
                "dropout": 0.1,
                "dim": 6,
                "components": 4,
            },
            "augment": {"crop_s": [1.0, 2.0]},
            "schedule": {"epochs": 2, "batch_size": 4},
        }
    )


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    """The shipped shape with random weights."""
    torch.manual_seed(0)
    return Backbone(NetworkRecipe()).eval()


def log_mels(n_frames: int, n_batch: int = 2) -> torch.Tensor:
    """Return noise in dB, shape (n_batch, 1, 64, n_frames)."""
    rng = np.random.default_rng(n_frames)
    return torch.from_numpy(rng.uniform(-70, 0, (n_batch, 1, 64, n_frames)).astype(np.float32))
