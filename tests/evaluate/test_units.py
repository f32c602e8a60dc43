"""What is held together: artists, given folds, and what joins them."""

from auricle.evaluate.manifest import Track
from auricle.evaluate.units import held_together, uses_folds


def test_folds_are_used_when_every_labelled_track_has_one() -> None:
    tracks = [Track("a", "a", "x", fold="1"), Track("b", "b", "x", fold="2"), Track("c", "c", "")]
    assert uses_folds(tracks)
    assert not uses_folds([*tracks, Track("d", "d", "x")])
    assert not uses_folds(tracks[:1])
    assert not uses_folds([])


def test_artists_and_given_folds_are_held_together() -> None:
    tracks = [
        Track("a", "a", "x", source="s", fold="1", artist_id="one"),
        Track("b", "b", "x", source="s", fold="1", artist_id="two"),
        Track("c", "c", "x", source="s", fold="2", artist_id="three"),
        Track("d", "d", "x", source="t", artist_id="three"),
        Track("e", "e", "x", source="t", artist_id="four"),
        Track("f", "f", "x", source="t"),
    ]
    assert held_together(tracks) == ("a", "a", "c", "c", "e", "f")


def test_a_track_that_belongs_to_two_units_joins_them() -> None:
    tracks = [
        Track("a", "a", "x", source="s", fold="1", artist_id="one"),
        Track("b", "b", "x", source="s", fold="2", artist_id="two"),
        Track("c", "c", "x", source="s", fold="2", artist_id="one"),
        Track("d", "d", "x", source="s", fold="1", artist_id="three"),
        Track("e", "e", "x", source="s", fold="3", artist_id="four"),
    ]
    assert held_together(tracks) == ("a", "a", "a", "a", "e")
