"""Manifests: a CSV with one row per track, its label, and what it must not be mixed with."""

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import ManifestError

REQUIRED = ("path", "label")
"""Columns every manifest has; an empty label means: not labelled."""

KINDS = ("music", "speech", "other", "silence")
"""What the optional column ``kind`` may say."""


@dataclass(frozen=True, slots=True)
class Track:
    """One row of a manifest.

    Attributes:
        path: of the audio, absolute or relative to the working directory, ready to open.
        clip_id: unique in the manifest; the column ``clip_id``, else the path as written.
        label: what the row says it is; empty when it says nothing.
        source: the data set it came from; empty when not given.
        artist_id: tracks of one artist never belong on both sides of a split; empty: unknown.
        album: the same for an album; empty: unknown.
        split: ``train``, ``validation`` or any other word; empty when not given.
        fold: cross-validation fold, whole artists each; empty when not given.
        kind: one of ``KINDS``; empty when not given.
        duration_s: in seconds, or None when not given.
        licence: as written.
        sha256: of the file, lower-case hex; empty when not given.
        written_path: the path exactly as the manifest has it.
    """

    path: str
    clip_id: str
    label: str
    source: str = ""
    artist_id: str = ""
    album: str = ""
    split: str = ""
    fold: str = ""
    kind: str = ""
    duration_s: float | None = None
    licence: str = ""
    sha256: str = ""
    written_path: str = ""

    @property
    def group(self) -> str:
        """What is resampled and held out as a whole: the artist, else the track itself."""
        return self.artist_id or self.clip_id


def read_manifest(path: str | os.PathLike[str]) -> tuple[Track, ...]:
    """Read a manifest; relative paths are relative to the manifest's folder.

    Unknown columns are ignored. Whether the audio exists is not looked at here.

    Raises:
        ManifestError: naming the file, the row (the header is row 1), the column and the value.
    """
    manifest = Path(path)
    try:
        with open(manifest, newline="", encoding="utf-8-sig") as file:
            tracks = _read_rows(csv.DictReader(file, strict=True), manifest)
    except OSError as error:
        raise ManifestError(f"{manifest}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ManifestError(f"{manifest}: is not UTF-8 text: {error.reason}") from error
    if not tracks:
        raise ManifestError(f"{manifest}: has no rows below its header")
    _refuse_duplicates(tracks, manifest)
    return tracks


def select(
    tracks: Iterable[Track], *, split: str | None = None, sources: Sequence[str] = ()
) -> tuple[Track, ...]:
    """Return the tracks of a split (None: any) and of the given sources (none given: any)."""
    return tuple(
        track
        for track in tracks
        if (split is None or track.split == split) and (not sources or track.source in sources)
    )


def _read_rows(reader: "csv.DictReader[str]", manifest: Path) -> tuple[Track, ...]:
    try:
        for column in REQUIRED:
            if column not in (reader.fieldnames or ()):
                raise ManifestError(f"{manifest}: column '{column}' is missing")
        return tuple(_track(row, number, manifest) for number, row in enumerate(reader, start=2))
    except csv.Error as error:
        raise ManifestError(f"{manifest}: row {reader.line_num + 1}: {error}") from error


def _track(row: Mapping[str | None, str | None], number: int, manifest: Path) -> Track:
    if None in row:
        raise ManifestError(f"{manifest}: row {number}: more cells than the header has columns")
    cells = {str(name): (value or "").strip() for name, value in row.items()}
    where = f"{manifest}: row {number}"
    if not cells["path"]:
        raise ManifestError(f"{where}, column 'path': is empty")
    return Track(
        path=os.path.join(manifest.parent, cells["path"]),
        clip_id=cells.get("clip_id") or cells["path"],
        label=cells["label"],
        kind=_kind(cells.get("kind", ""), where),
        duration_s=_duration(cells.get("duration_s", ""), where),
        sha256=_sha256(cells.get("sha256", ""), where),
        written_path=cells["path"],
        **{name: cells.get(name, "") for name in _FREE_TEXT},
    )


_FREE_TEXT = ("source", "artist_id", "album", "split", "fold", "licence")


def _kind(text: str, where: str) -> str:
    if text and text not in KINDS:
        raise ManifestError(f"{where}, column 'kind': '{text}' is none of {', '.join(KINDS)}")
    return text


def _duration(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise ManifestError(f"{where}, column 'duration_s': '{text}' is not a duration in seconds")
    return seconds


def _sha256(text: str, where: str) -> str:
    digest = text.lower()
    if digest and (len(digest) != 64 or set(digest) - set("0123456789abcdef")):
        raise ManifestError(f"{where}, column 'sha256': '{text}' is not 64 hexadecimal digits")
    return digest


def _refuse_duplicates(tracks: Sequence[Track], manifest: Path) -> None:
    seen: dict[str, int] = {}
    for number, track in enumerate(tracks, start=2):
        if track.clip_id in seen:
            column = "path" if track.clip_id == track.written_path else "clip_id"
            raise ManifestError(
                f"{manifest}: row {number}, column '{column}': '{track.clip_id}' "
                f"is also in row {seen[track.clip_id]}"
            )
        seen[track.clip_id] = number
