"""Let the teacher musicnn hear more than the given windows, for ``recipes/auricle-1.toml``.

    python recipes/more_teaching.py DATA --weights musicnn/musicnn/MSD_musicnn

DATA is laid out as the recipe says. Written are DATA/more (teacher outputs and a manifest, in
the format of DATA/teachers) and DATA/variants (audio):

- ``free_music.npz``: every 20 seconds of the freely licensed tracks, between the given windows,
  and a 3-second piece of each such window;
- ``labelled_short.npz``: 3-second pieces of the labelled clips' training windows;
- ``variants.csv``, ``variants.npz``: training windows played up to 3.5 semitones higher or
  lower, and mixes of two, which the teacher hears as they are.

About an hour on one core. ``--variants`` limits the number of variants (they are shuffled).
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch
from musicnn import PATCH_FRAMES, PATCH_S, SAMPLE_RATE, MusicNN

import auricle
from auricle.errors import AudioError
from auricle.training.windows import audio_path
from auricle.types import FloatArray

WINDOW_S = 10.0
GRID_S = 20.0
APART_S = 3.0  # of a grid window's start from a given one's
BATCH = 4
SEMITONES = 3.5
MIX_SEMITONES = 1.5
SHARES = (0.4, 0.85)

TRANSPOSED = {"gtzan": 6, "artists": 6, "homburg": 6, "small4": 6, "emotify": 2}
MIXED = {"gtzan": 5, "artists": 4, "homburg": 3, "small4": 4, "emotify": 1}
"""Variants per window and source; sources with few windows of many genres get more."""


@dataclass(frozen=True)
class Stretch:
    """Part of a file, and what the file is called in the manifest."""

    key: str
    path: Path
    start_s: float
    duration_s: float
    source: str = ""


def main() -> None:
    """Write all files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--variants", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    (options.data / "more").mkdir(exist_ok=True)
    (options.data / "variants").mkdir(exist_ok=True)
    teacher, rng = MusicNN(options.weights), np.random.default_rng(options.seed)
    hear_free_music(options.data, teacher, rng)
    windows = list(labelled_windows(options.data))
    hear_pieces(options.data, windows, teacher)
    hear_variants(options.data, draw_variants(windows, rng)[: options.variants], teacher)


def hear_free_music(data: Path, teacher: MusicNN, rng: np.random.Generator) -> None:
    """Write ``more/free_music.npz``."""
    given: dict[str, list[float]] = {}
    with np.load(data / "teachers" / "free_music.npz") as archive:
        for key, start_s in zip(archive["sha256"], archive["start_s"], strict=True):
            given.setdefault(str(key), []).append(float(start_s))
    heard: list[tuple[Stretch, FloatArray, FloatArray]] = []
    for number, (key, starts_s) in enumerate(sorted(given.items())):
        note(f"freely licensed track {number + 1} of {len(given)}")
        path = audio_path({"sha256": key}, data / "free-music")
        try:
            waveform = auricle.decode(path, sample_rate=SAMPLE_RATE).waveform
        except AudioError as error:
            note(f"{error}")
            continue
        cuts = [
            Stretch(key, path, start_s, WINDOW_S)
            for start_s in grid(len(waveform) / SAMPLE_RATE, starts_s)
        ]
        heard += listen(teacher, cuts, [cut(waveform, each) for each in cuts])
    whole = [(each, embeddings.mean(0), tags.mean(0)) for each, embeddings, tags in heard]
    chosen = rng.integers(0, 3, len(heard))
    pieces = [piece(row, int(place)) for row, place in zip(heard, chosen, strict=True)]
    save(data / "more" / "free_music.npz", "sha256", whole + pieces)


def grid(duration_s: float, given_s: Sequence[float]) -> list[float]:
    """Return starts of windows that lie between the given ones."""
    offset_s = min(WINDOW_S / 2, max(0.0, (duration_s - WINDOW_S) / 2))
    starts = np.arange(0.0, duration_s - WINDOW_S, GRID_S) + offset_s
    return [
        float(start_s)
        for start_s in starts
        if start_s + WINDOW_S <= duration_s
        and all(abs(start_s - other_s) > APART_S for other_s in given_s)
    ]


def labelled_windows(data: Path) -> Iterator[Stretch]:
    """Yield the given windows of the train split."""
    with (data / "data" / "manifest.csv").open(newline="", encoding="utf-8") as handle:
        rows = {row["clip_id"]: row for row in csv.DictReader(handle) if row["split"] == "train"}
    with np.load(data / "teachers" / "labelled.npz") as archive:
        columns = (archive[name] for name in ("clip_id", "start_s", "duration_s"))
        for key, start_s, duration_s in zip(*columns, strict=True):
            if row := rows.get(str(key)):
                path = data / "data" / row["path"]
                yield Stretch(str(key), path, float(start_s), float(duration_s), row["source"])


def hear_pieces(data: Path, windows: Sequence[Stretch], teacher: MusicNN) -> None:
    """Write ``more/labelled_short.npz``: three pieces of every window of full length."""
    rows = []
    long = [window for window in windows if window.duration_s > 9]
    for number in range(0, len(long), BATCH):
        note(f"labelled window {number} of {len(long)}")
        batch = long[number : number + BATCH]
        heard = listen(teacher, batch, [load(window) for window in batch])
        rows += [piece(row, place) for row in heard for place in range(3)]
    save(data / "more" / "labelled_short.npz", "clip_id", rows)


@dataclass(frozen=True)
class Variant:
    """A window played at another speed, and perhaps mixed with another window."""

    window: Stretch
    speed: float
    partner: Stretch | None
    share: float


def draw_variants(windows: Sequence[Stretch], rng: np.random.Generator) -> list[Variant]:
    """Return all variants in random order."""
    by_source: dict[str, list[Stretch]] = {source: [] for source in TRANSPOSED}
    for window in windows:
        by_source.get(window.source, []).append(window)
    sources = [source for source, members in by_source.items() if members]
    variants = []
    for window in windows:
        for _ in range(TRANSPOSED.get(window.source, 1)):
            speed = 2 ** (rng.uniform(-SEMITONES, SEMITONES) / 12)
            variants.append(Variant(window, float(speed), None, 1.0))
        for _ in range(MIXED.get(window.source, 1)):
            others = by_source[rng.choice(sources)]
            speed = 2 ** (rng.uniform(-MIX_SEMITONES, MIX_SEMITONES) / 12)
            partner = others[rng.integers(len(others))]
            variants.append(Variant(window, float(speed), partner, float(rng.uniform(*SHARES))))
    return [variants[index] for index in rng.permutation(len(variants))]


def hear_variants(data: Path, variants: Sequence[Variant], teacher: MusicNN) -> None:
    """Write the variants' audio, manifest and teacher outputs."""
    rows, heard = [], []
    for number, variant in enumerate(variants):
        note(f"variant {number + 1} of {len(variants)}")
        name = f"v{number:05d}"
        waveform = render(variant)
        path = data / "variants" / f"{name}.wav"
        soundfile.write(path, waveform, SAMPLE_RATE, subtype="PCM_16")
        stretch = Stretch(name, path, 0.0, len(waveform) / SAMPLE_RATE)
        heard += listen(teacher, [stretch], [waveform])
        rows.append((path.name, name, variant.window.path.stem, f"{stretch.duration_s:.3f}"))
    with (data / "more" / "variants.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(["path", "clip_id", "origin", "duration_s"])
        writer.writerows(rows)
    means = [(each, embeddings.mean(0), tags.mean(0)) for each, embeddings, tags in heard]
    save(data / "more" / "variants.npz", "clip_id", means)


def render(variant: Variant) -> FloatArray:
    """Return a variant's waveform at 16 kHz, at most ten seconds, its peak at 0.9."""
    waveform = load(variant.window, stretch=max(1.0, variant.speed))
    waveform = soxr.resample(waveform, SAMPLE_RATE, SAMPLE_RATE / variant.speed)
    waveform = waveform[: round(WINDOW_S * SAMPLE_RATE)]
    if variant.partner:
        other = np.resize(load(variant.partner), max(len(waveform), 1))
        own = waveform / _level(waveform) * np.sqrt(variant.share)
        waveform = own + other / _level(other) * np.sqrt(1 - variant.share)
    scaled: FloatArray = (0.9 * waveform / (np.abs(waveform).max() + 1e-9)).astype(np.float32)
    return scaled


def _level(waveform: FloatArray) -> float:
    return float(np.sqrt(np.mean(np.square(waveform)))) + 1e-6


def load(window: Stretch, stretch: float = 1.0) -> FloatArray:
    """Decode a window, ``stretch`` times as long where the file has more."""
    waveform = auricle.decode(window.path, sample_rate=SAMPLE_RATE).waveform
    longer = Stretch(window.key, window.path, window.start_s, window.duration_s * stretch)
    return cut(waveform, longer)


def cut(waveform: FloatArray, window: Stretch) -> FloatArray:
    """Return the samples of a window."""
    first = int(window.start_s * SAMPLE_RATE)
    return waveform[first : first + int(window.duration_s * SAMPLE_RATE)]


def listen(
    teacher: MusicNN, windows: Sequence[Stretch], waveforms: Sequence[FloatArray]
) -> list[tuple[Stretch, FloatArray, FloatArray]]:
    """Return each window with the outputs of its three patches; short ones are repeated."""
    if not windows:
        return []
    patches = []
    for waveform in waveforms:
        mel = teacher.mel(np.resize(waveform, round(WINDOW_S * SAMPLE_RATE)))
        patches += [mel[:, i * PATCH_FRAMES : (i + 1) * PATCH_FRAMES] for i in range(3)]
    embeddings, tags = teacher.hear(torch.stack(patches))
    by_window = (embeddings.reshape(-1, 3, 200).numpy(), tags.reshape(-1, 3, 50).numpy())
    return list(zip(windows, *by_window, strict=True))


def piece(
    row: tuple[Stretch, FloatArray, FloatArray], place: int
) -> tuple[Stretch, FloatArray, FloatArray]:
    """Return one of the three patches of a window as a window of its own."""
    window, embeddings, tags = row
    start_s = window.start_s + place * PATCH_S
    return Stretch(window.key, window.path, start_s, PATCH_S), embeddings[place], tags[place]


def save(path: Path, key: str, rows: Sequence[tuple[Stretch, FloatArray, FloatArray]]) -> None:
    """Write teacher outputs as the training reads them."""
    windows, embeddings, tags = zip(*rows, strict=True)
    columns = {
        key: np.array([window.key for window in windows]),
        "start_s": np.array([window.start_s for window in windows], dtype=np.float32),
        "duration_s": np.array([window.duration_s for window in windows], dtype=np.float32),
        "musicnn_embedding": np.stack(embeddings).astype(np.float16),
        "musicnn_tags": np.stack(tags).astype(np.float16),
    }
    np.savez(path, allow_pickle=False, **columns)
    note(f"{path}: {len(windows)} windows")


def note(text: str) -> None:
    """Show progress."""
    sys.stderr.write(f"\r{text:<70}" if sys.stderr.isatty() else "")


if __name__ == "__main__":
    main()
