"""What recommending needs of a library: the catalog and its index."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..library import Catalog, Track
from ..library.index import NO_TRACK, Index
from ..library.index_sync import only_model, open_index
from ..types import FloatArray
from .explain import Heard

MORE_CANDIDATES = 8
"""By which factor more candidates are looked at, when the first do not do."""

READ_AT_ONCE = 500
"""Tracks that are read from the catalog at a time."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A library to recommend from.

    Attributes:
        catalog: its tracks.
        index: over their embeddings.
        model: ``"name@hash12"``, of all embeddings.
    """

    catalog: Catalog
    index: Index
    model: str

    def tracks(self, track_ids: Iterable[int]) -> list[Track]:
        """Return ready tracks in the order asked; those that have just gone are left out."""
        wanted = [int(track_id) for track_id in track_ids]
        found = {track.track_id: track for track in self.catalog.tracks(track_ids=wanted)}
        return [found[track_id] for track_id in wanted if track_id in found]

    def vector(self, track_id: int) -> FloatArray | None:
        """Return the embedding of a track, shape (dim,); None when it is not in the index."""
        place = int(self.index.rows.find(np.array([track_id], dtype=np.int64))[0])
        return None if place < 0 else np.asarray(self.index.rows.vectors[place])

    def cosine(self, track_id: int, vector: FloatArray) -> float:
        """Return how near a track is to a unit vector; 0 when it is not in the index."""
        mine = self.vector(track_id)
        return 0.0 if mine is None else float(np.clip(mine @ vector, -1.0, 1.0))

    def heard(self, track: Track) -> Heard:
        """Return what was heard in a track, for explanations."""
        return Heard(track.genres, track.timeline, self.catalog.excerpt_vectors(track.track_id))

    def ranked(
        self, vector: FloatArray, first: int, *, corrected: bool
    ) -> Iterator[Iterator[tuple[Track, float]]]:
        """Yield tracks with their scores, best first, in batches, the first of that size.

        Tracks are read as a batch is gone through, so that a large one takes no memory.
        """
        total, done, count = len(self.index.rows), 0, first
        while done < total:
            count = min(count, total)
            ids, scores = self.index.search(vector[None], count, corrected=corrected)
            score_of = dict(zip(ids[0].tolist(), scores[0].tolist(), strict=True))
            batch = [each for each in ids[0, done:].tolist() if each != NO_TRACK]
            yield self._scored(batch, score_of)
            done, count = count, count * MORE_CANDIDATES

    def _scored(
        self, track_ids: Sequence[int], score_of: Mapping[int, float]
    ) -> Iterator[tuple[Track, float]]:
        """Yield tracks with their scores, a few read at a time."""
        for first in range(0, len(track_ids), READ_AT_ONCE):
            for track in self.tracks(track_ids[first : first + READ_AT_ONCE]):
                yield track, score_of[track.track_id]


def open_collection(catalog: Catalog, model: str | None = None) -> Collection:
    """Return the collection of a catalog, its index brought up to date.

    Args:
        catalog: an open one.
        model: ``"name@hash12"``; may be left out when the catalog holds only one.

    Raises:
        CatalogError: no track is ready.
        SpaceMismatch: the catalog holds several models, and none is named.
    """
    name = model or only_model(catalog)
    return Collection(catalog, open_index(catalog, name), name)
