"""Memory-mapped log-mel cache: every window is decoded once, whatever the number of epochs.

The cache is keyed by the hashes of the FeatureSpec and of the windows: a changed parameter or file
makes a new one. It is filled file by file and marks what is done: an interrupted build goes on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..audio import decode
from ..errors import AudioError, TrainingError
from ..features import FeatureSpec, log_mel
from ..types import Failure
from .windows import Window, WindowSet

Progress = Callable[[int, int], None]
MISSING, READY, FAILED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class FeatureCache:
    """Log-mels of all windows, float16, read from disk as they are used.

    Attributes:
        values: all windows side by side, shape (total_frames, n_mels).
        starts: first column of each window, shape (n_windows + 1,).
        state: READY or FAILED per window, shape (n_windows,).
        failures: the files of the failed windows, each with the reason.
    """

    values: NDArray[np.float16]
    starts: NDArray[np.int64]
    state: NDArray[np.uint8]
    failures: tuple[Failure, ...] = ()

    def n_frames(self, index: int) -> int:
        """Return the length of a window in frames."""
        return int(self.starts[index + 1] - self.starts[index])

    def window(self, index: int) -> NDArray[np.float16]:
        """Return one window in dB, shape (n_frames, n_mels)."""
        return self.values[self.starts[index] : self.starts[index + 1]]


def build_cache(
    windows: WindowSet, spec: FeatureSpec, folder: Path, progress: Progress | None = None
) -> FeatureCache:
    """Open the cache of these windows under ``folder``, computing what is missing.

    What cannot be decoded is FAILED: training leaves it out, and the next time it is tried again.

    Raises:
        TrainingError: if no window at all can be decoded.
    """
    cache = _open(windows, spec, folder / f"{spec.hash}-{windows.hash}")
    order = sorted(range(len(windows.windows)), key=lambda i: str(windows.windows[i].path))
    done, failures = 0, list[Failure]()
    for path, indices in groupby(order, key=lambda i: windows.windows[i].path):
        chosen = list(indices)
        if any(cache.state[i] != READY for i in chosen):
            failures += _fill(cache, path, [(i, windows.windows[i]) for i in chosen], spec)
        done += len(chosen)
        if progress:
            progress(done, len(order))
    if not (cache.state == READY).any():
        raise TrainingError("no window could be decoded: check the recipe's audio folders")
    return replace(cache, failures=tuple(failures))


def _open(windows: WindowSet, spec: FeatureSpec, folder: Path) -> FeatureCache:
    """Map the cache's two files, creating them at their final size."""
    folder.mkdir(parents=True, exist_ok=True)
    lengths = [
        spec.n_frames(round(window.duration_s * spec.sample_rate)) for window in windows.windows
    ]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    shape = (int(starts[-1]), spec.n_mels)
    return FeatureCache(
        values=_memmap(folder / "log_mel.f16", np.float16, shape),
        starts=starts,
        state=_memmap(folder / "state.u8", np.uint8, (len(lengths),)),
    )


def _memmap(path: Path, dtype: type, shape: tuple[int, ...]) -> NDArray[Any]:
    """Map a file read-write, creating it filled with zeros."""
    return np.memmap(path, dtype=dtype, mode="r+" if path.exists() else "w+", shape=shape)


def _fill(
    cache: FeatureCache, path: Path, windows: list[tuple[int, Window]], spec: FeatureSpec
) -> Iterator[Failure]:
    """Decode one file and store the log-mels of its windows; yield what is wrong with it."""
    try:
        waveform = decode(path, sample_rate=spec.sample_rate).waveform
    except AudioError as error:
        cache.state[[index for index, _ in windows]] = FAILED
        yield Failure(str(path), type(error).__name__, str(error))
        return
    for index, window in windows:
        first = round(window.start_s * spec.sample_rate)
        excerpt = waveform[first : first + round(window.duration_s * spec.sample_rate)]
        if excerpt.size < spec.n_fft:
            cache.state[index] = FAILED
            reason = f"{path}: ends before the window at {window.start_s:g} s"
            yield Failure(str(path), "TooShort", reason)
            continue
        values = log_mel(excerpt, spec).T[: cache.n_frames(index)]
        target = cache.values[cache.starts[index] : cache.starts[index + 1]]
        target[:] = np.resize(values, target.shape)  # a file slightly too short repeats its start
        cache.state[index] = READY
