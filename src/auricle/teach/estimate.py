"""How good a taught head will be on tracks of artists it has never heard."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..evaluate.arrays import IntArray
from ..evaluate.bootstrap import Interval, group_bootstrap
from ..evaluate.crossfit import Examples, FitOptions, cross_fit
from ..evaluate.metrics import balanced_accuracy, confusion_matrix
from ..evaluate.splits import crosses, given_folds, group_folds, one_group_out
from .copies import first_copies, joined

MAX_LEFT_OUT = 20
"""Up to this many artists (or tracks), each is left out alone; beyond, in ten parts."""

N_FOLDS = 10


@dataclass(frozen=True)
class Estimate:
    """What to expect of a head.

    Attributes:
        protocol: what was held out, in words.
        by_artist: whether no artist was on both sides; if not, the figure may flatter.
        lonely: labels of one artist only, if that is the reason.
        accuracy: share of right answers on held-out tracks, with its interval.
        chance: the share of the most frequent label.
        balanced_accuracy: mean recall of the labels.
        labels: of the rows and columns of ``confusion``.
        confusion: rows are the truth, shape (n_labels, n_labels).
    """

    protocol: str
    by_artist: bool
    lonely: tuple[str, ...]
    accuracy: Interval
    chance: float
    balanced_accuracy: float
    labels: tuple[str, ...]
    confusion: IntArray

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "protocol": self.protocol,
            "by_artist": self.by_artist,
            "accuracy": round(self.accuracy.value, 4),
            "low": round(self.accuracy.low, 4),
            "high": round(self.accuracy.high, 4),
            "chance": round(self.chance, 4),
            "balanced_accuracy": round(self.balanced_accuracy, 4),
            "labels": list(self.labels),
            "confusion": self.confusion.tolist(),
        }


@dataclass(frozen=True)
class HoldOut:
    """Which tracks are held out together.

    Attributes:
        folds: shape (n,).
        groups: what the interval resamples, shape (n,).
        protocol: in words.
        by_artist: whether artists stay whole.
        lonely: labels of one artist only, which keep artists from being held out.
    """

    folds: IntArray
    groups: tuple[str, ...]
    protocol: str
    by_artist: bool
    lonely: tuple[str, ...] = ()


def hold_out(examples: Examples, folds: Sequence[str] = ()) -> HoldOut:
    """Decide what to hold out.

    The manifest's own folds if every track has one; else one artist at a time; else, when a label
    has only one artist (who cannot be both learned from and held out) or artists are unknown, one
    track at a time. With more than ``MAX_LEFT_OUT`` of them, ten parts instead of one by one.
    Files of the same sound are held out together, unless a label has no other.

    Args:
        examples: labels and groups; a track of unknown artist is its own group.
        folds: of the manifest, shape (n,), or empty.
    """
    given = given_folds(folds) if folds else None
    if given is not None:
        text = f"the {len(np.unique(given))} given folds, one held out at a time"
        return HoldOut(given, examples.groups, text, not crosses(examples.groups, given))
    same = first_copies(examples.embeddings)
    known = len(set(examples.groups)) < len(examples)
    artists = joined(examples.groups, same)
    lonely = _labels_of_one(examples.labels, artists) if known else ()
    if known and not lonely:
        return _by_group(examples, artists, "artist", by_artist=True)
    tracks = tuple(map(str, same))
    if _labels_of_one(examples.labels, tracks):  # copies of one sound cannot be held out together
        tracks = tuple(map(str, range(len(examples))))
    held = _by_group(examples, tracks, "track", by_artist=False)
    why = f" ({', '.join(lonely)}: one artist only)" if lonely else ""
    return replace(held, protocol=held.protocol + why, lonely=lonely)


def estimate(examples: Examples, held: HoldOut, fit: FitOptions) -> Estimate:
    """Predict every track by a model that did not see it, and count.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    predictions = cross_fit(examples, held.folds, fit)
    true = examples.label_index
    correct = (predictions.predicted == true).astype(float)
    confusion = confusion_matrix(true, predictions.predicted, len(examples.names))
    return Estimate(
        protocol=held.protocol,
        by_artist=held.by_artist,
        lonely=held.lonely,
        accuracy=group_bootstrap(lambda rows: float(np.mean(correct[rows])), held.groups),
        chance=float(confusion.sum(axis=1).max() / len(examples)),
        balanced_accuracy=balanced_accuracy(confusion),
        labels=examples.names,
        confusion=confusion,
    )


def _by_group(
    examples: Examples, groups: tuple[str, ...], what: str, *, by_artist: bool
) -> HoldOut:
    n_groups = len(set(groups))
    if n_groups <= MAX_LEFT_OUT:
        return HoldOut(one_group_out(groups), groups, f"leave one {what} out", by_artist)
    folds = group_folds(examples.labels, groups, N_FOLDS)
    text = f"leave a tenth of the {n_groups} {what}s out"
    return HoldOut(folds, groups, text, by_artist)


def _labels_of_one(labels: Sequence[str], groups: Sequence[str]) -> tuple[str, ...]:
    """Return the labels that only one group has."""
    counts = Counter(label for label, _ in set(zip(labels, groups, strict=True)))
    return tuple(sorted(label for label, count in counts.items() if count == 1))
