"""Saved playlists, and which of them a track fits."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from ..errors import RecommendError
from ..library.taken_in import files_below
from ..recommend.collection import Collection
from ..recommend.formats import XSPF
from ..types import FloatArray
from .entry import Fit

NEAREST = 3
"""A list may have several moods: what counts is how near a track is to so many tracks of it."""

MIN_MEMBERS = 4
"""A list with fewer heard tracks shows no cohesion."""

LEAST_COHESION = 0.25
OUTSIDE = 0.9
"""To fit, a track must be as near to the list as all but this share of its own tracks are to the
rest of it, and nearer than this share of the tracks outside it."""

MAX_OUTSIDERS = 2000

_FILE = "file://"

UNREADABLE = (
    OSError, ValueError, LookupError, RecursionError, ElementTree.ParseError, csv.Error,
)  # fmt: skip
"""What reading a damaged playlist raises; LookupError is of encodings, RecursionError of JSON."""


@dataclass(frozen=True, slots=True)
class SavedList:
    """A playlist and how near a track must be to fit it.

    Attributes:
        name: the file's name without its suffix.
        path: the file.
        members: tracks of it that are in the index, ascending.
        vectors: unit rows of them, shape (n, dim).
        threshold: of ``nearness``.
    """

    name: str
    path: str
    members: frozenset[int]
    vectors: FloatArray
    threshold: float


def read_lists(collection: Collection, folder: Path) -> tuple[list[SavedList], list[str]]:
    """Read the playlists of a folder and what is in it, in order of name.

    Returns:
        Those that can be judged, and a sentence about each of the others.

    Raises:
        RecommendError: there is no such folder, or no playlist in it.
    """
    lists: list[SavedList] = []
    notes: list[str] = []
    track_ids = files_below(collection.catalog)
    for path in playlist_files(folder):
        try:
            found = _saved_list(collection, path, track_ids)
        except UNREADABLE as error:
            notes.append(f"{path}: cannot be read as a playlist: {error}")
            continue
        if len(found.members) < MIN_MEMBERS:
            n = len(found.members)
            notes.append(f"{path}: {n} of its tracks are known, at least {MIN_MEMBERS} are needed")
        else:
            lists.append(found)
    return lists, notes


def playlist_files(folder: Path) -> list[Path]:
    """Return the playlists below a folder, sorted.

    Raises:
        RecommendError: there are none.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in READERS)
    if not paths:
        kinds = ", ".join(READERS)
        raise RecommendError(f"{folder}: there are no playlists ({kinds}) in this folder")
    return paths


def fits(
    lists: Sequence[SavedList], track_ids: Sequence[int], vectors: FloatArray
) -> dict[int, tuple[Fit, ...]]:
    """Return the playlists that tracks fit and are not in, best first.

    Args:
        lists: from ``read_lists``.
        track_ids: of the tracks, n of them.
        vectors: unit rows, shape (n, dim).
    """
    found: dict[int, list[Fit]] = {track_id: [] for track_id in track_ids}
    for each in lists if len(track_ids) else ():
        near = nearness(vectors @ each.vectors.T)
        for track_id, value in zip(track_ids, near.tolist(), strict=True):
            if value >= each.threshold and track_id not in each.members:
                found[track_id].append(Fit(each.name, each.path, value, each.threshold))
    return {
        track_id: tuple(sorted(few, key=lambda fit: fit.threshold - fit.similarity))
        for track_id, few in found.items()
    }


def nearness(cosines: FloatArray) -> FloatArray:
    """Return how near tracks are to a list: the mean of the best few cosines.

    Args:
        cosines: shape (n_tracks, n_members); minus infinity where a track meets itself.

    Returns:
        Shape (n_tracks,).
    """
    n = min(NEAREST, cosines.shape[1])
    best = -np.partition(-cosines, n - 1, axis=1)[:, :n]
    return np.asarray(best.mean(axis=1), dtype=np.float32)


def threshold_of(members: FloatArray, outsiders: FloatArray) -> float:
    """Return from which nearness on a track fits a list.

    Args:
        members: unit rows of its tracks, shape (n, dim).
        outsiders: unit rows of other tracks, shape (m, dim).
    """
    among = members @ members.T
    np.fill_diagonal(among, -np.inf)
    own = nearness(np.sort(among, axis=1)[:, 1:])
    least = float(np.quantile(own, LEAST_COHESION))
    if not len(outsiders):
        return least
    return max(least, float(np.quantile(nearness(outsiders @ members.T), OUTSIDE)))


def read_paths(playlist: Path) -> list[str]:
    """Return the absolute paths of the files in a playlist.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged.
        xml.etree.ElementTree.ParseError: the same, for XSPF.
    """
    data = playlist.read_bytes()
    places = READERS[playlist.suffix.lower()](data)
    return [os.path.abspath(os.path.join(playlist.parent, place)) for place in places if place]


def _saved_list(collection: Collection, path: Path, track_ids: Mapping[str, int]) -> SavedList:
    """Return a playlist; ``track_ids`` tell the track of each file of the catalog."""
    rows = collection.index.rows
    wanted = sorted({track_ids[file] for file in read_paths(path) if file in track_ids})
    places = rows.find(np.array(wanted, dtype=np.int64))
    places = places[places >= 0]
    vectors = np.asarray(rows.vectors[places])
    outside = _outsiders(len(rows), places)
    threshold = 1.0
    if len(places) >= MIN_MEMBERS:
        threshold = threshold_of(vectors, np.asarray(rows.vectors[outside]))
    return SavedList(path.stem, str(path), frozenset(rows.ids[places].tolist()), vectors, threshold)


def _outsiders(n_rows: int, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return rows that are not in a list, evenly spread when there are many."""
    outside = np.setdiff1d(np.arange(n_rows), places)
    return outside[:: max(1, -(-outside.size // MAX_OUTSIDERS))]


def _m3u(data: bytes) -> Iterator[str]:
    for line in data.removeprefix(b"\xef\xbb\xbf").splitlines():
        if line.strip() and not line.startswith(b"#"):
            yield _local(os.fsdecode(line))


def _xspf(data: bytes) -> Iterator[str]:
    for entry in ElementTree.fromstring(data).iter(f"{{{XSPF}}}location"):
        place = (entry.text or "").strip()
        yield _local(place if place.startswith(_FILE) else os.fsdecode(unquote_to_bytes(place)))


def _json(data: bytes) -> Iterator[str]:
    rows = json.loads(data)
    if not isinstance(rows, list):
        raise ValueError("it is no JSON array of tracks")
    for row in rows:
        place = row.get("path") if isinstance(row, dict) else row
        if not isinstance(place, str):
            raise ValueError("a track has no path")
        yield _local(place)


def _csv(data: bytes) -> Iterator[str]:
    text = data.decode("utf-8-sig", "surrogateescape")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield _local(row.get("path") or "")


def _local(place: str) -> str:
    """Return a path as the file system has it; "" for what is on the network."""
    if place.startswith(_FILE):
        return os.fsdecode(unquote_to_bytes(place.removeprefix(_FILE).removeprefix("localhost")))
    return "" if "://" in place else place


READERS: Mapping[str, Callable[[bytes], Iterator[str]]] = {
    ".m3u8": _m3u,
    ".m3u": _m3u,
    ".xspf": _xspf,
    ".json": _json,
    ".csv": _csv,
}
