"""What of a manifest must not be parted: artists, and the folds that it gives."""

from collections.abc import Sequence

from .manifest import Track
from .splits import given_folds


def uses_folds(tracks: Sequence[Track]) -> bool:
    """Tell whether a source is probed by the manifest's folds."""
    labelled = [track.fold for track in tracks if track.label]
    return bool(labelled) and given_folds(labelled) is not None


def held_together(tracks: Sequence[Track]) -> tuple[str, ...]:
    """Return what each track must not be parted from, shape (n,): its group and its fold.

    Tracks of one artist (speaker, recording) are one unit, and so are those of one fold where a
    source gives folds; units that share a track are one.
    """
    with_folds = {
        source
        for source in {track.source for track in tracks}
        if uses_folds([track for track in tracks if track.source == source])
    }
    unit: dict[tuple[str, ...], str] = {}
    for track in tracks:
        keys: list[tuple[str, ...]] = [("group", track.group)]
        if track.source in with_folds and track.fold:
            keys.append(("fold", track.source, track.fold))
        joined = {unit[key] for key in keys if key in unit}
        name = min(joined, default=track.clip_id)
        if len(joined) > 1:
            unit.update({key: name for key, old in unit.items() if old in joined})
        unit.update(dict.fromkeys(keys, name))
    return tuple(unit["group", track.group] for track in tracks)
