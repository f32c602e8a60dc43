"""Hubs and unreachable tracks, by plain cosine and as `auricle similar` ranks.

    python benchmarks/hubness.py [--music VECTORS.npz --array NAME] [--tracks 100000]

Lists of ten. Skewness is of how often each track is in a list; unreachable is the share of tracks
in no list. The targets: at most half of raw cosine's skewness, and a fifth of its unreachable.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import common

common.pin_threads()

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from auricle.library.index import FlatIndex  # noqa: E402
from auricle.library.index_rows import make_rows  # noqa: E402
from auricle.recommend.quality import neighbours, skewness  # noqa: E402
from collections_made import real, synthetic  # noqa: E402

K = 10


def main() -> None:
    """Measure and write results/hubness.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--music", type=Path, help=".npz with sha256 or path, and vectors")
    parser.add_argument("--array", default="embedding")
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    sets: dict[str, Any] = {}
    if chosen.music:
        sets["music"] = compare(real(chosen.music, chosen.array)[1])
        print(sets["music"], flush=True)
    if chosen.tracks:
        sets["synthetic"] = compare(synthetic(chosen.tracks))
        print(sets["synthetic"], flush=True)
    common.write_results("hubness", {"k": K, "sets": sets}, chosen.output)


def compare(vectors: NDArray[np.float32]) -> dict[str, Any]:
    """Return both ways' figures and their ratios."""
    start = time.perf_counter()
    index = FlatIndex(make_rows(np.arange(len(vectors)), vectors))
    built_s = time.perf_counter() - start
    raw, corrected = (judge(neighbours(index, K, corrected=way)) for way in (False, True))
    return {
        "tracks": len(vectors),
        "dim": vectors.shape[1],
        "built_s": built_s,
        "raw": raw,
        "corrected": corrected,
        "skewness_ratio": corrected["skewness"] / raw["skewness"],
        "unreachable_ratio": corrected["unreachable"] / max(raw["unreachable"], 1e-12),
    }


def judge(found: NDArray[np.int64]) -> dict[str, float]:
    """Return the figures of one way."""
    often = np.bincount(found[found >= 0], minlength=len(found))
    return {
        "skewness": skewness(often),
        "unreachable": float(np.mean(often == 0)),
        "most_often": int(often.max()),
    }


if __name__ == "__main__":
    main()
