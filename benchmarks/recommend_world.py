"""Real tracks as listeners would know them, from everybody but auricle, and as auricle hears them.

What can be heard comes from labels people gave, moods people felt, and two public taggers; each of
these blocks weighs the same. auricle's embedding is in ``Items`` only, never in ``World``. It was
distilled from inner layers of the same two taggers, on these same tracks: taste made of their tags
is easier for it than taste made of what people said. ``blocks=PEOPLE`` leaves the taggers out.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auricle.recommend.coldstart import Items
from auricle.recommend.coldstart.simulator import World

NOT_MUSIC = {"esc10", "gtzan_speech"}
MUSIC_CLASSES = slice(137, 281)
"""Of AudioSet's 527: "Music" to "Scary music"."""

PEOPLE = ("labels", "moods")
TAGGERS = ("musicnn_tags", "mn04_logits")
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """Where the data is: labelled clips, free music, taggers' outputs, embeddings."""

    data: Path
    teachers: Path
    embeddings: Path


@dataclass(frozen=True)
class Song:
    """One track: its key in the taggers' tables and in the embeddings, and what is told of it."""

    key: str
    stem: str
    artist: str
    label: str


def load_songs(data: Path) -> list[Song]:
    """Return labelled clips of music and freely licensed tracks; artist unknown: each its own."""
    clips = [
        Song(row["clip_id"], Path(row["path"]).stem, row["artist_id"], row["label"])
        for row in rows(data / "manifest.csv")
        if row["source"] not in NOT_MUSIC
    ]
    free = [
        Song(row["sha256"], row["sha256"][:16], row["artist"] or row["package"], row["label"])
        for row in rows(data / "free_music.csv")
    ]
    return clips + free


def rows(path: Path) -> list[dict[str, str]]:
    """Return a CSV's rows."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def load_world(place: Place, blocks: Sequence[str] = PEOPLE + TAGGERS) -> tuple[World, Items]:
    """Return the tracks as listeners know them, and as auricle hears them, in the same order."""
    model, heard = load_embeddings(place.embeddings)
    songs = [song for song in load_songs(place.data) if song.stem in heard]
    names = tuple(song.key for song in songs)
    artists = tuple(song.artist or song.key for song in songs)
    audible = np.concatenate([balanced(block(name, songs, place)) for name in blocks], axis=1)
    vectors = np.stack([heard[song.stem] for song in songs]).astype(np.float32)
    genres = tuple(song.label for song in songs)
    items = Items(names, vectors, artists, genres, np.arange(len(songs)), model)
    return World(names, artists, audible), items


def load_embeddings(path: Path) -> tuple[str, dict[str, Floats]]:
    """Return the model's id and a unit vector per file stem, as ``auricle embed`` wrote them."""
    with np.load(path, allow_pickle=False) as stored:
        stems = [Path(name).stem for name in stored["path"].tolist()]
        vectors = stored["embedding"].astype(np.float32)
        model = str(stored["model"])
    return model, {stem: row for stem, row in zip(stems, vectors, strict=True) if row.any()}


def block(name: str, songs: Sequence[Song], place: Place) -> Floats:
    """Return one kind of knowledge, one row per track, NaN where there is none."""
    if name == "labels":
        labels = sorted({song.label for song in songs} - {""})
        table = {song.key: np.eye(len(labels))[labels.index(song.label)]
                 for song in songs if song.label}  # fmt: skip
    elif name == "moods":
        table = {
            row.pop("clip_id"): np.array([float(value) for key, value in row.items()
                                          if key != "answers"])
            for row in rows(place.data / "recommend" / "emotify_moods.csv")
        }  # fmt: skip
    else:
        table = tagged(name, place.teachers)
    unknown = np.full_like(next(iter(table.values())), np.nan)
    return np.stack([table.get(song.key, unknown) for song in songs]).astype(np.float32)


def tagged(name: str, teachers: Path) -> dict[str, Any]:
    """Return a tagger's output per track: log odds, mean over the windows."""
    table: dict[str, Any] = {}
    for file, column in (("labelled.npz", "clip_id"), ("free_music.npz", "sha256")):
        with np.load(teachers / file, allow_pickle=False) as stored:
            values = stored[name].astype(np.float32)
            keys, member = np.unique(stored[column], return_inverse=True)
        if name == "musicnn_tags":
            values = np.clip(values, 1e-4, 1 - 1e-4)
            values = np.log(values / (1 - values))
        else:
            values = values[:, MUSIC_CLASSES]
        total = np.zeros((keys.size, values.shape[1]))
        np.add.at(total, member, values)
        means = total / np.bincount(member)[:, None]
        table |= dict(zip(keys.tolist(), means, strict=True))
    return table


def balanced(values: Floats) -> Floats:
    """Return columns of mean 0, equal spread, and a variance of 1 over the block in all."""
    centred = values - np.nanmean(values, axis=0)
    scaled = centred / np.maximum(np.nanstd(values, axis=0), 1e-6)
    return np.asarray(scaled / np.sqrt(values.shape[1]), dtype=np.float32)
