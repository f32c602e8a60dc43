"""Which files of a batch are copies or versions of something that was there first."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..library import Catalog, Track
from ..library.identity import Group, find_duplicates
from ..library.identity_suspects import suspects
from .batch import Batch
from .entry import Twin


def find_twins(catalog: Catalog, batch: Batch) -> dict[str, Twin]:
    """Return what files are copies or versions of, by path; others are not there.

    First is what was there before this batch, then what an earlier intake took in, then the better
    file.
    """
    twins: dict[str, Twin] = {}
    for path, track in batch.files.items():
        first = batch.first_file(track)
        if path != first:
            twins[path] = Twin(first, "bytes")
    search = _Search(catalog, batch, twins)
    asked = {track.track_id for track in batch.files.values()}
    for group in find_duplicates(catalog, suspects(catalog, asked)):
        if group.kind != "bytes" and any(m.path in batch.files for m in group.members):
            search.look_at(group)
    return twins


@dataclass(slots=True)
class _Search:
    """Goes through the groups: recordings come before versions.

    Attributes:
        catalog: the collection.
        batch: the files that are asked about.
        twins: what has been found, by path.
        first_of: the first file of the recording that a file is a copy of.
        runs: when a recording first came, by file.
    """

    catalog: Catalog
    batch: Batch
    twins: dict[str, Twin]
    first_of: dict[str, str] = field(default_factory=dict)
    runs: dict[str, int] = field(default_factory=dict)

    def look_at(self, group: Group) -> None:
        """Find the first file of a group; the others are its twins."""
        paths = self._one_per_track([member.path for member in group.members])
        first = min(paths, key=lambda path: (self._run(path), paths.index(path)))
        run = self._run(first)
        for place, path in enumerate(paths):
            if path == first:
                continue
            if path in self.batch.files and path not in self.twins:
                better = group.kind == "recording" and place < paths.index(first)
                origin = self.first_of.get(first, first)
                self.twins[path] = Twin(origin, group.kind, better, group.bit_errors)
            if group.kind == "recording":
                self.first_of[path], self.runs[path] = first, run

    def _one_per_track(self, paths: Sequence[str]) -> list[str]:
        """Return the first file of each track, in order."""
        firsts = []
        for path in paths:
            track = self._track(path)
            firsts.append(self.batch.first_file(track) if track else path)
        return list(dict.fromkeys(firsts))

    def _run(self, path: str) -> int:
        if path not in self.runs:
            track = self._track(path)
            self.runs[path] = self.batch.run_of(track.track_id) if track else 0
        return self.runs[path]

    def _track(self, path: str) -> Track | None:
        return self.batch.files.get(path) or self.catalog.find(path)
