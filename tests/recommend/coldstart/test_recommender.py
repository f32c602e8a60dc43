"""The contract, held by every model: what two tastes must lead to is known."""

import numpy as np
import pytest

from auricle.errors import InteractionsError, RecommendError, SpaceMismatch
from auricle.recommend.coldstart import (
    MODELS,
    Filters,
    Interactions,
    Items,
    Recommender,
)

from .world import COLD_EVEN, COLD_ODD, MODEL, N_LISTENERS, UNHEARD, number

World = tuple[Interactions, Items]
Fitted = dict[str, Recommender]

EVERY = sorted(MODELS)
PERSONAL = sorted(set(MODELS) - {"random", "popularity"})
HEARING = ["audio-to-factors", "content", "hybrid"]
ALL_LISTENERS = np.arange(N_LISTENERS)


def kinds(model: Recommender, listener: str, k: int = 10) -> set[int]:
    return {number(each.track) % 2 for each in model.recommend(listener, k)}


@pytest.mark.parametrize("name", PERSONAL)
def test_a_listener_gets_their_own_taste(fitted: Fitted, name: str) -> None:
    assert kinds(fitted[name], "listener 6") == {0}
    assert kinds(fitted[name], "listener 7") == {1}


@pytest.mark.parametrize("name", EVERY)
def test_a_list_is_as_long_as_wanted_and_best_first(fitted: Fitted, name: str) -> None:
    found = fitted[name].recommend("listener 3", 7)
    scores = [each.score for each in found]
    assert len(found) == 7 == len({each.track for each in found})
    assert scores == sorted(scores, reverse=True)
    assert all(each.reason for each in found)


@pytest.mark.parametrize("name", EVERY)
def test_nothing_played_comes_again_unless_it_is_wanted(
    fitted: Fitted, tastes: World, name: str
) -> None:
    model = fitted[name]
    row = model.row("listener 3")
    played = {model.items.names[place] for place in model.plays.of(row)[0]}
    everything = model.recommend("listener 3", len(model.items))
    assert not played & {each.track for each in everything}
    again = model.recommend("listener 3", len(model.items), filters=Filters(played=True))
    assert played <= {each.track for each in again}


@pytest.mark.parametrize("name", EVERY)
def test_the_ranking_is_the_list_without_reasons(fitted: Fitted, name: str) -> None:
    found = fitted[name].recommend("listener 3", 7)
    assert fitted[name].rank("listener 3", 7) == [(each.track, each.score) for each in found]


@pytest.mark.parametrize("name", EVERY)
def test_a_newcomer_gets_what_most_play(fitted: Fitted, name: str) -> None:
    found = fitted[name].recommend("newcomer", 3)
    best = int(fitted[name].plays.popularity.max())
    assert found[0].plays == best
    assert "nothing is known of this listener" in found[0].reason


@pytest.mark.parametrize("name", EVERY)
def test_an_unknown_name_is_an_error_that_suggests_near_ones(fitted: Fitted, name: str) -> None:
    with pytest.raises(InteractionsError, match="did you mean .*listener 17"):
        fitted[name].recommend("listner 17")
    with pytest.raises(InteractionsError, match="no track 'trak 9'"):
        fitted[name].audience("trak 9")
    with pytest.raises(InteractionsError, match="no listener 'x'"):
        fitted[name].similar_listeners("x")


@pytest.mark.parametrize("name", EVERY)
def test_the_same_seed_gives_the_same_scores(tastes: World, fitted: Fitted, name: str) -> None:
    again = MODELS[name]().fit(*tastes, seed=0)
    assert np.array_equal(again.scores(ALL_LISTENERS), fitted[name].scores(ALL_LISTENERS))


def test_another_seed_draws_others(tastes: World, fitted: Fitted) -> None:
    other = MODELS["random"]().fit(*tastes, seed=1)
    assert not np.array_equal(other.scores(ALL_LISTENERS), fitted["random"].scores(ALL_LISTENERS))


@pytest.mark.parametrize("name", EVERY)
def test_scores_of_some_tracks_are_those_of_all(fitted: Fitted, name: str) -> None:
    some = np.array([COLD_EVEN, 3, 8])
    whole = fitted[name].scores(ALL_LISTENERS)
    assert whole.dtype == np.float32
    assert np.isfinite(whole).all()
    np.testing.assert_allclose(
        fitted[name].scores(ALL_LISTENERS, some), whole[:, some], rtol=1e-4, atol=1e-5
    )
    one = fitted[name].scores(np.array([5]))
    np.testing.assert_allclose(one[0], whole[5], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", EVERY)
def test_a_track_that_came_later_can_be_recommended(
    tastes: World, fitted: Fitted, name: str
) -> None:
    events, items = tastes
    before = MODELS[name]().fit(events, items.take(np.arange(COLD_EVEN)))
    after = before.with_items(items)
    assert len(after.recommend("listener 2", 500)) > len(before.recommend("listener 2", 500))
    assert after.recommend("listener 2", 2, filters=Filters(only_new=True))
    if name in HEARING:
        scores = after.scores(ALL_LISTENERS)
        assert (scores[::2, COLD_EVEN] > scores[::2, COLD_ODD]).mean() > 0.9


@pytest.mark.parametrize("name", HEARING)
def test_a_new_track_goes_to_those_who_like_its_sound(fitted: Fitted, name: str) -> None:
    scores = fitted[name].scores(ALL_LISTENERS)
    assert (scores[::2, COLD_EVEN] > scores[::2, COLD_ODD]).mean() > 0.95
    assert (scores[1::2, COLD_ODD] > scores[1::2, COLD_EVEN]).mean() > 0.95
    audience = fitted[name].audience(f"track {COLD_ODD}", 20)
    assert {number(listener) % 2 for listener, _ in audience} == {1}


@pytest.mark.parametrize("name", HEARING)
def test_a_sound_has_the_audience_of_the_new_track_that_sounds_so(
    fitted: Fitted, name: str
) -> None:
    model = fitted[name]
    by_name = dict(model.audience(f"track {COLD_EVEN}", 30))
    by_sound = dict(model.audience(model.items.vectors[COLD_EVEN], 30))
    assert by_name.keys() == by_sound.keys()
    assert by_sound == pytest.approx(by_name, abs=1e-3)


@pytest.mark.parametrize("name", EVERY)
def test_a_sound_of_another_space_is_refused(fitted: Fitted, name: str) -> None:
    with pytest.raises(SpaceMismatch, match="of shape"):
        fitted[name].audience(np.zeros(3, dtype=np.float32))


@pytest.mark.parametrize("name", sorted(set(MODELS) - set(HEARING)))
def test_a_model_that_does_not_hear_says_so(fitted: Fitted, name: str) -> None:
    with pytest.raises(RecommendError, match="content, audio-to-factors or hybrid"):
        fitted[name].audience(fitted[name].items.vectors[0])


@pytest.mark.parametrize("name", EVERY)
def test_the_audience_has_not_played_the_track(fitted: Fitted, name: str) -> None:
    model = fitted[name]
    audience = {listener for listener, _ in model.audience("track 4", 1000)}
    who = model.plays.rows[model.plays.tracks == 4]
    assert len(who)
    assert not audience & {model.listeners[row] for row in who}
    assert "newcomer" not in audience


@pytest.mark.parametrize("name", EVERY)
def test_similar_listeners_have_the_same_taste(fitted: Fitted, name: str) -> None:
    found = fitted[name].similar_listeners("listener 8", 10)
    assert {number(listener) % 2 for listener, _ in found} == {0}
    assert "listener 8" not in dict(found)
    assert all(-1 <= cosine <= 1 + 1e-6 for _, cosine in found)


@pytest.mark.parametrize("name", ["content", "hybrid", "item-knn"])
def test_what_speaks_for_a_track_was_played(fitted: Fitted, name: str) -> None:
    model = fitted[name]
    best = model.recommend("listener 5", 1)[0]
    played = {model.items.names[place] for place in model.plays.of(model.row("listener 5"))[0]}
    assert best.because
    assert set(best.because) <= played
    assert best.to_dict()["because"] == list(best.because)


@pytest.mark.parametrize("name", EVERY)
def test_events_about_other_tracks_are_refused(tastes: World, name: str) -> None:
    events = Interactions.of(["a"], ["nothing there"])
    with pytest.raises(InteractionsError, match="no event is about a track"):
        MODELS[name]().fit(events, tastes[1])


@pytest.mark.parametrize("name", HEARING)
def test_what_cannot_be_heard_cannot_be_compared(name: str) -> None:
    events = Interactions.of(["a", "b"], ["x", "y"])
    with pytest.raises(InteractionsError, match="track has been heard"):
        MODELS[name]().fit(events, Items.named(["x", "y"]))


@pytest.mark.parametrize("name", EVERY)
def test_two_plays_are_enough_to_fit(name: str) -> None:
    vectors = np.eye(2, 4, dtype=np.float32)
    items = Items(("x", "y"), vectors, ("", ""), ("", ""), np.arange(2), MODEL)
    model = MODELS[name]().fit(Interactions.of(["a", "b"], ["x", "y"]), items)
    assert [each.track for each in model.recommend("a")] == ["y"]


def test_an_unheard_track_is_neither_near_nor_far(fitted: Fitted) -> None:
    scores = fitted["content"].scores(ALL_LISTENERS)
    assert not scores[:, UNHEARD].any()
