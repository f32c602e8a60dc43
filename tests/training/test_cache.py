"""The feature cache: computed once, keyed by what it holds, resumable."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auricle.audio import Audio, decode
from auricle.errors import TrainingError, UnreadableFile
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
    (failure,) = cache.failures
    assert failure.path == str(broken)
    assert failure.type == "UnsupportedAudio"


def test_what_failed_is_tried_again(
    windows: WindowSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = windows.windows[0].path

    def unplugged(path: Path, *, sample_rate: int) -> Audio:
        if path == away:
            raise UnreadableFile(f"{path}: the drive is away")
        return decode(path, sample_rate=sample_rate)

    monkeypatch.setattr(cache_module, "decode", unplugged)
    assert [each.path for each in build_cache(windows, SPEC, tmp_path).failures] == [str(away)]
    monkeypatch.undo()
    cache = build_cache(windows, SPEC, tmp_path)
    assert (cache.state == READY).all()
    assert cache.failures == ()


def test_a_window_behind_the_end_of_its_file_is_told(windows: WindowSet, tmp_path: Path) -> None:
    late = replace(windows.windows[0], start_s=60.0)
    cache = build_cache(WindowSet((*windows.windows, late), {}), SPEC, tmp_path)
    assert cache.state[-1] == FAILED
    (failure,) = cache.failures
    assert "ends before the window at 60 s" in failure.message


def test_files_of_equal_names_have_caches_of_their_own(windows: WindowSet, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, window in ((one, windows.windows[0]), (other, windows.windows[1])):
        folder.mkdir()
        shutil.copyfile(window.path, folder / "01.wav")
    sets = [WindowSet((Window(f / "01.wav", 0.0, 2.0, "", "", "", 1),), {}) for f in (one, other)]
    heard = [build_cache(each, SPEC, tmp_path / "cache").window(0) for each in sets]
    assert not np.array_equal(*heard)


def test_a_replaced_file_is_heard_anew(windows: WindowSet, tmp_path: Path) -> None:
    file = tmp_path / "01.wav"
    same = WindowSet((Window(file, 0.0, 2.0, "", "", "", 1),), {})
    heard = []
    for window in windows.windows[:2]:
        shutil.copyfile(window.path, file)
        os.utime(file, (window.duration_s + len(heard),) * 2)  # clocks of file systems are coarse
        heard.append(build_cache(same, SPEC, tmp_path / "cache").window(0).copy())
    assert not np.array_equal(*heard)


def test_nothing_decodable_is_an_error(tmp_path: Path) -> None:
    nothing = WindowSet((Window(tmp_path / "gone.wav", 0.0, 2.0, "", "", "", 1),), {})
    with pytest.raises(TrainingError, match="no window could be decoded"):
        build_cache(nothing, SPEC, tmp_path / "cache")
