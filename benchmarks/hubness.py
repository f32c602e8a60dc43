"""Hubs and unreachable tracks, by plain cosine and as `auricle similar` ranks.

    python benchmarks/hubness.py [--music FOLDER] [--vectors VECTORS.npz:ARRAY] [--tracks 100000]

``--music`` hears the files of a folder with the shipped model, fast profile; ``--vectors`` takes
others, such as a teacher's. Both ways of ranking are worked out at the same time, in two processes.

Lists of ten. Skewness is of how often each track is in a list; unreachable is the share of tracks
in no list. The targets: at most half of raw cosine's skewness, and a fifth of its unreachable.
"""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import common

common.pin_threads()

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from auricle.batch import BatchOptions, analyze_many  # noqa: E402
from auricle.library.index import FlatIndex  # noqa: E402
from auricle.library.index_rows import Rows, make_rows  # noqa: E402
from auricle.recommend.quality import neighbours, skewness  # noqa: E402
from auricle.types import Analysis  # noqa: E402
from collections_made import real, synthetic  # noqa: E402

K = 10


def main() -> None:
    """Measure and write results/hubness.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--music", type=Path, help="folder of songs")
    parser.add_argument("--vectors", help=".npz with sha256 or path, then : and an array's name")
    parser.add_argument("--tracks", type=int, default=100_000, help="synthetic; 0 for none")
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    sets: dict[str, Any] = {}
    if chosen.music:
        sets["music"] = compare(hear(chosen.music))
        print(sets["music"], flush=True)
    if chosen.vectors:
        file, _, array = chosen.vectors.rpartition(":")
        sets[array] = compare(real(Path(file), array)[1])
        print(sets[array], flush=True)
    if chosen.tracks:
        sets["synthetic"] = compare(synthetic(chosen.tracks))
        print(sets["synthetic"], flush=True)
    common.write_results("hubness", {"k": K, "sets": sets}, chosen.output)


def hear(folder: Path) -> NDArray[np.float32]:
    """Return the embeddings of all music in a folder that can be heard."""
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    found = analyze_many(files, BatchOptions(profile="fast", jobs=2))
    rows = [each.embedding for each in found if isinstance(each, Analysis)]
    return np.stack([row for row in rows if row.any()])


def compare(vectors: NDArray[np.float32]) -> dict[str, Any]:
    """Return both ways' figures and their ratios."""
    start = time.perf_counter()
    rows = make_rows(np.arange(len(vectors)), vectors)
    built_s = time.perf_counter() - start
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        raw, corrected = pool.map(one_way, (rows, rows), (False, True))
    return {
        "tracks": len(vectors),
        "dim": vectors.shape[1],
        "built_s": built_s,
        "raw": raw,
        "corrected": corrected,
        "skewness_ratio": corrected["skewness"] / raw["skewness"],
        "unreachable_ratio": corrected["unreachable"] / max(raw["unreachable"], 1e-12),
    }


def one_way(rows: Rows, corrected: bool) -> dict[str, float]:
    """Return the figures of one way of ranking."""
    return judge(neighbours(FlatIndex(rows), K, corrected=corrected))


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
