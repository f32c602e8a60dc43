"""The intake of the day, from folders to a report; start reading at ``take_in``."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ..errors import ModelError, RecommendError, UnknownTrack
from ..library import Catalog, ScanOptions, ScanReport, Track, add_roots, scan
from ..library.scan_report import ScanProgress
from ..library.taken_in import read_decisions, write_taken_in
from ..recommend.coldstart.store import describe
from ..recommend.collection import Collection, open_collection
from ..recommend.listening import open_recommender
from ..recommend.similar import Match
from ..types import FloatArray
from .batch import Batch, gather
from .entry import Entry, Fit, Report, Verdict
from .judge import SURE, judge
from .nearest import nearest_known
from .playlists import fits, playlist_files, read_lists
from .twins import find_twins

Audience = tuple[tuple[str, float], ...]

ASKED: tuple[Verdict, ...] = ("ready", "review")
"""Verdicts of tracks whose surroundings are worth knowing."""


@dataclass(frozen=True, slots=True)
class IntakeOptions:
    """How an intake runs.

    Attributes:
        scan: how files are analysed.
        sure: from this probability of its genre on a track needs no person.
        n_nearest: known tracks that are told for each new one.
        n_listeners: listeners that are told for each new one.
        playlists: folder of saved playlists.
        recommender: folder of a fitted recommender; None looks into auricle's home.
    """

    scan: ScanOptions = field(default_factory=ScanOptions)
    sure: float = SURE
    n_nearest: int = 3
    n_listeners: int = 5
    playlists: Path | None = None
    recommender: Path | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around new tracks, by track."""

    nearest: Mapping[int, tuple[Match, ...]] = field(default_factory=dict)
    playlists: Mapping[int, tuple[Fit, ...]] = field(default_factory=dict)
    audience: Mapping[int, Audience] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def told(self, entry: Entry) -> Entry:
        """Return an entry with what is around its track."""
        track_id = entry.track.track_id
        return replace(
            entry,
            nearest=self.nearest.get(track_id, ()),
            playlists=self.playlists.get(track_id, ()),
            audience=self.audience.get(track_id),
        )


def take_in(
    catalog: Catalog,
    paths: Sequence[str],
    options: IntakeOptions | None = None,
    progress: ScanProgress | None = None,
) -> tuple[Report, ScanReport]:
    """Take in the files below some folders.

    It may be ended at any instant and goes on where it was; done twice, it changes nothing and
    says the same. No file is moved, changed or deleted.

    Args:
        catalog: where the tracks go, and against which they are compared.
        paths: files and folders.
        options: how.
        progress: hears how the analysis goes on.

    Raises:
        UnknownTrack: there is no such path.
        CatalogBusy: another process is at work on the catalog.
        RecommendError: there are no playlists, or there is no recommender, in the folder named.
    """
    options = options or IntakeOptions()
    check(paths, options)
    with catalog.exclusive():  # two at once would each take the other's tracks for known ones
        folders = add_roots(catalog, paths, keep_removed=True)
        scanned = scan(catalog, replace(options.scan, scopes=folders, traces=True), progress)
        batch = gather(catalog, folders)
        entries = _kept(catalog, batch, options)
    return _told(catalog, batch, entries, options), scanned


def check(paths: Sequence[str], options: IntakeOptions) -> None:
    """Refuse paths and folders that do not hold what they should, before anything is heard.

    Raises:
        UnknownTrack, RecommendError: see ``take_in``.
    """
    for path in paths:
        if not os.path.exists(path):
            raise UnknownTrack(f"{path}: there is no such file or folder")
    if options.playlists is not None:
        playlist_files(options.playlists)
    if options.recommender is not None:
        describe(options.recommender)


def _kept(catalog: Catalog, batch: Batch, options: IntakeOptions) -> list[Entry]:
    """Return what is said of every file, once it is in the catalog."""
    entries = _judged(catalog, batch, options)
    _keep(catalog, batch, entries)
    return entries


def _told(
    catalog: Catalog, batch: Batch, entries: Sequence[Entry], options: IntakeOptions
) -> Report:
    """Return the report, with what is around each track."""
    around = _surroundings(catalog, batch, entries, options)
    told = [around.told(entry) if entry.verdict in ASKED else entry for entry in entries]
    return Report(tuple(told), len(batch.fresh), around.notes)


def _judged(catalog: Catalog, batch: Batch, options: IntakeOptions) -> list[Entry]:
    """Return what the files themselves say."""
    twins = find_twins(catalog, batch)
    decisions = read_decisions(catalog)
    entries = []
    for path, track in batch.files.items():
        twin, decision = twins.get(path), decisions.get(track.track_id)
        verdict, reason = judge(track, twin, decision, sure=options.sure)
        row = batch.taken_in.get(track.track_id)
        taken_s = row.taken_s if row else None
        entries.append(Entry(path, verdict, reason, track, taken_s, twin, decision))
    return entries


def _keep(catalog: Catalog, batch: Batch, entries: Sequence[Entry]) -> None:
    """Write down the new tracks, and verdicts that have changed."""
    changed = []
    for entry in entries:
        row = batch.taken_in.get(entry.track.track_id)
        first = row and entry.path == batch.first_file(entry.track)
        if row and first and (row.verdict != entry.verdict or row.track_id in batch.fresh):
            changed.append(replace(row, verdict=entry.verdict))
    if changed:
        write_taken_in(catalog, changed)


def _surroundings(
    catalog: Catalog, batch: Batch, entries: Sequence[Entry], options: IntakeOptions
) -> Surroundings:
    """Return what is around the tracks that are worth it."""
    asked = [entry.track for entry in entries if entry.verdict in ASKED and entry.track.model]
    if not asked:
        return Surroundings()
    model = Counter(track.model for track in asked).most_common(1)[0][0]
    collection = open_collection(catalog, model)
    track_ids, vectors = _vectors(collection, asked)
    notes: list[str] = []
    around = Surroundings(
        nearest_known(collection, batch, track_ids, options.n_nearest),
        _playlists(collection, track_ids, vectors, options, notes),
        _audience(collection, track_ids, vectors, options, notes),
    )
    return replace(around, notes=tuple(notes))


def _vectors(collection: Collection, tracks: Sequence[Track]) -> tuple[list[int], FloatArray]:
    """Return the tracks that are in the index, and their unit rows, shape (n, dim)."""
    rows = collection.index.rows
    track_ids = np.array([track.track_id for track in tracks], dtype=np.int64)
    places = rows.find(track_ids)
    return track_ids[places >= 0].tolist(), np.asarray(rows.vectors[places[places >= 0]])


def _playlists(
    collection: Collection,
    track_ids: Sequence[int],
    vectors: FloatArray,
    options: IntakeOptions,
    notes: list[str],
) -> Mapping[int, tuple[Fit, ...]]:
    if options.playlists is None:
        return {}
    lists, problems = read_lists(collection, options.playlists)
    notes += problems
    return fits(lists, track_ids, vectors)


def _audience(
    collection: Collection,
    track_ids: Sequence[int],
    vectors: FloatArray,
    options: IntakeOptions,
    notes: list[str],
) -> Mapping[int, Audience]:
    """Return who would want each track; without a recommender that can hear, say so.

    A score of 0 is that of a usual track: whoever has no more than that is no audience.
    """
    try:
        recommender = open_recommender(collection, options.recommender)
        found = {
            track_id: tuple(
                (listener, score)
                for listener, score in recommender.audience(vector, options.n_listeners)
                if score > 0
            )
            for track_id, vector in zip(track_ids, vectors, strict=True)
        }
    except (RecommendError, ModelError) as error:
        notes.append(f"no audience is predicted: {error}")
        return {}
    return found
