"""Where examples come from: folders, a manifest, the files' own tags, stored embeddings."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..audio import find_audio, read_tags
from ..errors import AudioError, ManifestError
from ..evaluate.manifest import Track, read_manifest

ARTIST_TAGS = ("albumartist", "album_artist", "artist")
NO_ARTIST = {"various artists", "various", "va", "v.a.", "[unknown]", "unknown artist", "unknown"}
"""What stands in place of an artist: tracks that share it are not by the same one."""

GENRE_TAG, ALBUM_TAG = "genre", "album"


def read_examples(place: str | os.PathLike[str], *, tags: bool = False) -> tuple[Track, ...]:
    """Return the labelled tracks of a folder or a manifest.

    Args:
        place: a CSV manifest, or a folder. In a folder, every sub-folder is a label, and the files
            anywhere below it are its examples.
        tags: take labels from the files' own genre tags instead (of a folder's files, or where
            the manifest has no label).

    Returns:
        Tracks with a label, in order of the paths; artists come from the tags of a folder's files.

    Raises:
        ManifestError: nothing is labelled, or the manifest is wrong.
    """
    path = Path(place)
    if path.is_dir():
        tracks = _tagged(path) if tags else _by_folder(path)
    else:
        tracks = [
            replace(track, label=genre_of(track.path)) if tags and not track.label else track
            for track in read_manifest(path)
        ]
    labelled = tuple(track for track in tracks if track.label)
    if not labelled:
        raise ManifestError(f"{path}: {_nothing(path, tags)}")
    return labelled


def loose_files(folder: Path) -> tuple[str, ...]:
    """Return the audio files that lie in the folder itself, in no sub-folder that is a label."""
    return tuple(path for path in find_audio(folder) if Path(path).parent == folder)


def genre_of(path: str) -> str:
    """Return the genre a file claims, in lower case; empty if it claims none."""
    return _tags(path).get(GENRE_TAG, "").strip().lower()


def _by_folder(folder: Path) -> list[Track]:
    """Return the files of every sub-folder under its name as label."""
    labels = sorted(f for f in folder.iterdir() if f.is_dir() and not f.name.startswith("."))
    return [
        _track(path, folder, label.name, _tags(str(path)))
        for label in labels
        for path in sorted(map(Path, find_audio(label)))
    ]


def _tagged(folder: Path) -> list[Track]:
    tracks = []
    for path in sorted(map(Path, find_audio(folder))):
        tags = _tags(str(path))
        tracks.append(_track(path, folder, tags.get(GENRE_TAG, "").strip().lower(), tags))
    return tracks


def _track(path: Path, folder: Path, label: str, tags: dict[str, str]) -> Track:
    name = str(path.relative_to(folder))
    return Track(
        path=str(path),
        clip_id=name,
        label=label,
        artist_id=artist_of(tags),
        album=tags.get(ALBUM_TAG, ""),
        written_path=name,
    )


def artist_of(tags: Mapping[str, str]) -> str:
    """Return the artist, in lower case: of the album, else of the track; empty if unknown."""
    names = (tags.get(key, "").strip().lower() for key in ARTIST_TAGS)
    return next((name for name in names if name and name not in NO_ARTIST), "")


def _tags(path: str) -> dict[str, str]:
    """Return a file's tags; a file that cannot be read has none (hearing it will say why)."""
    try:
        return read_tags(path)
    except AudioError:
        return {}


def _nothing(path: Path, tags: bool) -> str:
    if tags:
        return "no file in it has a genre tag"
    if path.is_dir():
        return "has no sub-folders with audio files; make one folder per label, or use --tags"
    return "no row has a label"


def labels_too_small(labels: Sequence[str], least: int = 2) -> dict[str, int]:
    """Return the labels with fewer examples than can be judged, with their counts."""
    counts = {label: labels.count(label) for label in dict.fromkeys(labels)}
    return {label: count for label, count in counts.items() if count < least}


def slips(labels: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the labels that differ in capitals or outer spaces only, as groups of them."""
    written: dict[str, list[str]] = {}
    for label in dict.fromkeys(labels):
        written.setdefault(label.strip().casefold(), []).append(label)
    return [tuple(group) for group in written.values() if len(group) > 1]
