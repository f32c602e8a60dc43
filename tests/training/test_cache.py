"""The feature cache: computed once, keyed by what it holds, resumable."""

from pathlib import Path

import numpy as np
import pytest

from auricle.audio import decode
from auricle.errors import TrainingError
from auricle.features import FeatureSpec, log_mel
from auricle.training import cache as cache_module
from auricle.training.cache import FAILED, MISSING, READY, build_cache
from auricle.training.recipe import Recipe
from auricle.training.windows import Window, WindowSet, read_windows

SPEC = FeatureSpec()


@pytest.fixture
def windows(world: Path, recipe: Recipe) -> WindowSet:
    return read_windows(recipe.sources, world, 2.0)


def test_values_are_the_windows_log_mels(windows: WindowSet, tmp_path: Path) -> None:
    cache = build_cache(windows, SPEC, tmp_path)
    waveform = decode(windows.windows[3].path, sample_rate=SPEC.sample_rate).waveform
    np.testing.assert_allclose(cache.window(3).T, log_mel(waveform, SPEC), atol=0.05)
    assert (cache.state == READY).all()


def test_second_opening_decodes_nothing(
    windows: WindowSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_cache(windows, SPEC, tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("decoded again")

    monkeypatch.setattr(cache_module, "decode", refuse)
    assert (build_cache(windows, SPEC, tmp_path).state == READY).all()


def test_interrupted_build_goes_on(windows: WindowSet, tmp_path: Path) -> None:
    whole = build_cache(windows, SPEC, tmp_path / "whole")
    seen: list[int] = []

    def interrupt(done: int, total: int) -> None:
        seen.append(done)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_cache(windows, SPEC, tmp_path / "part", interrupt)
    resumed = build_cache(windows, SPEC, tmp_path / "part")
    np.testing.assert_array_equal(resumed.values, whole.values)


def test_other_parameters_make_another_cache(windows: WindowSet, tmp_path: Path) -> None:
    build_cache(windows, SPEC, tmp_path)
    build_cache(windows, FeatureSpec(n_mels=32), tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_bad_file_costs_only_its_own_windows(windows: WindowSet, tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"not audio at all")
    mixed = WindowSet((*windows.windows, Window(broken, 0.0, 2.0, "tone", "x", "broken", 1)), {})
    cache = build_cache(mixed, SPEC, tmp_path / "cache")
    assert cache.state[-1] == FAILED
    assert (cache.state[:-1] == READY).all()
    assert MISSING not in cache.state


def test_nothing_decodable_is_an_error(tmp_path: Path) -> None:
    nothing = WindowSet((Window(tmp_path / "gone.wav", 0.0, 2.0, "", "", "", 1),), {})
    with pytest.raises(TrainingError, match="no window could be decoded"):
        build_cache(nothing, SPEC, tmp_path / "cache")
