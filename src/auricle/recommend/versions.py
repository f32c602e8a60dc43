"""Which of a few tracks are versions of one recording, by the traces that the library keeps."""

from collections.abc import Mapping, Sequence

from ..library import Track
from ..library.identity_search import find_links


def recordings(tracks: Sequence[Track]) -> Mapping[int, int]:
    """Return the recording of each track, by track number; a recording is called by a track.

    Tracks without a trace are recordings of their own.
    """
    heard = list({track.track_id: track for track in tracks if track.fingerprint}.values())
    found = {track.track_id: track.track_id for track in tracks}

    def root(track_id: int) -> int:
        while found[track_id] != track_id:
            track_id = found[track_id]
        return track_id

    for link in find_links([track.fingerprint for track in heard]) if len(heard) > 1 else ():
        left, right = (root(heard[at].track_id) for at in (link.left, link.right))
        found[max(left, right)] = min(left, right)
    return {track_id: root(track_id) for track_id in found}
