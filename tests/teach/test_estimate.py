"""The estimate is honest: what is held out, and what comes of it."""

import numpy as np
import pytest

from auricle.evaluate.crossfit import Examples, FitOptions
from auricle.teach.estimate import estimate, hold_out

from ..evaluate.examples import blobs

QUICK = FitOptions(c_grid=(0.1,), inner_folds=2)


def test_few_artists_are_left_out_one_by_one() -> None:
    held = hold_out(blobs())
    assert (held.protocol, held.by_artist) == ("leave one artist out", True)
    assert len(set(held.folds.tolist())) == 15


def test_many_artists_are_left_out_in_ten_parts() -> None:
    examples = blobs(2, n_artists=10)
    held = hold_out(examples)
    assert (held.protocol, held.by_artist) == ("leave a tenth of the 30 artists out", True)
    pairs = set(zip(examples.groups, held.folds.tolist(), strict=True))
    assert len(pairs) == 30


def test_unknown_artists_leave_one_track_out() -> None:
    examples = blobs(1, n_artists=4)
    held = hold_out(examples)
    assert (held.protocol, held.by_artist) == ("leave one track out", False)
    assert len(set(held.folds.tolist())) == 12


def test_a_label_of_one_artist_cannot_be_held_out_by_artist() -> None:
    first = blobs(2, n_artists=3)
    groups = tuple(
        "only" if label == "rock" else g
        for label, g in zip(first.labels, first.groups, strict=True)
    )
    held = hold_out(Examples(first.embeddings, first.labels, groups))
    assert held.protocol == "leave one track out (rock: one artist only)"
    assert not held.by_artist


def test_given_folds_are_used() -> None:
    examples = blobs()
    folds = [group.split()[1] for group in examples.groups]
    held = hold_out(examples, folds)
    assert held.protocol == "the 5 given folds, one held out at a time"
    assert held.by_artist
    mixed = [str(i % 2) for i in range(len(examples))]
    assert not hold_out(examples, mixed).by_artist
    assert hold_out(examples, ["", *folds[1:]]).protocol == "leave one artist out"


def test_the_estimate_of_what_is_easy() -> None:
    examples = blobs(spread=0.1)
    found = estimate(examples, hold_out(examples), QUICK)
    assert found.accuracy.value == 1.0
    assert (found.accuracy.n, found.accuracy.n_groups) == (60, 15)
    assert (found.chance, found.balanced_accuracy) == (pytest.approx(1 / 3), 1.0)
    np.testing.assert_array_equal(found.confusion, 20 * np.eye(3))


def test_holding_out_artists_does_not_flatter() -> None:
    examples = blobs(8, n_artists=3, spread=0.1, artist_spread=1.0)
    by_artist = estimate(examples, hold_out(examples), QUICK)
    tracks = Examples(examples.embeddings, examples.labels, tuple(map(str, range(len(examples)))))
    by_track = estimate(tracks, hold_out(tracks), QUICK)
    assert by_artist.accuracy.value < by_track.accuracy.value - 0.2


def test_json_form() -> None:
    examples = blobs(2, n_artists=3, spread=0.1)
    values = estimate(examples, hold_out(examples), QUICK).to_dict()
    assert values["protocol"] == "leave one artist out"
    assert values["confusion"] == [[6, 0, 0], [0, 6, 0], [0, 0, 6]]
    assert values["low"] <= values["accuracy"] <= values["high"]


def test_copies_are_held_out_together() -> None:
    """One track at a time would find its copy among those that were learnt from."""
    first = blobs(1, n_artists=4)
    twice = first.take(np.repeat(np.arange(len(first)), 2))
    unknown = Examples(twice.embeddings, twice.labels, tuple(map(str, range(len(twice)))))
    held = hold_out(unknown)
    assert held.protocol == "leave one track out"
    assert held.folds[::2].tolist() == held.folds[1::2].tolist()
    assert len(set(held.folds.tolist())) == len(first)


def test_artists_that_share_a_recording_are_held_out_together() -> None:
    examples = blobs()
    rows = examples.embeddings.copy()
    rows[4] = rows[0]  # the first track of the second artist is one of the first
    held = hold_out(Examples(rows, examples.labels, examples.groups))
    assert len(set(held.folds.tolist())) == 14
    assert held.folds[0] == held.folds[4]


def test_artists_that_share_their_only_sound_are_one() -> None:
    """Held out together, their label would be unknown to every model that is asked about it."""
    examples = blobs(1, n_artists=4)
    rows = examples.embeddings.copy()
    rows[1:4] = rows[0]  # all tracks of the first label, by four artists
    groups = tuple("both" if i in (4, 8) else g for i, g in enumerate(examples.groups))
    held = hold_out(Examples(rows, examples.labels, groups))
    assert held.lonely == (examples.labels[0],)
    assert len(set(held.folds.tolist())) == len(examples)


def test_copies_alone_are_held_out_one_by_one() -> None:
    rows = np.ones((4, 3))
    held = hold_out(Examples(rows, ("a", "a", "b", "b"), ("1", "2", "3", "4")))
    assert held.protocol == "leave one track out"
    assert len(set(held.folds.tolist())) == 4
