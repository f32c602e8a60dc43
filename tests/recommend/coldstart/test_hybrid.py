"""The hybrid goes from what is heard to what is played."""

from dataclasses import replace

import numpy as np
import pytest

from auricle.errors import InteractionsError
from auricle.recommend.coldstart import MODELS, Filters, Interactions, Items, Recommender
from auricle.recommend.coldstart.als import directions
from auricle.recommend.coldstart.content import centred
from auricle.recommend.coldstart.evidence import (
    beside,
    heard_lines,
    own_lines,
    scaled,
)
from auricle.recommend.coldstart.hybrid import Hybrid
from auricle.recommend.coldstart.trust import USUAL_TRUST

from .world import COLD_EVEN, N_LISTENERS, UNHEARD, two_tastes

ALL = np.arange(N_LISTENERS)


@pytest.fixture(scope="module")
def hybrid(fitted: dict[str, Recommender]) -> Hybrid:
    found = fitted["hybrid"]
    assert isinstance(found, Hybrid)
    return found


def test_the_score_is_the_weighed_evidence(hybrid: Hybrid) -> None:
    table = hybrid.evidence.table(ALL, slice(None))
    assert table.shape == (N_LISTENERS, len(hybrid.items), 2)
    expected = table[..., 0] / hybrid.trust + table[..., 1]
    np.testing.assert_allclose(hybrid.scores(ALL), expected, rtol=1e-4, atol=1e-4)


def test_what_is_known_from_plays_is_what_the_factors_foretell(hybrid: Hybrid) -> None:
    foretold = hybrid.factors.listeners[ALL] @ hybrid.factors.items.T
    table = hybrid.evidence.table(ALL, slice(None))
    np.testing.assert_allclose(table[..., 0], foretold, atol=1e-5)


def test_what_is_heard_is_on_one_scale_for_every_listener(hybrid: Hybrid) -> None:
    known = np.flatnonzero((hybrid.plays.popularity > 0) & hybrid.items.heard)
    spread = hybrid.evidence.table(ALL, known)[..., 1].std(axis=1)
    assert (spread > 0.5).all()
    assert (spread < 2).all()


def test_nothing_played_says_nothing_about_a_new_track(hybrid: Hybrid) -> None:
    table = hybrid.evidence.table(ALL, np.array([COLD_EVEN, UNHEARD]))
    assert not table[:, 0, 0].any()
    assert table[:, 0, 1].all()
    assert not table[:, 1].any()


def test_a_sound_is_judged_as_the_item_that_has_it(hybrid: Hybrid) -> None:
    vector = hybrid.items.vectors[COLD_EVEN]
    by_sound = hybrid._score_vector(vector)[ALL]
    by_item = hybrid.scores(ALL, np.array([COLD_EVEN]))[:, 0]
    np.testing.assert_allclose(by_sound, by_item, atol=1e-4)


def test_the_more_plays_the_less_the_sound_decides(hybrid: Hybrid) -> None:
    """The factors of a track that more listeners play are larger; what is heard is not."""
    table = hybrid.evidence.table(ALL, slice(None))
    often = hybrid.plays.popularity
    many = often >= np.quantile(often[often > 0], 0.9)
    few = (often > 0) & (often <= np.quantile(often[often > 0], 0.1))
    played, heard = (np.abs(table[..., kind]) for kind in range(2))
    assert played[:, many].mean() > 1.2 * played[:, few].mean()
    assert heard[:, many].mean() == pytest.approx(heard[:, few].mean(), rel=0.2)


def test_what_is_known_is_kept_for_new_items(hybrid: Hybrid) -> None:
    moved = hybrid.with_items(hybrid.items.take(np.arange(len(hybrid.items))[::-1]))
    np.testing.assert_allclose(moved.scores(ALL)[:, ::-1], hybrid.scores(ALL), atol=1e-4)
    assert moved.trust == hybrid.trust


def test_reasons_are_the_nearest_of_what_was_played(hybrid: Hybrid) -> None:
    because = hybrid._because(0, COLD_EVEN)
    played, _ = hybrid.plays.of(0)
    assert 0 < len(because) <= 3
    assert set(because) <= set(played.tolist())
    centre = hybrid.items.vectors[hybrid.items.heard].mean(axis=0)
    sounds = centred(hybrid.items.vectors, centre)
    nearness = sounds[played] @ sounds[COLD_EVEN]
    assert because[0] == played[np.argmax(nearness)]


def test_without_artists_there_is_no_rehearsal() -> None:
    events, items = two_tastes()
    one = Items(
        items.names, items.vectors, ("the same",) * len(items), items.genres, items.recordings, "m"
    )
    model = MODELS["hybrid"]().fit(events, one)
    assert isinstance(model, Hybrid)
    assert model.trust == USUAL_TRUST
    assert {int(each.track.split()[-1]) % 2 for each in model.recommend("listener 4", 10)} == {0}


def test_plays_win_over_sound_when_there_are_many() -> None:
    """A track that sounds odd, but that only even listeners play, goes to even listeners."""
    events, items = two_tastes()
    vectors = items.vectors.copy()
    vectors[0] = vectors[1]
    misleading = Items(
        items.names, vectors, items.artists, items.genres, items.recordings, items.model
    )
    fans = [f"listener {listener}" for listener in range(0, 100, 2)]
    more = Interactions.of(
        [events.listeners[row] for row in events.listener_index] + fans,
        [events.tracks[row] for row in events.track_index] + ["track 0"] * len(fans),
    )
    model = MODELS["hybrid"]().fit(more, misleading)
    rest = np.array([model.row(f"listener {listener}") for listener in range(100, N_LISTENERS)])
    scores = model.scores(rest, np.array([0]))[:, 0]
    assert scores[::2].mean() > scores[1::2].mean()


def test_own_lines_find_what_a_listener_plays_for() -> None:
    random = np.random.default_rng(0)
    heard = random.standard_normal((400, 5)).astype(np.float32)
    wanted = np.eye(5)[[0, 1, 2]]
    events = [
        (f"u{row}", str(track))
        for row, direction in enumerate(wanted)
        for track in np.argsort(-(heard @ direction))[:60]
    ]
    who, what = zip(*events, strict=True)
    plays = Interactions.of(who, what).on([str(track) for track in range(400)])
    lines = own_lines(plays, heard)
    assert (np.argmax(lines, axis=1) == [0, 1, 2]).all()


def test_the_line_is_midway_between_what_all_and_what_one_played(hybrid: Hybrid) -> None:
    vectors = hybrid.items.vectors
    heard = beside(hybrid.evidence.middle, hybrid.ear.hear(vectors), vectors)
    known = heard[hybrid.plays.popularity > 0]
    shared = scaled(directions(hybrid.factors).listeners, known)[ALL]
    own = scaled(own_lines(hybrid.plays, heard), known)[ALL]
    line = heard_lines(hybrid.plays, hybrid.factors, heard)[ALL]
    cosines = [
        np.sum((line @ known.T) * (other @ known.T), axis=1)
        / np.linalg.norm(line @ known.T, axis=1)
        / np.linalg.norm(other @ known.T, axis=1)
        for other in (shared, own)
    ]
    assert (cosines[0] > 0.5).all()
    np.testing.assert_allclose(*cosines, atol=0.05)


def test_line_and_company_weigh_the_same(hybrid: Hybrid) -> None:
    known = hybrid.plays.popularity > 0
    heard = hybrid.evidence.heard
    n_directions = hybrid.factors.items.shape[1]
    line = heard.listeners[:, :n_directions] @ heard.items[known, :n_directions].T
    near = heard.listeners[:, n_directions:] @ heard.items[known, n_directions:].T
    np.testing.assert_allclose(*(np.square(part).mean(axis=1) for part in (line, near)), rtol=0.05)


def test_nothing_is_said_of_who_plays_nothing() -> None:
    events, items = two_tastes()
    more = replace(events, listeners=(*events.listeners, "newcomer"))
    model = MODELS["hybrid"]().fit(more, items)
    newcomer = np.array([model.row("newcomer")])
    assert not model.scores(newcomer, np.array([COLD_EVEN])).any()


def test_scaling_leaves_nothing_of_nothing(hybrid: Hybrid) -> None:
    zeros = np.zeros((2, 3), dtype=np.float32)
    assert not scaled(zeros, np.ones((4, 3), dtype=np.float32)).any()
    silent = np.zeros((2, hybrid.items.vectors.shape[1]), dtype=np.float32)
    assert not beside(hybrid.evidence.middle, hybrid.ear.hear(silent), silent).any()


def test_the_reason_is_what_speaks_most(hybrid: Hybrid) -> None:
    """A known track comes to a listener by those who play it, a new one by its sound."""
    listener = hybrid.row("listener 4")
    played, _ = hybrid.plays.of(listener)
    known = hybrid.recommend("listener 4", 3)
    assert {each.reason.partition(";")[0] for each in known} == {
        "found through listeners of similar taste"
    }
    new = hybrid.recommend("listener 4", 1, filters=Filters(only_new=True))[0]
    assert new.reason == "sounds like what this listener plays; nobody plays it yet"
    assert {hybrid.column(name) for name in new.because} <= set(played.tolist())


@pytest.mark.parametrize("name", ["hybrid", "audio-to-factors"])
def test_who_plays_only_what_was_not_heard_teaches_nothing(name: str) -> None:
    events, items = two_tastes()
    deaf = items.vectors.copy()
    deaf[:COLD_EVEN] = 0
    unheard = Items(items.names, deaf, items.artists, items.genres, items.recordings, "m")
    with pytest.raises(InteractionsError, match="no played track has been heard"):
        MODELS[name]().fit(events, unheard)


@pytest.mark.parametrize("seed", range(3))
def test_one_heard_track_is_enough(seed: int) -> None:
    """Whoever is made new in the rehearsal, nothing is learnt from nothing."""
    vectors = np.eye(3, 4, dtype=np.float32)
    vectors[1:] = 0
    few = Items(("x", "y", "z"), vectors, ("a", "b", "c"), ("",) * 3, np.arange(3), "m")
    who, what = zip(*[(who, what) for who in "uvw" for what in "xyz"], strict=True)
    model = MODELS["hybrid"]().fit(Interactions.of(who, what), few, seed=seed)
    assert np.isfinite(model.scores(np.arange(3))).all()
