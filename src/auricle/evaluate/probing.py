"""Which probes a manifest allows, and what keeps training and evaluation apart in each."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from .arrays import AnyFloats, IntArray
from .crossfit import Examples
from .manifest import Track
from .neighbours import same_group_share
from .probe import ACROSS, ProbeResult, probe_folds, probe_split
from .report import Neighbours
from .splits import crosses, given_folds, group_folds, one_group_out
from .units import held_together

ALL = "all"
"""Name of the probe over all sources together."""

OWN_FOLDS = 5
"""Folds of whole artists that are made when the manifest gives neither folds nor a split."""

TRAIN = "train"

K, MIN_SIZE = 5, 5
"""Neighbours looked at, and tracks an artist needs, for the same-artist share."""

Rows = Mapping[str, AnyFloats]
"""Embeddings by clip_id, each of shape (dim,)."""


def probe_sources(
    tracks: Sequence[Track], rows: Rows, split: str | None
) -> tuple[ProbeResult, ...]:
    """Probe every source, and if there are several, all together and each by the others.

    The manifest's folds are used where every track has one (over all splits); else training is on
    the split ``train`` and evaluation on ``split``; without either, on folds of whole artists.
    Folds of several sources that part an artist are dealt anew, by what none of them parts.

    Args:
        tracks: of the chosen sources, all splits.
        rows: embeddings by clip_id; tracks without label or embedding do not take part.
        split: what is judged.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    usable = [track for track in tracks if track.label and _heard(track, rows)]
    sources = sorted({track.source for track in usable})
    parts = [(name or ALL, [t for t in usable if t.source == name]) for name in sources]
    if len(sources) > 1:
        parts.append((ALL, usable))
    results = [_probe(name, part, rows, split) for name, part in parts]
    return tuple(result for result in [*results, _probe_across(usable, rows)] if result)


def neighbours_of(tracks: Sequence[Track], rows: Rows) -> tuple[Neighbours, ...]:
    """Return the same-artist share of each source that has artists with enough tracks."""
    found = []
    for source in sorted({track.source for track in tracks}):
        known = [t for t in tracks if t.source == source and t.artist_id and _heard(t, rows)]
        if known:
            share = same_group_share(
                _matrix(known, rows), [t.artist_id for t in known], k=K, min_size=MIN_SIZE
            )
            if share:
                found.append(Neighbours(source, K, MIN_SIZE, share))
    return tuple(found)


def examples_of(tracks: Sequence[Track], rows: Rows) -> Examples:
    """Return labelled embeddings of tracks."""
    return Examples(
        _matrix(tracks, rows),
        tuple(track.label for track in tracks),
        tuple(track.group for track in tracks),
    )


def _probe(name: str, tracks: Sequence[Track], rows: Rows, split: str | None) -> ProbeResult | None:
    """Return the probe of one source, or None when there is nothing to tell apart."""
    given = given_folds([track.fold for track in tracks])
    if given is None and split and any(_trains(track, split) for track in tracks):
        return _probe_split(name, tracks, rows, split)
    if given is None and split:
        tracks = [track for track in tracks if track.split == split]
    if len({track.label for track in tracks}) < 2:
        return None
    examples = examples_of(tracks, rows)
    folds, words = _folds_of(tracks, examples)
    if len(np.unique(folds)) < 2:
        return None
    return probe_folds(name, examples, folds, protocol=f"{len(np.unique(folds))} folds of {words}")


def _folds_of(tracks: Sequence[Track], examples: Examples) -> tuple[IntArray, str]:
    """Return folds, shape (n,), and what they keep together, in words.

    The given ones, or own ones of artists. Given folds of several sources may part an artist that
    they share: then folds of what none of them parts.
    """
    given = given_folds([track.fold for track in tracks])
    if given is None:
        return group_folds(examples.labels, examples.groups, OWN_FOLDS), _held_out(tracks)
    if not crosses(examples.groups, given):
        return given, _held_out(tracks)
    if len({track.source for track in tracks}) == 1:
        return given, "tracks, artists in several of them"
    return group_folds(examples.labels, held_together(tracks), OWN_FOLDS), _held_out(tracks)


def _held_out(tracks: Sequence[Track]) -> str:
    """Return what folds keep together, in words."""
    if not any(track.artist_id for track in tracks):
        return "tracks (no artist_id)"
    return "whole artists" if all(track.artist_id for track in tracks) else "whole artists if known"


def _probe_split(name: str, tracks: Sequence[Track], rows: Rows, split: str) -> ProbeResult | None:
    """Train on ``train``, on those labels only that the judged split has."""
    judged = [track for track in tracks if track.split == split]
    labels = {track.label for track in judged}
    training = [t for t in tracks if _trains(t, split) and t.label in labels]
    if len(labels) < 2 or len({track.label for track in training}) < 2:
        return None
    return probe_split(name, examples_of(training, rows), examples_of(judged, rows))


def _probe_across(tracks: Sequence[Track], rows: Rows) -> ProbeResult | None:
    """Judge every source by the others: what to expect of recordings from somewhere else.

    Within one source a probe may know a label by how its records were made or cut; here it may not.
    Only labels that several sources have can be asked for; artists of several are left out.
    """
    of_label = Counter(label for label, _ in {(track.label, track.source) for track in tracks})
    of_artist = Counter(group for group, _ in {(track.group, track.source) for track in tracks})
    shared = [t for t in tracks if of_label[t.label] > 1 and of_artist[t.group] == 1]
    if len({track.label for track in shared}) < 2:
        return None
    sources = [track.source for track in shared]
    return probe_folds(
        ACROSS,
        examples_of(shared, rows),
        one_group_out(sources),
        protocol=f"each of {len(set(sources))} sources by the others: {len(shared)} tracks",
    )


def _trains(track: Track, split: str) -> bool:
    return track.split == TRAIN != split


def _heard(track: Track, rows: Rows) -> bool:
    return track.clip_id in rows and bool(np.any(rows[track.clip_id]))


def _matrix(tracks: Sequence[Track], rows: Rows) -> AnyFloats:
    return np.stack([rows[track.clip_id] for track in tracks])
