"""Which tracks may stand together in a list: versions of a recording, artists and albums."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from ..library import Track


@dataclass(frozen=True, slots=True)
class Limits:
    """How often things may come in one list; None is any number.

    Attributes:
        per_artist: tracks by one artist.
        per_album: tracks of one album.
        versions: allow more than one version of a recording.
    """

    per_artist: int | None = None
    per_album: int | None = None
    versions: bool = False


@dataclass(slots=True)
class Chosen:
    """Says of one track after the other whether it may join a list.

    Attributes:
        limits: what to hold to.
        recording_of: the recording that each track is a version of, see ``versions``.
    """

    limits: Limits
    recording_of: Mapping[int, int]
    _counts: Counter[Hashable] = field(default_factory=Counter)

    def take(self, track: Track) -> bool:
        """Let a track join if it may, and tell whether it did."""
        keys = self._keys(track)
        if any(limit is not None and self._counts[key] >= limit for key, limit in keys):
            return False
        self._counts.update(key for key, _ in keys)
        return True

    def count(self, track: Track) -> None:
        """Count a track that is there already, such as the one the list is for, as a version."""
        self._counts[self._recording(track)] += 1

    def _recording(self, track: Track) -> Hashable:
        return ("recording", self.recording_of[track.track_id])

    def _keys(self, track: Track) -> list[tuple[Hashable, int | None]]:
        keys: list[tuple[Hashable, int | None]] = [
            (self._recording(track), None if self.limits.versions else 1)
        ]
        if artist := artist_key(track):
            keys.append((("artist", artist), self.limits.per_artist))
        if album := album_key(track):
            keys.append((("album", album), self.limits.per_album))
        return keys


def folded(name: str) -> str:
    """Return a name without what is often written otherwise: capitals and spaces."""
    return " ".join(name.casefold().split())


def artist_key(track: Track) -> str:
    """Return what is the same for all tracks by an artist; empty when the tags do not say."""
    return folded(track.artist)


def album_key(track: Track) -> str:
    """Return what is the same for all tracks of an album; empty when the tags do not say.

    The artist of the album counts where it is known, as many albums are called Greatest Hits.
    """
    album = folded(track.album)
    if not album:
        return ""
    by = track.tags.get("album_artist") or track.tags.get("albumartist") or ""
    return f"{folded(by)}\0{album}"
