"""Suggestions: filters, windows, reasons; on tracks whose order is known."""

import json
import re
from pathlib import Path

import pytest

from auricle.errors import InteractionsError
from auricle.recommend.coldstart import (
    Filters,
    Interactions,
    Recommendation,
    Recommender,
    make_recommender,
)
from auricle.recommend.collection import Collection
from auricle.recommend.listening import items_of
from auricle.recommend.suggest import SuggestOptions, suggest
from auricle.recommend.windows import Windows

NO_WINDOWS = Windows(1, 1)


@pytest.fixture
def recommender(collection: Collection) -> Recommender:
    """Return a model of two listeners: one plays the first tracks, one the last."""
    items = items_of(collection)
    played = [*items.names[:5], *items.names[-5:]]
    interactions = Interactions.of(["first"] * 5 + ["last"] * 5, played)
    return make_recommender("content").fit(interactions, items)


def numbers(found: list) -> list[int]:
    return [int(each.track.title.removeprefix("song ")) for each in found]


def test_what_sounds_like_the_listener(collection: Collection, recommender: Recommender) -> None:
    found = suggest(collection, recommender, "first", SuggestOptions(5, windows=NO_WINDOWS))
    assert set(numbers(found)) == {5, 6, 7, 8, 9}
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert all(each.plays == 0 and not each.because for each in found)
    last = suggest(collection, recommender, "last", SuggestOptions(5, windows=NO_WINDOWS))
    assert set(numbers(last)) == {30, 31, 32, 33, 34}


def test_filters_reach_far_down(collection: Collection, recommender: Recommender) -> None:
    options = SuggestOptions(3, where=lambda track: track.label == "techno", windows=NO_WINDOWS)
    assert all(
        number >= 20 for number in numbers(suggest(collection, recommender, "first", options))
    )
    assert len(suggest(collection, recommender, "first", options)) == 3
    none = SuggestOptions(3, where=lambda _: False)
    assert suggest(collection, recommender, "first", none) == []


def test_reasons_are_sought_for_what_is_in_the_list_only(
    collection: Collection, recommender: Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = Recommender.reasoned

    def listen(self: Recommender, listener: str, track: str, score: float) -> Recommendation:
        asked.append(track)
        return real(self, listener, track, score)

    monkeypatch.setattr(Recommender, "reasoned", listen)
    rare = SuggestOptions(2, where=lambda track: track.title == "song 20", windows=NO_WINDOWS)
    (found,) = suggest(collection, recommender, "first", rare)
    assert asked == [str(found.track.track_id)]


@pytest.mark.parametrize("seed", range(5))
def test_exploring_takes_its_share_of_the_list(collection: Collection, seed: int) -> None:
    """Two of five, whatever else could be in it."""
    items = items_of(collection)
    played = [*items.names[:5], *items.names[-20:]]
    interactions = Interactions.of(["first"] * 5 + ["last"] * 20, played)
    popularity = make_recommender("popularity").fit(interactions, items)
    filters = Filters(explore=0.4, seed=seed)
    for where in (None, lambda track: track.title != "song 39"):
        options = SuggestOptions(5, filters, where, windows=NO_WINDOWS)
        found = suggest(collection, popularity, "first", options)
        assert sorted(each.plays for each in found) == [0, 0, 1, 1, 1]


def test_only_music_unless_asked(collection: Collection, recommender: Recommender) -> None:
    assert suggest(collection, recommender, "first", SuggestOptions(3, kinds=("speech",))) == []
    assert len(suggest(collection, recommender, "first", SuggestOptions(3))) == 3


def test_windows_keep_artists_apart(collection: Collection, recommender: Recommender) -> None:
    found = suggest(collection, recommender, "first", SuggestOptions(20, windows=Windows(8)))
    artists = [each.track.artist for each in found]
    assert all(len(set(artists[at : at + 8])) == 8 for at in range(len(artists) - 7))


def test_played_ones_are_left_out_unless_asked(
    collection: Collection, recommender: Recommender
) -> None:
    options = SuggestOptions(5, Filters(played=True), windows=NO_WINDOWS)
    assert set(numbers(suggest(collection, recommender, "first", options))) <= set(range(10))
    assert set(numbers(suggest(collection, recommender, "first", options))) & set(range(5))
    new = SuggestOptions(50, Filters(only_new=True), windows=NO_WINDOWS)
    assert set(numbers(suggest(collection, recommender, "first", new))) == set(range(5, 35))


def test_reasons_name_tracks_and_seconds(collection: Collection, recommender: Recommender) -> None:
    options = SuggestOptions(2, windows=NO_WINDOWS, explain=True)
    (first, _) = suggest(collection, recommender, "first", options)
    assert first.because
    assert set(numbers(list(first.because))) <= set(range(5))
    (passage,) = first.because[0].explanation.passages
    assert passage.similarity > 0.9
    values = json.loads(json.dumps(first.to_dict()))
    assert set(values) == {
        "path", "label", "probability", "score", "plays", "reason", "because", "artist", "album",
        "title", "duration_s",
    }  # fmt: skip
    assert set(values["because"][0]) == {"path", "artist", "title", "shared_genres", "passages"}


def test_the_keys_are_documented(collection: Collection, recommender: Recommender) -> None:
    page = (Path(__file__).parents[2] / "docs" / "recommend.md").read_text("utf-8")
    (found,) = suggest(collection, recommender, "first", SuggestOptions(1))
    told = page.partition("prints one object per track:")[2].partition("\n\n")[0]
    assert set(found.to_dict()) <= set(re.findall(r"`(\w+)`", told))


def test_a_listener_of_whom_nothing_is_known(collection: Collection) -> None:
    items = items_of(collection)
    played = Interactions.of(["ann", "bob", "cy"], [items.names[0], items.names[0], "elsewhere"])
    popularity = make_recommender("content").fit(played, items)
    (found,) = suggest(collection, popularity, "cy", SuggestOptions(1))
    assert found.track.title == "song 0"
    assert found.plays == 2
    assert "nothing is known of this listener yet" in found.reason


def test_an_unknown_listener(collection: Collection, recommender: Recommender) -> None:
    with pytest.raises(InteractionsError, match="firs"):
        suggest(collection, recommender, "firs")
