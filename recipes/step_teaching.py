"""What the teacher musicnn hears at every step in time, for ``recipes/auricle-1.toml``.

    python recipes/step_teaching.py DATA --weights musicnn/musicnn/MSD_musicnn

DATA is laid out as ``recipes/auricle-1.toml`` says. Written are ``more/labelled_steps.npz`` and
``more/free_music_steps.npz``, in the format of DATA/teachers: the given windows with the given
outputs of mn04, but musicnn heard anew. A window is one piece to it, not patches of three
seconds, a short clip is not repeated, and all windows are equally loud. Beside its verdict on the
whole, ``musicnn_steps`` holds its channels inside, averaged over every frame of the student,
standardised, in the order of its layers; those that always say the same are left out. What a
track gave stays in ``more/heard``: a run that was stopped goes on. Fifteen minutes on one core.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from musicnn import HOP_LENGTH, LOUDNESS, SAMPLE_RATE, MusicNN
from numpy.typing import NDArray

import auricle
from auricle.errors import AudioError
from auricle.training.windows import audio_path, read_manifest
from auricle.types import FloatArray

STEP_S = 0.025  # a frame of the student
N_STEPS = 400  # of the longest window, 10 s
LARGEST = 8.0  # standard deviations
SHORTEST_S = 0.5

Given = dict[str, NDArray[np.generic]]


class Heard(NamedTuple):
    """What musicnn says of some windows of one track.

    Attributes:
        rows: of the windows in the teachers' table.
        embedding: of each whole window, shape (n, 200).
        counts: steps of each window.
        steps: of all windows one after another, shape (sum of counts, channels), float16.
    """

    rows: NDArray[np.int64]
    embedding: FloatArray
    counts: NDArray[np.int64]
    steps: NDArray[np.float16]


@dataclass(frozen=True)
class Table:
    """Windows of one collection: the given outputs, and where the audio is.

    ``learnt`` are the rows that the scale may be learnt from: none of validation.
    """

    name: str
    key: str
    given: Given
    tracks: dict[str, Path]
    learnt: NDArray[np.bool_]

    def windows(self) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """Yield each track with its rows."""
        for track in sorted(self.tracks):
            yield track, np.flatnonzero(self.given[self.key] == track)


def main() -> None:
    """Hear both collections and write both files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--weights", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    folder = options.data / "more" / "heard"
    folder.mkdir(parents=True, exist_ok=True)
    teacher = MusicNN(options.weights)
    tables = [labelled(options.data), free_music(options.data)]
    heard = [list(hear(table, teacher, folder)) for table in tables]
    scale = fit_scale(tables, heard)
    for table, rows in zip(tables, heard, strict=True):
        save(options.data / "more" / f"{table.name}_steps.npz", table, rows, (teacher, scale))


def labelled(data: Path) -> Table:
    """Return all labelled clips."""
    rows = read_manifest(data / "data" / "manifest.csv")
    tracks = {row["clip_id"]: data / "data" / row["path"] for row in rows}
    train = {row["clip_id"] for row in rows if row["split"] == "train"}
    given = read_given(data / "teachers" / "labelled.npz")
    return Table("labelled", "clip_id", given, tracks, np.isin(given["clip_id"], list(train)))


def free_music(data: Path) -> Table:
    """Return the freely licensed tracks."""
    rows = read_manifest(data / "data" / "free_music.csv")
    tracks = {row["sha256"]: audio_path(row, data / "free-music") for row in rows}
    given = read_given(data / "teachers" / "free_music.npz")
    return Table("free_music", "sha256", given, tracks, np.ones(len(given["sha256"]), dtype=bool))


def read_given(path: Path) -> Given:
    """Read a teachers' table."""
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def hear(table: Table, teacher: MusicNN, folder: Path) -> Iterator[Heard]:
    """Yield what musicnn says of each track, from the folder where it is already there."""
    for number, (track, rows) in enumerate(table.windows()):
        note(f"{table.name}: track {number + 1} of {len(table.tracks)}")
        path = folder / f"{track[:40]}.npz"
        if not path.exists():
            found = hear_track(table, track, rows, teacher)
            if found is None:
                continue
            temporary = path.with_suffix(".part.npz")
            np.savez(temporary, allow_pickle=False, **found._asdict())
            os.replace(temporary, path)
        with np.load(path, allow_pickle=False) as archive:
            yield Heard(**archive)


def hear_track(table: Table, track: str, rows: NDArray[np.int64], teacher: MusicNN) -> Heard | None:
    """Hear the windows of one track; None if it cannot be decoded."""
    try:
        waveform = auricle.decode(table.tracks[track], sample_rate=SAMPLE_RATE).waveform
    except AudioError as error:
        note(f"{error}\n")
        return None
    kept, embeddings, steps = [], [], []
    for row in rows:
        first = round(float(table.given["start_s"][row]) * SAMPLE_RATE)
        length = round(float(table.given["duration_s"][row]) * SAMPLE_RATE)
        window = waveform[first : first + length]
        if len(window) < SHORTEST_S * SAMPLE_RATE:
            continue
        features = teacher.features(teacher.mel(window, LOUDNESS)[None])
        kept.append(row)
        embeddings.append(teacher.summarise(features)[0][0].numpy())
        steps.append(in_steps(features[0][teacher.alive].numpy()))
    if not kept:
        return None
    counts = np.array([len(each) for each in steps])
    return Heard(np.array(kept), np.stack(embeddings), counts, np.concatenate(steps))


def in_steps(features: FloatArray) -> NDArray[np.float16]:
    """Average features (channels, frames) over the student's frames, shape (n_steps, channels).

    Both count their frames from the centre of the first, at the beginning of the sound.
    """
    n_frames, ratio = features.shape[1], STEP_S * SAMPLE_RATE / HOP_LENGTH
    n_steps = min(N_STEPS, max(1, int(np.ceil(n_frames / ratio - 0.5))))
    edges = np.clip((np.arange(n_steps + 1) - 0.5) * ratio + 0.5, 0, n_frames)
    sums = np.concatenate([np.zeros((len(features), 1)), np.cumsum(features, axis=1)], axis=1)
    whole = np.floor(edges).astype(np.int64)
    after = sums[:, np.minimum(whole + 1, n_frames)]
    reached = sums[:, whole] + (edges - whole) * (after - sums[:, whole])
    return (np.diff(reached, axis=1) / np.diff(edges)).T.astype(np.float16)


def fit_scale(tables: list[Table], heard: list[list[Heard]]) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of each channel over every fourth training window."""
    learnt = [
        each.steps
        for table, rows in zip(tables, heard, strict=True)
        for each in rows
        if table.learnt[each.rows].all()
    ]
    chosen = np.concatenate(learnt[::4]).astype(np.float32)
    return chosen.mean(0), chosen.std(0)


def save(
    path: Path,
    table: Table,
    heard: list[Heard],
    hearing: tuple[MusicNN, tuple[FloatArray, FloatArray]],
) -> None:
    """Write one table with musicnn's columns heard anew."""
    teacher, (mean, deviation) = hearing
    columns = dict(table.given)
    for name in ("musicnn_embedding", "musicnn_tags"):
        columns[name] = columns[name].astype(np.float32)
    shape = (len(columns[table.key]), N_STEPS, len(mean))
    steps = np.full(shape, np.nan, dtype=np.float16)
    for each in heard:
        columns["musicnn_embedding"][each.rows] = each.embedding
        columns["musicnn_tags"][each.rows] = teacher.tags(torch.from_numpy(each.embedding)).numpy()
        ends = np.cumsum(each.counts)
        for row, end, count in zip(each.rows, ends, each.counts, strict=True):
            found = (each.steps[end - count : end] - mean) / deviation
            steps[row, :count] = np.clip(found, -LARGEST, LARGEST)
    np.savez(path, allow_pickle=False, **columns, musicnn_steps=steps)
    note(f"{path}: {len(steps)} windows\n")


def note(text: str) -> None:
    """Show progress."""
    sys.stderr.write(f"\r{text:<70}" if sys.stderr.isatty() else "")


if __name__ == "__main__":
    main()
