"""What recommending needs of a library: the catalog, its index and which tracks are versions."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from ..library import Catalog, Track
from ..library.index import NO_TRACK, Index
from ..library.index_sync import only_model, open_index
from ..types import FloatArray

FIRST_CANDIDATES = 100
MORE_CANDIDATES = 8
"""How many candidates are looked at first, and by which factor more when those do not do."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A library to recommend from.

    Attributes:
        catalog: its tracks.
        index: over their embeddings.
        model: ``"name@hash12"``, of all embeddings.
        recording_of: the recording that a track is a version of; a track that is not named is
            one of its own.
    """

    catalog: Catalog
    index: Index
    model: str
    recording_of: Mapping[int, Hashable] = field(default_factory=dict)

    def tracks(self, track_ids: Iterable[int]) -> list[Track]:
        """Return ready tracks in the order asked; those that have just gone are left out."""
        wanted = [int(track_id) for track_id in track_ids]
        found = {track.track_id: track for track in self.catalog.tracks(track_ids=wanted)}
        return [found[track_id] for track_id in wanted if track_id in found]

    def vector(self, track_id: int) -> FloatArray | None:
        """Return the embedding of a track, shape (dim,); None when it is not in the index."""
        place = int(self.index.rows.find(np.array([track_id], dtype=np.int64))[0])
        return None if place < 0 else np.asarray(self.index.rows.vectors[place])

    def ranked(self, vector: FloatArray, *, corrected: bool) -> Iterator[tuple[Track, float]]:
        """Yield tracks with their scores, best first, as long as anybody asks."""
        total, done, count = len(self.index.rows), 0, FIRST_CANDIDATES
        while done < total:
            count = min(count, total)
            ids, scores = self.index.search(vector[None], count, corrected=corrected)
            batch = [each for each in ids[0, done:].tolist() if each != NO_TRACK]
            score_of = dict(zip(ids[0].tolist(), scores[0].tolist(), strict=True))
            for track in self.tracks(batch):
                yield track, score_of[track.track_id]
            done, count = count, count * MORE_CANDIDATES


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
