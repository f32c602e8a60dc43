"""What is heard in a track foretells its factors, and the settings are chosen, not guessed."""

import numpy as np

from auricle.recommend.coldstart import Interactions, Items
from auricle.recommend.coldstart.als import directions, factorise
from auricle.recommend.coldstart.audio_factors import choose_settings, gain
from auricle.recommend.coldstart.hearing import (
    RIDGES,
    USUAL_SETTINGS,
    WIDTHS,
    Ear,
    Lesson,
    Settings,
    ears,
    learn,
)
from auricle.recommend.coldstart.rehearsal import Rehearsal, rehearse

World = tuple[Interactions, Items]


def lesson(curved: bool, n: int = 600) -> tuple[Lesson, np.ndarray]:
    """Return a lesson in which two thirds of the tracks were played, and all true factors."""
    random = np.random.default_rng(0)
    vectors = random.standard_normal((n, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    truth = vectors @ random.standard_normal((6, 3)).astype(np.float32)
    truth = np.abs(truth) if curved else truth + 1
    n_plays = np.where(np.arange(n) % 3, 40, 0)
    targets = np.where(n_plays[:, None] > 0, truth, 0).astype(np.float32)
    return Lesson(vectors, targets, n_plays), truth


def error(ear: Ear, taught: Lesson, truth: np.ndarray) -> float:
    new = taught.n_plays == 0
    missed = ear.hear(taught.vectors[new]) - truth[new]
    return float((missed**2).mean() / truth[new].var())


def test_a_line_is_found() -> None:
    taught, truth = lesson(curved=False)
    assert error(learn(taught, Settings(0.0, 0.01), 0), taught, truth) < 0.01


def test_a_curve_needs_waves() -> None:
    taught, truth = lesson(curved=True)
    found = {settings: error(ear, taught, truth) for settings, ear in ears(taught, WIDTHS, 0)}
    assert len(found) == len(WIDTHS) * len(RIDGES)
    straight = min(value for settings, value in found.items() if not settings.width)
    waved = min(value for settings, value in found.items() if settings.width)
    assert waved < 0.5 < straight


def test_an_unheard_track_is_as_usual() -> None:
    taught, _ = lesson(curved=False)
    ear = learn(taught, USUAL_SETTINGS, 0)
    heard = ear.hear(np.zeros((2, 6), dtype=np.float32))
    np.testing.assert_allclose(heard, np.tile(ear.usual, (2, 1)))


def test_sure_tracks_count_more() -> None:
    vectors = np.tile(np.array([[1, 0], [0, 1]], dtype=np.float32), (10, 1))
    targets = np.array([[0.0], [0.0]] * 9 + [[5.0], [0.0]], dtype=np.float32)
    sure = np.array([1] * 18 + [10_000, 1])
    doubted = np.array([10_000] * 18 + [1, 10_000])
    heard = [
        learn(Lesson(vectors, targets, n_plays), Settings(0.0, 0.01), 0).hear(vectors[:1])[0, 0]
        for n_plays in (sure, doubted)
    ]
    assert heard[0] > 2 > 0.5 > heard[1]


def test_an_ear_is_kept_whole() -> None:
    taught, _ = lesson(curved=True)
    ear = learn(taught, Settings(1.0, 0.1), 0)
    again = Ear.undump(ear.dump())
    assert np.array_equal(again.hear(taught.vectors), ear.hear(taught.vectors))


def test_gain_of_lists() -> None:
    scores = np.array([[3.0, 2, 1], [1, 2, 3], [0, 0, 0]])
    assert gain(scores, np.array([[1.0, 0, 0], [0, 0, 1], [0, 0, 0]])) == 1
    assert gain(scores[:1], np.array([[0.0, 1, 0]])) == 1 / np.log2(3)
    assert gain(scores, np.zeros((3, 3))) == 0


def test_settings_are_those_that_rank_new_tracks_best(tastes: World) -> None:
    events, items = tastes
    rehearsal = rehearse(events.on(items.names), items, 0)
    assert isinstance(rehearsal, Rehearsal)
    factors = directions(factorise(rehearsal.known, 0))
    chosen = choose_settings(rehearsal, factors, items, 0)
    assert chosen.width in WIDTHS
    assert chosen.ridge in RIDGES
    silent = Items(
        items.names, 0 * items.vectors, items.artists, items.genres, items.recordings, "m"
    )
    assert choose_settings(rehearsal, factors, silent, 0) == USUAL_SETTINGS
