"""A track is in a listener's company where the listener plays more than others do."""

import numpy as np
import pytest

from auricle.recommend.coldstart import Interactions
from auricle.recommend.coldstart.company import SHARPNESS, Company, kernel
from auricle.recommend.coldstart.interactions import Plays
from auricle.types import FloatArray
from auricle.vectors import unit_rows

N_TRACKS = 40
N_PLAYED = 30


@pytest.fixture
def heard() -> FloatArray:
    """Two groups of sounds, even and odd; the last one is not heard."""
    random = np.random.default_rng(0)
    rows = 0.3 * random.standard_normal((N_TRACKS, 6))
    rows[::2, 0] += 1
    rows[1::2, 1] += 1
    rows[-1] = 0
    return rows.astype(np.float32)


@pytest.fixture
def plays() -> Plays:
    """All play even tracks, and one also plays odd ones; nobody plays the last ten."""
    random = np.random.default_rng(1)
    events = [(f"u{user}", track) for user in range(9) for track in random.choice(15, 8) * 2]
    events += [("odd", track) for track in (1, 3, 5, 7, 2)]
    who, what = zip(*events, strict=True)
    names = tuple(str(track) for track in range(N_TRACKS))
    return Interactions.of(who, [str(track) for track in what]).on(names)


def ratios(company: Company, plays: Plays, heard: FloatArray) -> FloatArray:
    places = company.places(heard)
    return company.of_listeners(plays, places) @ company.of_tracks(places).T


def test_it_is_the_ratio_of_two_densities(plays: Plays, heard: FloatArray) -> None:
    company = Company.learn(plays, heard)
    kernels = kernel(unit_rows(heard), unit_rows(heard))
    once = plays.matrix.copy()
    once.data = np.ones_like(once.data)
    own = once @ kernels / np.diff(plays.starts)[:, None]
    crowd = plays.popularity / plays.popularity.sum() @ kernels
    expected = (own / crowd - 1)[:, : N_TRACKS - 1]
    found = ratios(company, plays, heard)[:, : N_TRACKS - 1]
    np.testing.assert_allclose(found[:, :N_PLAYED], expected[:, :N_PLAYED], atol=0.02)
    np.testing.assert_allclose(found, expected, atol=0.15)  # sounds between the landmarks


def test_who_plays_what_others_leave_gets_more_of_it(plays: Plays, heard: FloatArray) -> None:
    found = ratios(Company.learn(plays, heard), plays, heard)
    odd = found[-1]
    assert odd[N_PLAYED + 1 : -1 : 2].min() > odd[N_PLAYED:-1:2].max()
    assert (found[:-1, N_PLAYED + 1 : -1 : 2].mean(axis=1) < 0).all()


def test_all_together_are_the_crowd(plays: Plays, heard: FloatArray) -> None:
    """Weighed by their plays, listeners have no company in common but that of all."""
    found = ratios(Company.learn(plays, heard), plays, heard)
    np.testing.assert_allclose(np.diff(plays.starts) @ found / len(plays), 0, atol=1e-4)


def test_what_is_not_heard_has_no_company(plays: Plays, heard: FloatArray) -> None:
    company = Company.learn(plays, heard)
    assert not company.places(heard)[-1].any()
    assert not ratios(company, plays, heard)[:, -1].any()


def test_who_plays_nothing_that_is_heard_keeps_no_company(plays: Plays, heard: FloatArray) -> None:
    company = Company.learn(plays, heard)
    deaf = heard.copy()
    deaf[[1, 2, 3, 5, 7]] = 0
    found = company.of_listeners(plays, company.places(deaf))
    assert not found[-1].any()
    assert found[:-1].any(axis=1).all()


def test_nothing_heard_is_no_company(plays: Plays, heard: FloatArray) -> None:
    silence = np.zeros_like(heard)
    assert not ratios(Company.learn(plays, silence), plays, silence).any()


def test_it_is_kept_as_arrays(plays: Plays, heard: FloatArray) -> None:
    company = Company.learn(plays, heard)
    again = Company.undump(company.dump())
    np.testing.assert_array_equal(again.places(heard), company.places(heard))
    np.testing.assert_array_equal(again.crowd, company.crowd)


def test_the_kernel_is_one_for_the_same_and_least_for_opposites() -> None:
    rows = unit_rows(np.array([[2, 0], [0, 3], [-1, 0]], dtype=np.float32))
    np.testing.assert_allclose(
        kernel(rows, rows)[0], np.exp(SHARPNESS * np.array([0, -1, -2])), rtol=1e-5
    )
