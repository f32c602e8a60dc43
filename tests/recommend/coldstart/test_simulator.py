"""The simulated listeners are as the assumptions say."""

import numpy as np
import pytest

from auricle.errors import InteractionsError
from auricle.recommend.coldstart.simulator import (
    DAY_S,
    Simulation,
    SimulatorOptions,
    World,
    simulate,
)

N_TRACKS = 150


@pytest.fixture(scope="module")
def world() -> World:
    """Return tracks of 50 artists in five clouds of sound."""
    random = np.random.default_rng(0)
    cloud = random.integers(5, size=N_TRACKS)
    audible = 3 * np.eye(5)[cloud] + random.normal(size=(N_TRACKS, 5))
    names = tuple(f"track {place}" for place in range(N_TRACKS))
    artists = tuple(f"artist {place % 50}" for place in range(N_TRACKS))
    return World(names, artists, audible.astype(np.float32))


def play(world: World, n_listeners: int = 400, **options: float) -> Simulation:
    return simulate(world, SimulatorOptions(n_listeners=n_listeners, **options))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def usual(world: World) -> Simulation:
    return play(world)


def share_heard(world: World, simulation: Simulation) -> float:
    """Return how much of the fits a linear map of what can be heard explains, one cloud's way."""
    heard = world.audible / np.linalg.norm(world.audible, axis=1, keepdims=True)
    design = np.column_stack([heard, np.ones(N_TRACKS)])
    fit = simulation.tastes.T
    left = fit - design @ np.linalg.lstsq(design, fit, rcond=None)[0]
    return float(1 - left.var() / fit.var())


def fit_of_plays(simulation: Simulation) -> float:
    """Return the mean fit of what is played with the listener's best taste."""
    events = simulation.interactions
    n_listeners, n_tastes = simulation.weights.shape
    fits = simulation.tastes.reshape(n_listeners, n_tastes, -1)
    fits = np.where(simulation.weights[:, :, None] > 0, fits, -np.inf).max(axis=1)
    return float(fits[events.listener_index, events.track_index].mean() - fits.mean())


def gini_of(simulation: Simulation) -> float:
    counts = np.sort(np.bincount(simulation.interactions.track_index, minlength=N_TRACKS))
    ranks = 2 * np.arange(1, counts.size + 1) - counts.size - 1
    return float(ranks @ counts / (counts.size * counts.sum()))


def test_the_seed_decides(world: World, usual: Simulation) -> None:
    again, other = play(world), play(world, seed=1)
    assert np.array_equal(usual.interactions.track_index, again.interactions.track_index)
    assert not np.array_equal(usual.weights, other.weights)


def test_events_are_in_order_of_time_within_the_year(usual: Simulation) -> None:
    times = usual.interactions.time_s
    assert times is not None
    assert (np.diff(times) >= 0).all()
    assert times.min() - 1.7e9 >= 0
    assert times.max() - 1.7e9 < 360 * DAY_S


def test_nothing_is_played_before_it_is_out(usual: Simulation) -> None:
    events = usual.interactions
    assert events.time_s is not None
    assert (events.time_s >= usual.released_s[events.track_index]).all()


def test_some_tracks_come_later_whole_artists_among_them(world: World, usual: Simulation) -> None:
    later = usual.released_s > 1.7e9
    assert 0.15 < later.mean() < 0.45
    days = [usual.released_s[np.array(world.artists) == artist] for artist in set(world.artists)]
    assert any(np.ptp(each) == 0 and each[0] > 1.7e9 for each in days)
    nothing_new = play(world, new_artists=0, new_tracks=0)
    assert (nothing_new.released_s == 1.7e9).all()


def test_listeners_have_one_to_four_tastes(usual: Simulation) -> None:
    counts = (usual.weights > 0).sum(axis=1)
    assert set(counts.tolist()) == {1, 2, 3, 4}
    np.testing.assert_allclose(usual.weights.sum(axis=1), 1)


def test_the_median_listener_plays_about_as_much_as_asked(usual: Simulation) -> None:
    counts = np.bincount(usual.interactions.listener_index, minlength=400)
    assert np.median(counts) == pytest.approx(60, rel=0.2)


def test_fits_have_one_spread(usual: Simulation) -> None:
    np.testing.assert_allclose(usual.tastes.mean(axis=1), 0, atol=1e-4)
    assert usual.tastes.var(axis=1).mean() == pytest.approx(1, abs=0.1)


def test_the_audible_share_is_what_can_be_heard(world: World) -> None:
    heard = [share_heard(world, play(world, audible=share)) for share in (0.0, 0.5, 1.0)]
    assert heard[0] < 0.15
    assert heard[1] == pytest.approx(0.5, abs=0.12)
    assert heard[2] > 0.95


def test_listeners_play_what_fits(world: World, usual: Simulation) -> None:
    assert fit_of_plays(usual) > 0.4
    assert fit_of_plays(play(world, sharpness=4.0)) > fit_of_plays(usual) + 0.3
    assert abs(fit_of_plays(play(world, accidents=1.0))) < 0.05


def test_appeal_and_position_make_hits(world: World) -> None:
    plain = gini_of(play(world, appeal=0, position=0, new_artists=0, new_tracks=0))
    appealing = gini_of(play(world, appeal=1.0, position=0, new_artists=0, new_tracks=0))
    noticed = gini_of(play(world, appeal=0, position=1.0, new_artists=0, new_tracks=0))
    assert appealing > plain + 0.1
    assert noticed > plain + 0.1


def test_unknown_sounds_count_as_the_mean(world: World) -> None:
    partly = world.audible.copy()
    partly[:30] = np.nan
    simulation = simulate(
        World(world.names, world.artists, partly), SimulatorOptions(n_listeners=50, audible=1.0)
    )
    assert np.isfinite(simulation.tastes).all()
    assert np.ptp(simulation.tastes[:, :30], axis=1).max() < 1e-5


def test_tracks_of_an_artist_share_their_scene(world: World) -> None:
    fits = play(world, audible=0.0).tastes
    alike = np.corrcoef(fits.T)
    artist = np.array(world.artists)
    same = (artist[:, None] == artist) & ~np.eye(N_TRACKS, dtype=bool)
    assert alike[same].mean() > alike[~same].mean() + 0.5


@pytest.mark.parametrize(
    "wrong",
    [{"audible": 1.5}, {"accidents": -0.1}, {"n_listeners": 0}, {"periods": 0}, {"plays": -1}],
)
def test_impossible_listeners_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InteractionsError):
        SimulatorOptions(**wrong)  # type: ignore[arg-type]


def test_a_world_needs_columns_of_one_length(world: World) -> None:
    with pytest.raises(InteractionsError, match="as many"):
        simulate(World(world.names, world.artists[:-1], world.audible))


@pytest.mark.parametrize("share", ["new_artists", "new_tracks"])
def test_a_year_may_begin_with_nothing(world: World, share: str) -> None:
    simulation = play(world, 60, **{share: 1.0})
    events = simulation.interactions
    assert events.time_s is not None
    assert (simulation.released_s > 1.7e9).all()
    assert (events.time_s >= simulation.released_s[events.track_index]).all()
    assert len(events)


def test_who_plays_nothing_leaves_no_event(world: World) -> None:
    simulation = play(world, 20, plays=0.0)
    assert len(simulation.interactions) == 0
    assert len(simulation.interactions.listeners) == 20


def test_more_plays_than_tracks_are_each_track_once_a_session(world: World) -> None:
    few = World(world.names[:4], world.artists[:4], world.audible[:4])
    options = SimulatorOptions(
        30, plays=1000.0, periods=2, accidents=0.0, new_artists=0.0, new_tracks=0.0
    )
    events = simulate(few, options).interactions
    counts = np.bincount(4 * events.listener_index + events.track_index, minlength=120)
    assert counts.max() == options.periods
    assert np.median(counts) == options.periods


def test_a_day_is_a_day(world: World) -> None:
    times = play(world, 50, days=7, periods=1, start_s=0.0).interactions.time_s
    assert times is not None
    assert 0 <= times.min() < DAY_S
    assert 6 * DAY_S < times.max() < 7 * DAY_S


def test_what_is_chosen_is_played_once_or_more(usual: Simulation) -> None:
    weight = usual.interactions.weight
    assert weight.min() == 1
    assert weight.mean() == pytest.approx(2, abs=0.1)
    assert np.array_equal(weight, np.round(weight))


def test_one_track_is_no_world(world: World) -> None:
    with pytest.raises(InteractionsError, match="two or more tracks"):
        simulate(World(world.names[:1], world.artists[:1], world.audible[:1]))
