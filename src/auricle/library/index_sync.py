"""The index of a catalog: read from disk when it is current, brought up to date when it is not."""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Literal

import numpy as np
from sqlalchemy import select

from ..errors import CatalogError
from ..models import home
from ..vectors import unit_rows
from .catalog import Catalog
from .catalog_rows import STORED
from .index import FlatIndex, Index
from .index_files import Stored, Unusable, load, save
from .index_rows import Rows, added, make_rows, removed
from .schema import VECTORS

SPOTS = 16
"""Tracks by which an index is recognised."""

Engine = Literal["numpy", "faiss"]


def open_index(catalog: Catalog, model: str | None = None, *, engine: Engine = "numpy") -> Index:
    """Return the index of a catalog's tracks.

    It is kept under auricle's home. One that is missing, damaged or older than the catalog is
    built again; where it cannot be written, it is used from memory.

    Args:
        catalog: whose tracks.
        model: ``"name@hash12"``; may be left out when the catalog holds only one.
        engine: ``"numpy"``, or ``"faiss"`` for a long-lived process with very many tracks.

    Raises:
        CatalogError: no track is ready.
        SpaceMismatch: the catalog holds several models, and none is named.
        MissingExtra: faiss is not installed.
    """
    name = model or only_model(catalog)
    generation = catalog.generation
    folder = index_folder(catalog, name)
    stored = _read(folder)
    if stored is not None and (stored.model != name or not _belongs(stored.rows, catalog, name)):
        stored = None  # of a catalog that was here before
    if stored is None or stored.generation != generation:
        rows = _brought_up(stored.rows if stored else None, catalog, name)
        with suppress(OSError):
            save(folder, Stored(rows, name, generation))
    else:
        rows = stored.rows
    if engine == "faiss":
        from .index_faiss import FaissIndex  # needs an extra

        return FaissIndex(rows)
    return FlatIndex(rows)


def only_model(catalog: Catalog) -> str:
    """Return the model that all tracks of a catalog were analysed with.

    Raises:
        CatalogError: no track is ready.
        SpaceMismatch: there are several.
    """
    models = list(catalog.models())
    if not models:
        raise CatalogError(
            f"{catalog.name}: no track has been analysed yet; auricle library add FOLDER does it"
        )
    if len(models) > 1:
        catalog.vectors()  # says which, and what to do
    return models[0]


def index_folder(catalog: Catalog, model: str) -> Path:
    """Return where the index of a catalog and model is kept."""
    key = hashlib.sha256(f"{catalog.name}\n{model}".encode("utf-8", "surrogateescape"))
    return home() / "index" / key.hexdigest()[:16]


def _read(folder: Path) -> Stored | None:
    try:
        return load(folder)
    except Unusable:
        return None


def _belongs(rows: Rows, catalog: Catalog, model: str) -> bool:
    """Tell by a few tracks whether rows come from this catalog and not from one it replaced.

    Tracks that have gone or were heard anew since are no sign; all of them would be.
    """
    if not len(rows):
        return False
    some = np.unique(np.linspace(0, len(rows) - 1, SPOTS, dtype=np.int64)).tolist()
    wanted = {int(rows.ids[place]): place for place in some}
    query = select(VECTORS).where(VECTORS.c.track_id.in_(wanted), VECTORS.c.model == model)
    with catalog.reading() as connection:
        found = connection.execute(query).all()
    same = [
        np.array_equal(
            unit_rows(np.frombuffer(row.embedding, STORED)[None])[0],
            rows.vectors[wanted[row.track_id]],
        )
        for row in found
    ]
    return sum(same) * 2 > len(wanted)


def _brought_up(old: Rows | None, catalog: Catalog, model: str) -> Rows:
    """Return rows as the catalog has them, with as little work as possible."""
    ids, stored = catalog.vectors(model)
    vectors = unit_rows(stored)  # rounding to 16 bits has spoiled them a little
    if old is None or not len(old) or old.vectors.shape[1] != vectors.shape[1]:
        return make_rows(ids, vectors)
    rows = removed(old, old.ids[~np.isin(old.ids, ids)])
    places = rows.find(ids)
    known = places >= 0
    same = np.zeros(ids.size, dtype=bool)
    same[known] = np.all(rows.vectors[places[known]] == vectors[known], axis=1)
    return added(rows, ids[~same], vectors[~same])
