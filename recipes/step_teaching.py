"""What the teacher musicnn hears at every step in time, for ``recipes/in-steps.toml``.

    python recipes/step_teaching.py DATA --weights musicnn/musicnn/MSD_musicnn

DATA is laid out as ``recipes/auricle-1.toml`` says. Written are ``more/labelled_steps.npz`` and
``more/free_music_steps.npz``, in the format of DATA/teachers: the given windows (of the freely
licensed tracks every other one) with the given outputs of mn04, but musicnn heard anew. A window
is one piece to it, not patches of three seconds, and a short clip is not repeated. Beside its
verdict on the whole, ``musicnn_steps`` holds the mean and maximum of its inner features in every
0.4 seconds, turned onto 256 directions as ``auricle.training.targets`` does it. Clips that are not
music keep the given outputs. What a track gave stays in ``more/heard``: a run that was stopped
goes on. An hour on one core.
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
from musicnn import HOP_LENGTH, SAMPLE_RATE, MusicNN
from numpy.typing import NDArray

import auricle
from auricle.errors import AudioError
from auricle.training.targets import TeacherSpace
from auricle.training.windows import audio_path, read_manifest
from auricle.types import FloatArray

STEP_S = 0.4  # sixteen frames of the student
STEP_FRAMES = round(STEP_S * SAMPLE_RATE / HOP_LENGTH)
N_STEPS = 25  # of the longest window, 10 s
DIM = 256
WHITENING = 0.25
SHORTEST_S = 0.5
NOT_MUSIC = {"esc10", "gtzan_speech"}

Given = dict[str, NDArray[np.generic]]


class Heard(NamedTuple):
    """What musicnn says of some windows of one track.

    Attributes:
        rows: of the windows in the teachers' table.
        embedding: of each whole window, shape (n, 200).
        counts: steps of each window.
        steps: of all windows one after another, shape (sum of counts, 1506), float16.
    """

    rows: NDArray[np.int64]
    embedding: FloatArray
    counts: NDArray[np.int64]
    steps: NDArray[np.float16]


@dataclass(frozen=True)
class Table:
    """Windows of one collection: the given outputs, and where the audio is.

    ``learnt`` are the rows that the directions may be learnt from: none of validation.
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
    space = fit_space(tables, heard)
    for table, rows in zip(tables, heard, strict=True):
        save(options.data / "more" / f"{table.name}_steps.npz", table, rows, (teacher, space))


def labelled(data: Path) -> Table:
    """Return all labelled clips."""
    rows = read_manifest(data / "data" / "manifest.csv")
    music = {row["clip_id"]: data / "data" / row["path"] for row in rows
             if row["source"] not in NOT_MUSIC}  # fmt: skip
    train = {row["clip_id"] for row in rows if row["split"] == "train"}
    given = read_given(data / "teachers" / "labelled.npz")
    return Table("labelled", "clip_id", given, music, np.isin(given["clip_id"], list(train)))


def free_music(data: Path) -> Table:
    """Return every other window of the freely licensed tracks."""
    rows = read_manifest(data / "data" / "free_music.csv")
    tracks = {row["sha256"]: audio_path(row, data / "free-music") for row in rows}
    given = read_given(data / "teachers" / "free_music.npz")
    keys = given["sha256"]
    chosen = np.concatenate([np.flatnonzero(keys == track)[::2] for track in sorted(tracks)])
    given = {name: values[chosen] for name, values in given.items()}
    return Table("free_music", "sha256", given, tracks, np.ones(len(chosen), dtype=bool))


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
        features = teacher.features(teacher.mel(window)[None])
        kept.append(row)
        embeddings.append(teacher.summarise(features)[0][0].numpy())
        steps.append(in_steps(features[0].numpy()))
    if not kept:
        return None
    counts = np.array([len(each) for each in steps])
    return Heard(np.array(kept), np.stack(embeddings), counts, np.concatenate(steps))


def in_steps(features: FloatArray) -> NDArray[np.float16]:
    """Return maximum and mean of features (753, frames) per step, shape (n_steps, 1506)."""
    n_steps = features.shape[1] // STEP_FRAMES
    blocks = features[:, : n_steps * STEP_FRAMES].reshape(len(features), n_steps, STEP_FRAMES)
    return np.concatenate([blocks.max(2), blocks.mean(2)]).T.astype(np.float16)


def fit_space(tables: list[Table], heard: list[list[Heard]]) -> TeacherSpace:
    """Return the directions in which the training windows' steps vary most."""
    learnt = [
        each.steps
        for table, rows in zip(tables, heard, strict=True)
        for each in rows
        if table.learnt[each.rows].all()
    ]
    steps = np.concatenate(learnt).astype(np.float32)
    return TeacherSpace.fit({"musicnn_embedding": steps}, DIM, WHITENING, seed=1)


def save(
    path: Path, table: Table, heard: list[Heard], hearing: tuple[MusicNN, TeacherSpace]
) -> None:
    """Write one table with musicnn's columns heard anew."""
    teacher, space = hearing
    columns = dict(table.given)
    for name in ("musicnn_embedding", "musicnn_tags"):
        columns[name] = columns[name].copy()
    steps = np.full((len(columns[table.key]), N_STEPS, DIM), np.nan, dtype=np.float16)
    for each in heard:
        columns["musicnn_embedding"][each.rows] = each.embedding
        columns["musicnn_tags"][each.rows] = teacher.tags(torch.from_numpy(each.embedding)).numpy()
        ends = np.cumsum(each.counts)
        for row, end, count in zip(each.rows, ends, each.counts, strict=True):
            found = each.steps[end - count : end].astype(np.float32)
            steps[row, :count] = space.map({"musicnn_embedding": found})
    np.savez(path, allow_pickle=False, **columns, musicnn_steps=steps)
    note(f"{path}: {len(steps)} windows\n")


def note(text: str) -> None:
    """Show progress."""
    sys.stderr.write(f"\r{text:<70}" if sys.stderr.isatty() else "")


if __name__ == "__main__":
    main()
