"""Which files an intake is about, which of them are new, and which file of a track is the first."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..library import STATES, Catalog, Track
from ..library.taken_in import TakenIn, files_below, read_taken_in

BEFORE = 0
"""The run of tracks that no intake took in: they were there before."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The files of an intake.

    Attributes:
        files: every file below the folders with its track, in order of path.
        taken_in: what was ever taken in, by track, this batch included.
        fresh: tracks that were not taken in before.
    """

    files: Mapping[str, Track]
    taken_in: Mapping[int, TakenIn]
    fresh: frozenset[int]

    def run_of(self, track_id: int) -> int:
        """Return the number of the intake that took a track in."""
        row = self.taken_in.get(track_id)
        return row.run if row else BEFORE

    def first_file(self, track: Track) -> str:
        """Return the file that the others with the same bytes are copies of.

        The one that was taken in; when it has gone, one from elsewhere, then by path.
        """
        row = self.taken_in.get(track.track_id)
        if row and row.path in track.paths:
            return row.path
        return min(track.paths or (track.path,), key=lambda path: (path in self.files, path))


def gather(catalog: Catalog, folders: Sequence[str], *, now_s: int | None = None) -> Batch:
    """Return the batch of some folders, which a scan has looked at.

    A track is new unless it was taken in before, or has a file elsewhere too.

    Args:
        catalog: the collection.
        folders: absolute paths.
        now_s: the time in seconds since 1970; None asks the clock.
    """
    found = files_below(catalog, folders)
    wanted = set(found.values())
    tracks = {track.track_id: track for track in catalog.tracks(states=STATES, track_ids=wanted)}
    files = {path: tracks[track_id] for path, track_id in found.items() if track_id in tracks}
    taken_in = read_taken_in(catalog)
    run = max((row.run for row in taken_in.values()), default=BEFORE) + 1
    taken_s = int(time.time()) if now_s is None else now_s
    fresh = {
        track_id: TakenIn(track_id, run, taken_s, min(track.paths), "")
        for track_id, track in tracks.items()
        if track_id not in taken_in and track.state == "ready" and files.keys() >= set(track.paths)
    }
    return Batch(files, {**taken_in, **fresh}, frozenset(fresh))
