"""The recommender of a catalog: its tracks as items, names of tracks, and where it is kept."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..errors import InteractionsError
from ..library import Catalog
from ..library.identity import join
from ..library.identity_search import find_links
from ..library.taken_in import files_below
from ..models import home
from .coldstart import Items, Recommender, load_recommender
from .collection import Collection
from .constraints import folded

SPOTS = 16
"""Tracks by which it is told whether a recommender belongs to a catalog."""


def recommender_folder(catalog: Catalog) -> Path:
    """Return where the recommender of a catalog is kept unless a folder is named."""
    key = hashlib.sha256(catalog.name.encode("utf-8", "surrogateescape"))
    return home() / "recommend" / key.hexdigest()[:16]


def items_of(collection: Collection) -> Items:
    """Return the tracks of a collection as what can be recommended, named by their numbers.

    Artists come from the tags, genres from what was heard, versions of a recording from traces.
    """
    rows = collection.index.rows
    place = {track_id: at for at, track_id in enumerate(rows.ids.tolist())}
    artists, genres, traces = ([""] * len(place), [""] * len(place), [b""] * len(place))
    for track_id, artist, label, trace in collection.catalog.columns(
        "track_id", "artist", "label", "fingerprint"
    ):
        at = place.get(track_id)
        if at is not None:
            artists[at], genres[at] = folded(artist), label
            traces[at] = bytes(trace)
    same = join(find_links(traces), len(place))
    return Items(
        tuple(map(str, place)),
        np.asarray(rows.vectors, dtype=np.float32),
        tuple(artists),
        tuple(genres),
        np.array(same, dtype=np.int64),
        collection.model,
    )


def track_namer(catalog: Catalog, folder: str) -> Callable[[str], str | None]:
    """Return a function that gives the number of a track, as text, or None.

    It takes the number itself, a content hash, or a path: absolute, or relative to the working
    folder or to ``folder``.
    """
    ids = {str(track_id): str(track_id) for (track_id,) in catalog.columns("track_id")}
    hashes = {row[1]: str(row[0]) for row in catalog.columns("track_id", "content_hash") if row[1]}
    files = files_below(catalog)

    def name(text: str) -> str | None:
        found = ids.get(text) or hashes.get(text.lower())
        for start in (os.getcwd(), folder) if found is None else ():
            track_id = files.get(os.path.abspath(os.path.join(start, text)))
            if track_id is not None:
                return str(track_id)
        return found

    return name


def open_recommender(collection: Collection, folder: Path | None = None) -> Recommender:
    """Read the recommender of a collection, as it was fitted.

    Args:
        collection: whose tracks.
        folder: where it is; None is the catalog's own place.

    Raises:
        InteractionsError: there is none, it is damaged, or it was fitted on another catalog.
        SpaceMismatch: it was fitted on embeddings of another model.
    """
    place = folder or recommender_folder(collection.catalog)
    recommender = load_recommender(place, model=collection.model)
    if not _belongs(recommender.items, collection):
        raise InteractionsError(
            f"{place}: was fitted on another catalog than {collection.catalog.name}: "
            "auricle recommend fit makes one for this"
        )
    return recommender


def with_tracks_of_today(recommender: Recommender, collection: Collection) -> Recommender:
    """Return the recommender with the tracks that the collection has now, new ones included."""
    if recommender.items.names == tuple(map(str, collection.index.rows.ids.tolist())):
        return recommender
    return recommender.with_items(items_of(collection))


def _belongs(items: Items, collection: Collection) -> bool:
    """Tell by the sound of a few tracks whether items come from this catalog.

    Tracks that have gone since are no sign; all of them would be.
    """
    if not len(items) or not items.vectors.shape[1]:
        return True
    some = np.unique(np.linspace(0, len(items) - 1, SPOTS, dtype=np.int64))
    names = [items.names[at] for at in some]
    ids = np.array([int(name) if name.isdigit() else -1 for name in names], dtype=np.int64)
    places = collection.index.rows.find(ids)
    there = places >= 0
    vectors = np.asarray(collection.index.rows.vectors[places[there]])
    same = np.abs(vectors - items.vectors[some[there]]).max(axis=1, initial=0.0) < 1e-3
    return int(same.sum()) * 2 > len(some)
