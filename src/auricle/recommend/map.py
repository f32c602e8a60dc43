"""The map of a collection: every track a point, neighbours near each other."""

import json
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ..errors import CatalogError
from ..files import replacing
from ..library import Track
from ..library.index_rows import Rows
from ..library.index_sync import index_folder
from ..plot.timeline import PALETTE
from ..text import encodable
from ..types import UNKNOWN, FloatArray
from .collection import Collection
from .map_layout import TRUST_NEIGHBOURS, Points, lay_out, trust

FAINT = "#9a9aa8"
"""Of tracks without a genre, and of genres after the palette has run out."""

PLACEHOLDER = "/*DATA*/"
LAYOUT = "map.npz"
N_MARKS = 8
"""Numbers of an embedding by which a track is known again."""

NO_MARK = np.zeros(0, dtype=np.float16)


@dataclass(frozen=True, slots=True)
class MusicMap:
    """A map.

    Attributes:
        tracks: in the order of their numbers.
        points: their places, shape (n, 2).
        trust: which share of its neighbours is near each, shape (n,).
        colours: of every label that is there, most frequent first.
    """

    tracks: tuple[Track, ...]
    points: Points
    trust: FloatArray
    colours: dict[str, str]


def make_map(collection: Collection, *, fresh: bool = False) -> MusicMap:
    """Return the map of a collection; it begins from the last one, and remembers this one.

    Args:
        collection: what is drawn.
        fresh: forget the last map.

    Raises:
        CatalogError: there is nothing but silence in it.
        MissingExtra: openTSNE is not installed.
    """
    stored = index_folder(collection.catalog, collection.model) / LAYOUT
    rows = collection.index.rows
    ids = rows.ids.tolist()
    if not ids:
        raise CatalogError(f"{collection.catalog.name}: nothing but silence; no map can be made")
    points = lay_out(collection.index, {} if fresh else load_layout(stored, rows))
    save_layout(stored, rows, points)
    trusted = trust(collection.index, points)
    found = {track.track_id: track for track in collection.tracks(ids)}
    drawn = [row for row, track_id in enumerate(ids) if track_id in found]
    tracks = tuple(found[ids[row]] for row in drawn)
    return MusicMap(tracks, points[drawn], trusted[drawn], colours_of(tracks))


def load_layout(path: Path, rows: Rows) -> dict[int, tuple[float, float]]:
    """Return the places of an earlier map by track; empty when there is none that can be read.

    A track that sounds otherwise than then has none: it is another one of the same number, of a
    catalog that was made anew.
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
            places, marks = stored["points"].tolist(), stored["marks"]
            now = dict(zip(rows.ids.tolist(), _marks(rows), strict=True))
            return {
                int(i): (x, y)
                for i, (x, y), mark in zip(stored["ids"], places, marks, strict=True)
                if np.array_equal(mark, now.get(int(i), NO_MARK))
            }
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile):
        return {}


def save_layout(path: Path, rows: Rows, points: Points) -> None:
    """Keep the places of a map; where that is not possible, the next one begins anew."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, ids=rows.ids, points=points, marks=_marks(rows))


def _marks(rows: Rows) -> NDArray[np.float16]:
    """Return by what each track's sound is known again, shape (n, at most ``N_MARKS``)."""
    return np.asarray(rows.vectors[:, :N_MARKS]).astype(np.float16)


def colours_of(tracks: tuple[Track, ...]) -> dict[str, str]:
    """Return a colour for every label; the same labels have the same colours always."""
    known = sorted({genre.label for track in tracks for genre in track.genres})
    often: dict[str, int] = {}
    for track in tracks:
        often[track.label] = often.get(track.label, 0) + 1
    names = sorted(often, key=lambda label: (-often[label], label))
    order = {label: place for place, label in enumerate(known)}
    return {
        label: PALETTE[order[label]] if order.get(label, len(PALETTE)) < len(PALETTE) else FAINT
        for label in names
    }


def map_page(music_map: MusicMap) -> str:
    """Return the map as one HTML page that needs nothing else.

    Names come as data that is only ever shown as text; ``<`` and line separators are escaped, so
    that no name can end the script.
    """
    labels = list(music_map.colours)
    data = {
        "k": TRUST_NEIGHBOURS,
        "unknown": UNKNOWN,
        "labels": labels,
        "colours": list(music_map.colours.values()),
        "points": [
            [
                *(round(float(value), 3) for value in point),
                labels.index(track.label),
                round(float(kept), 2),
                name_of(track),
                encodable(track.path),
                round(track.probability, 3),
                round(track.duration_s),
            ]
            for track, point, kept in zip(
                music_map.tracks, music_map.points.tolist(), music_map.trust, strict=True
            )
        ],
    }
    text = json.dumps(data, separators=(",", ":"))  # ASCII: any other character is escaped
    page = files(__package__).joinpath("map.html").read_text("utf-8")
    return page.replace(PLACEHOLDER, text.replace("<", "\\u003c"))


def name_of(track: Track) -> str:
    """Return artist and title as far as the tags say."""
    return encodable(" - ".join(part for part in (track.artist, track.title) if part))
